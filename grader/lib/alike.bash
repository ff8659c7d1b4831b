# pack_alike TIME FILE...: prints a tar archive: the same bytes for the same files, whoever
# packs them. TIME is what all files get; "" leaves them theirs.
pack_alike() {
	LC_ALL=C tar --format=gnu --sort=name ${1:+--mtime="$1"} --owner=0 --group=0 --numeric-owner \
		-cf - "${@:2}"
}
