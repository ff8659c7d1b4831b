/*
 * @NAME@: TODO: what the program does
 *
 *	./@NAME@ TODO: its arguments
 *
 * TODO: what happens between its processes
 *
 * Look at: TODO: the calls to look at
 */
#include <err.h>
#include <stdio.h>

/*
 * Gap 1: TODO: what the function does
 *
 * TODO: what it takes, what it returns, what errno is when it fails
 * Trap: TODO: what one gets wrong here (the contract and the trap, never the recipe)
 */
static int
answer(void)
{
	/* TODO: mark the lines that a student is to write, as handouts/authors.md shows */
	return 0;
}

int
main(void)
{
	printf("%d\n", answer());
	return 0;
}
