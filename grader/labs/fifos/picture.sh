start ./logd records; ./logit records pear 2; ./ask records records; stop
