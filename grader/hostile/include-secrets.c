/*
 * Takes the environment of the compiler, and of the first process, into the
 * program at compile time, to learn the seed.
 *
 * Lab: hello
 * Expect: BUILD
 * Marks: 0
 * Seconds: 60
 */
#include <stdio.h>
#include <string.h>

#if __has_include("/proc/1/environ")
#define FIRST
#endif

__asm__(".section .rodata\n"
	"secret: .incbin \"/proc/self/environ\"\n"
	"secret_end: .byte 0\n"
	".text\n");
extern const char secret[], secret_end[];

int
main(void)
{
	for (const char *c = secret; c + 5 < secret_end; c++)
		if (memcmp(c, "SEED=", 5) == 0)
			puts("breach: the seed");
	return 3;
}
