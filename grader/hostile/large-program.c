/*
 * Initialised data of sixteen gigabytes: the object file would fill the disk.
 *
 * Lab: hello
 * Expect: BUILD
 * Marks: 0
 * Seconds: 120
 */
char large[16L << 30] = { 1 };

int
main(void)
{
	return large[5];
}
