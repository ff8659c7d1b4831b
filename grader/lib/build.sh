# Compiles a lab inside the box. The working directory holds make's rules and
# the lab's headers, and lib.tar if the lab has a library.
#
#	bash build.sh object NAME BUILD...
#
# compiles NAME.c, the one source file that is there (or, if NAME is lib, the
# library) for each build. Leaves BUILD-NAME.o (BUILD-lib.tar) if the compiler
# had nothing to say.
#
#	bash build.sh programs PROGRAM... -- BUILD...
#
# makes the programs out of all sources and of the objects that are there, named
# as above. Each build gets a folder of its own with the programs; `words` is
# what the compiler said; `built` is there if it went well, `able` if it did not,
# but the compiler could have done it.
#
# LINKED, in the environment, names the programs of the grader's among them.
set -o pipefail
words_max=65536 # of what the compiler says: more, and it is stopped

# Checkers see the calls that a program makes: no fortified names for them. And
# a debugging format that every valgrind reads.
plain="-U_FORTIFY_SOURCE -gdwarf-4"
libraries="-pthread -lrt"

# flags_of BUILD: what the compiler gets besides the lab's own flags
flags_of() {
	case $1 in
	plain) flags=$plain ;;
	checked)
		flags="-fsanitize=address,undefined -fno-omit-frame-pointer"
		# C11 leaves 1L << 63 undefined; both compilers define it, and it sets a bit.
		flags+=" -fno-sanitize=shift-base"
		# What a source may ask for, or ask to be spared from, by names made of
		# parts: the whole names admit has refused.
		flags+=" -U__SANITIZE_ADDRESS__ -Dno_sanitize=unused"
		flags+=" -Dno_sanitize_address=unused -Dno_sanitize_undefined=unused"
		flags+=" -D__no_sanitize__=unused -D__no_sanitize_address__=unused"
		flags+=" -D__no_sanitize_undefined__=unused" ;;
	traced) flags="$plain -fno-builtin -fno-optimize-sibling-calls" ;;
	race)
		if $CC -dM -E - </dev/null 2>/dev/null | grep -q __clang__; then
			flags="$plain -Xclang -fsanitize=thread -fno-builtin"
		else
			flags="$plain -specs=$LABBOX_TOOLS/race.specs"
		fi ;;
	esac
}

# run_make BUILD TARGET...
run_make() {
	local flags libs=$libraries
	flags_of "$1"
	[[ $1 != race ]] || libs+=" $LABBOX_TOOLS/race.so"
	shift
	make -s CC="$CC" TESTS="$LINKED" CPPFLAGS="$flags" LDLIBS="$libs" "$@" 2>&1
}

# compiler_can BUILD: whether it builds anything at all with these flags
compiler_can() {
	local flags libs=$libraries
	flags_of "$1"
	[[ $1 != race ]] || libs+=" $LABBOX_TOOLS/race.so"
	# shellcheck disable=SC2086 # words, as in a Makefile
	echo 'int main(void) { return 0; }' |
		$CC $flags -x c - -x none $libs -o able 2>/dev/null
}

# is_watched BUILD PROGRAM: whether the compiler did what the build's flags ask for;
# some pass over those that they do not know
is_watched() {
	local name
	case $1 in
	checked) name=__asan_ ;;
	race) name=__tsan_ ;;
	*) return 0 ;;
	esac
	grep -q "$name" "$2"
}

# lay_out BUILD: fills a folder with all that its compiler may see
lay_out() {
	cp -t "$1" Makefile ./*.[ch] 2>/dev/null
	[[ ! -e lib.tar ]] || tar -xf lib.tar -C "$1"
}

objects() {
	local build targets=("$1.o") name=$1
	shift
	mkdir "$@"
	for build; do
		(
			lay_out "$build"
			cd "$build" || exit
			if [[ $name == lib ]]; then
				targets=(lib/*.c)
				targets=("${targets[@]/%.c/.o}")
			fi
			! read -rN 1 < <(run_make "$build" "${targets[@]}") && wait $! || exit
			if [[ $name == lib ]]; then
				tar -cf "../$build-lib.tar" "${targets[@]}"
			else
				mv "${targets[0]}" "../$build-$name.o"
			fi
		) &
	done
	wait
}

programs() {
	local build file targets=()
	while [[ $1 != -- ]]; do
		targets+=("$1")
		shift
	done
	shift
	mkdir "$@"
	for build; do
		lay_out "$build"
		# After the sources: they are up to date.
		for file in "$build"-*.o; do
			[[ ! -e $file ]] || cp "$file" "$build/${file#"$build"-}"
		done
		[[ ! -e $build-lib.tar ]] || tar -xmf "$build-lib.tar" -C "$build"
		(
			cd "$build" || exit
			# Nobody reads what is said about this build, and this linker takes a
			# third of the time.
			[[ $build != checked ]] || ! type -P ld.gold >/dev/null ||
				run_make "$build" LDFLAGS=-fuse-ld=gold "${targets[@]}" |
				head -c $words_max >/dev/null
			if run_make "$build" "${targets[@]}" | head -c $words_max >words; then
				[[ $build != plain ]] ||
					bash "$LABBOX_TOOLS/objects.sh" "$LINKED" ./*.o >>words || exit
				! is_watched "$build" "${targets[0]}" || echo yes >built
			else
				sed -i '/^make: \*\*\*/d' words
				compiler_can "$build"
			fi
		) &
	done
	wait
}

case $1 in
object) objects "${@:2}" ;;
programs) programs "${@:2}" ;;
esac
