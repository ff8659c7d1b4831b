start ./tally; ./volley $pid 3; finish
