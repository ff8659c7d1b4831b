# Functions for the scenarios of this lab.

# to_nobody COMMAND...: runs it with SIGPIPE ignored; its standard output is a FIFO that
# nobody reads any more
to_nobody() (
	mkfifo unread
	exec 3<>unread
	exec >unread 3<&-
	trap "" PIPE
	exec "$@"
)
