touch key; ./requests key serve & until ./requests key read 2>/dev/null; do :; done; ./requests key write hello; ./requests key stop; wait
