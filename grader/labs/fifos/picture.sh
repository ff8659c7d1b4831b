start ./logd records; ./logit records pear 2; ./logit records apple 1; stop
