#!/usr/bin/env bats
# What of a submission is taken, and what it may not tell the compiler.

setup() {
	kit=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	mkdir -p "$kit/.build"
	flock "$kit/.build" make -s -C "$kit/grader"
	cd "$BATS_TEST_TMPDIR" || return
	mkdir -p tree/lab to
}

# take FILE...: what admit says
take() {
	rm -f to/*
	said=$("$kit/.build/admit" tree to 1000 "$@")
	echo "$said"
}

@test "a source file is copied as it is; what it leads to, too" {
	printf 'int x;\0\n' >tree/lab/a.c
	ln -s a.c tree/lab/b.c
	ln -s "$PWD/tree/lab/a.c" tree/lab/c.c
	take lab/a.c lab/b.c lab/c.c
	[ -z "$said" ]
	cmp tree/lab/a.c to/a.c
	cmp tree/lab/a.c to/b.c
	cmp tree/lab/a.c to/c.c
	[ "$(stat -c %a to/a.c)" = 644 ]
}

@test "what is no source file of the tree is named, and not opened" {
	echo secret >secret.c
	mkdir tree-2 tree/lab/folder.c
	echo secret >tree-2/secret.c
	ln -s ../../secret.c tree/lab/out.c
	ln -s "$PWD/tree-2/secret.c" tree/lab/beside.c
	ln -s /proc/self/cwd/secret.c tree/lab/magic.c
	ln -s /dev/zero tree/lab/zero.c
	mkfifo tree/lab/fifo.c
	head -c 1001 /dev/zero >tree/lab/large.c
	take lab/{out,beside,magic,zero,fifo,folder,none,large}.c
	[ "$said" = "refused lab/out.c leads out of the folder that was handed in
refused lab/beside.c leads out of the folder that was handed in
refused lab/magic.c leads out of the folder that was handed in
refused lab/zero.c is missing
refused lab/fifo.c is missing
refused lab/folder.c is missing
refused lab/none.c is missing
refused lab/large.c is larger than 1000 bytes" ]
	[ -z "$(ls to)" ]
}

@test "a file that is exchanged all the time is never another's" {
	echo good >tree/lab/a.c
	echo secret >secret.c
	ln -s ../../secret.c tree/lab/b.c
	(cd tree/lab && while [ -e a.c ] || [ -e b.c ]; do
		mv -T a.c c.c && mv -T b.c a.c && mv -T c.c b.c
	done) 2>/dev/null &
	for ((i = 0; i < 300; i++)); do
		rm -f to/a.c
		"$kit/.build/admit" tree to 1000 lab/a.c >/dev/null
		[ ! -e to/a.c ] || ! grep -q secret to/a.c
	done
	kill $!
	rm -f tree/lab/*
	wait
}

@test "directives that hide something are found where the compiler would see them" {
	cat >tree/lab/a.c <<-'END'
		  /* a comment */ # /* and */ 7 "other.c" 3
		#line 8
		%:line 9
		#li\
		ne 10
		#pragma GCC diagnostic ignored "-Wall"
		#pragma GCC system_header
		void f(void) { _Pragma("GCC diagnostic push") }
	END
	take lab/a.c
	[ "$(cut -d : -f 1,2 <<<"$said")" = "refused a.c:1
refused a.c:2
refused a.c:3
refused a.c:4
word a.c:6
word a.c:7
word a.c:8" ]
}

@test "... and nowhere else" {
	cat >tree/lab/a.c <<-'END'
		#include <stdio.h>
		/* #line 1
		#line 2 */
		// \
		#line 3
		#define TEXT(x) #x
		static const char *a = "\
		#line 4", b = '"', c = '\'';
		static const char *raw = R"x(
		#line 5
		)" #line 6
		)x";
		#pragma pack(push, 1)
		#if 0
		don't "
		#endif
		/* no_sanitize _Pragma __SANITIZE_ADDRESS__ */
		int line, diagnostic, system_header;
		const char *d = "no_sanitize GCC diagnostic #line 7";
	END
	take lab/a.c
	[ -z "$said" ]
}

@test "the names of the sanitizers are refused; a pragma made of parts is found" {
	cat >tree/lab/a.c <<-'END'
		#define JOIN(a, b) a##b
		#ifdef __SANITIZE_ADDRESS__
		#endif
		__attribute__((__no_sanitize__("address"))) int x(void);
		JOIN(_Pra, gma)("GCC diagnostic ignored \"-Wall\"")
	END
	take lab/a.c
	[ "$(cut -d : -f 1,2 <<<"$said")" = "refused a.c:2
refused a.c:4
word a.c:5" ]
}

@test "whatever bytes a file has, it is read to its end" {
	for ((i = 0; i < 60; i++)); do
		head -c $((RANDOM % 1000)) /dev/urandom |
			tr '\000-\377' '#%:"R(\\\n/*\047a1_ ,)#"\\\n/*' >tree/lab/a.c
		rm -f to/a.c
		timeout 5 "$kit/.build/admit" tree to 1000 lab/a.c >/dev/null
		cmp tree/lab/a.c to/a.c
	done
}

# objects LINKED NAME... <SOURCE: compiles it and judges it
objects() {
	cat >a.c
	cc -w -c a.c
	: >behind
	run env LABBOX_TOOLS="$kit/.build/tools" bash "$kit/grader/lib/objects.sh" "$@" a.o
	echo "$output"
	cat behind
}

@test "an object may not define the compiler's names, nor run before the probe" {
	objects "" <<<'void __tsan_read4(void *at) { (void)at; }'
	[ "$status" = 1 ]
	[ "$output" = "a.c: defines __tsan_read4: such names are the compiler's" ]
	objects "" <<<'int f(void); __attribute__((constructor)) void g(void) { f(); }'
	[ "$status" = 0 ]
	objects probe <<<'int f(void); __attribute__((constructor)) void g(void) { f(); }'
	[ "$status" = 1 ]
	[ "$output" = "a.c: has a function that runs before main (constructor)" ]
	objects probe <<<'static int g(void) { return 1; } int f(void) { return g(); }'
	[ "$status" = 0 ]
	[ ! -s behind ]
}

@test "an object that gets round the checkers is named" {
	objects "" <<<'void *dlsym(void *, const char *); void *f(void) { return dlsym(0, "x"); }'
	[ "$status" = 0 ]
	[ "$(<behind)" = "a.c looks functions up by itself: dlsym" ]
	objects "" <<<'int waitpid(int p) { return p; } static int fork(void) { return 1; } int (*f)(void) = fork;'
	[ "$(<behind)" = "a.c has a waitpid() of its own" ]
}
