# Functions for the scenarios of this lab.

# folder: makes box, the folder of a vault, and out beside it, which is not in it
folder() {
	mkdir -p box/sub/deep out
	echo inside >box/file
	echo inside in sub >box/sub/file
	echo inside in deep >box/sub/deep/file
	echo outside >out/file
}
