#include <stdio.h>
#include <stdlib.h>

static int
ascending(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

int
main(void)
{
	int trips[10] = { 2, 3, 2, 900, 2, 3, 2, 2, 3, 81 }; /* microseconds */
	int ranks[] = { 50, 80, 90, 99 };
	int sum = 0;

	for (int i = 0; i < 10; i++)
		sum += trips[i];
	printf("mean %d\n", sum / 10);
	qsort(trips, 10, sizeof(trips[0]), ascending);
	for (int i = 0; i < 4; i++)
		printf("p%d %d\n", ranks[i],
		       trips[(ranks[i] * 10 + 99) / 100 - 1]);
	return 0;
}
