# Takes a message out of the queue without the lock, and has functions of its own
# in place of those by which the checker of races sees that.
#
# Lab: mmap-queue
# File: queue.c
# Expect: BUILD
# Marks: 0
# Seconds: 120

{
	echo
	for call in read write; do
		for size in 1 2 4 8 16; do
			echo "extern void own_$call$size(void *) __asm__(\"__tsan_$call$size\");"
			echo "void own_$call$size(void *at) { (void)at; }"
		done
	done
} >>"$1/queue.c"
