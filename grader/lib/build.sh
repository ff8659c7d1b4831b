# Compiles a lab inside the box: bash build.sh LINKED BUILD...
#
# LINKED are programs of the grader's that are linked with the lab's files. The
# working directory holds the lab's sources and Makefile, and lib.tar if the lab
# has a library (the box takes files, not folders). Each build gets a folder of
# its own with the programs; `words` is what the compiler said; `built` is there if
# it went well, and `able` if it did not, but the compiler could have done it.
set -o pipefail
words_max=65536 # of what the compiler says: more, and it is stopped

# Checkers see the calls that a program makes: no fortified names for them. And
# a debugging format that every valgrind reads.
plain="-U_FORTIFY_SOURCE -gdwarf-4"
libraries="-pthread -lrt"
linked=$1
shift
clang=$($CC -dM -E - </dev/null 2>/dev/null | grep -c __clang__)

# flags_of BUILD: what the compiler gets besides the lab's own flags
flags_of() {
	case $1 in
	plain) echo "$plain" ;;
	checked)
		# What a source can ask for, or ask to be spared from, by names made of
		# parts: admit has refused the whole names.
		echo -fsanitize=address,undefined -fno-omit-frame-pointer \
			-U__SANITIZE_ADDRESS__ -Dno_sanitize=unused \
			-Dno_sanitize_address=unused -Dno_sanitize_undefined=unused \
			-Dno_address_safety_analysis=unused ;;
	traced) echo "$plain" -fno-builtin -fno-optimize-sibling-calls ;;
	race)
		if ((clang)); then
			echo "$plain" -Xclang -fsanitize=thread -fno-builtin
		else
			echo "$plain" "-specs=$LABBOX_TOOLS/race.specs"
		fi ;;
	esac
}

# libraries_of BUILD
libraries_of() {
	echo "$libraries"
	[[ $1 != race ]] || echo "$LABBOX_TOOLS/race.so"
}

# compiler_can BUILD: whether it builds anything at all with these flags
compiler_can() {
	local flags libs
	read -ra flags <<<"$(flags_of "$1")"
	read -ra libs <<<"$(libraries_of "$1" | xargs)"
	echo 'int main(void) { return 0; }' |
		$CC "${flags[@]}" -x c - -x none "${libs[@]}" -o able 2>/dev/null
}

for build; do
	mkdir "$build"
	cp Makefile ./*.[ch] "$build"
	[[ ! -e lib.tar ]] || tar -xmof lib.tar -C "$build"
	(
		cd "$build" || exit
		if make -s CC="$CC" TESTS="$linked" CPPFLAGS="$(flags_of "$build")" \
			LDLIBS="$(libraries_of "$build" | xargs)" 2>&1 |
			head -c $words_max >words; then
			[[ $build != plain ]] ||
				bash "$LABBOX_TOOLS/objects.sh" "$linked" ./*.o >>words || exit
			echo yes >built
		else
			sed -i '/^make: \*\*\*/d' words
			compiler_can "$build"
		fi
	) &
done
wait
