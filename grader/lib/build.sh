# Compiles a lab inside the box: bash build.sh BUILD...
#
# The working directory holds the lab's sources and Makefile. Each build gets
# a folder of its own with the programs; `words` is what the compiler said,
# `built` is there if it went well.
flags_of() {
	case $1 in
	plain) ;;
	checked) echo -fsanitize=address,undefined -fno-omit-frame-pointer ;;
	traced) echo -fno-builtin -fno-optimize-sibling-calls ;;
	esac
}

for build; do
	mkdir "$build"
	cp Makefile ./*.[ch] "$build"
	(
		cd "$build" || exit
		if make -s CC="$CC" CPPFLAGS="$(flags_of "$build")" >words 2>&1; then
			echo yes >built
		else
			sed -i '/^make: \*\*\*/d' words
		fi
	) &
done
wait
