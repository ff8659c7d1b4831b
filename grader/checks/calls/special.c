/* calls: the wrappers that cannot be like the others. */
#define _GNU_SOURCE
#include "../note/wrap.h"
#include "calls.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>

enum {
	MAX_SYSCALL = 1024,  /* room for twice as many as there are */
	MAX_ARGUMENTS = 1024 /* of execl */
};

// clang-format off
#define FUNCTIONS(X) X(syscall) X(vfork) X(execv) X(execvp) X(execve)
// clang-format on

enum { FUNCTIONS(WRAP_INDEX) };
static struct wrapped next[] = { FUNCTIONS(WRAP_ENTRY) };

#define NEXT(name) wrap_next(&next[AT_##name])

/* It has one argument more than the usual wrapper passes on. */
EXPORT word wrap_syscall(word number, WORDS) __asm__("syscall");
word
wrap_syscall(word number, WORDS)
{
	static unsigned char seen[MAX_SYSCALL / CHAR_BIT];
	struct note shown = { .length = 0 };

	if (number >= 0 && number < MAX_SYSCALL) {
		note_number(&shown, number);
		record(&seen[number / CHAR_BIT], 1 << number % CHAR_BIT,
		       "syscall", note_string(&shown), FRAME);
	}
	union {
		void *found;
		word (*call)(word, WORDS);
	} real = { .found = NEXT(syscall) };
	return real.call(number, PASS);
}

/*
 * The child of vfork returns before its parent and would destroy the frame of a
 * C wrapper. So: record, then jump to the real function with the stack as the
 * program left it.
 */
__attribute__((used)) static function *
before_vfork(void)
{
	static unsigned char seen;

	record(&seen, 1, "vfork", NULL, FRAME);
	return NEXT(vfork);
}

#if defined(__x86_64__)
__asm__(".text\n"
	".globl vfork\n"
	".type vfork, @function\n"
	"vfork:\n"
	"	push %rbp\n"
	"	mov %rsp, %rbp\n"
	"	call before_vfork\n"
	"	pop %rbp\n"
	"	jmp *%rax\n"
	".size vfork, . - vfork\n");
#elif defined(__aarch64__)
__asm__(".text\n"
	".globl vfork\n"
	".type vfork, %function\n"
	"vfork:\n"
	"	stp x29, x30, [sp, -16]!\n"
	"	mov x29, sp\n"
	"	bl before_vfork\n"
	"	ldp x29, x30, [sp], 16\n"
	"	br x0\n"
	".size vfork, . - vfork\n");
#endif

/*
 * The execl family: its arguments become a vector. The kernel limits its
 * length, far above what anybody writes out.
 */
#define LIST_WRAPPER(name, vector_name, has_environment)                    \
	EXPORT word wrap_##name(const char *path, const char *first,        \
				...) __asm__(#name);                        \
	word wrap_##name(const char *path, const char *first, ...)          \
	{                                                                   \
		static unsigned char seen;                                  \
		const char *arguments[MAX_ARGUMENTS] = { first };           \
		word environment = 0;                                       \
		va_list list;                                               \
                                                                            \
		record(&seen, 1, #name, NULL, FRAME);                       \
		va_start(list, first);                                      \
		for (int i = 1; i < MAX_ARGUMENTS && arguments[i - 1]; i++) \
			arguments[i] = va_arg(list, const char *);          \
		if (has_environment)                                        \
			environment = va_arg(list, word);                   \
		va_end(list);                                               \
		if (arguments[MAX_ARGUMENTS - 1] != NULL) {                 \
			errno = E2BIG;                                      \
			return -1;                                          \
		}                                                           \
		return NEXT(vector_name)((word)path, (word)arguments,       \
					 environment, 0, 0, 0);             \
	}
LIST_WRAPPER(execl, execv, false)
LIST_WRAPPER(execlp, execvp, false)
LIST_WRAPPER(execle, execve, true)

__attribute__((constructor)) static void
start(void)
{
	int saved = errno;

	WRAP_RESOLVE(next);
	errno = saved;
}
