#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

int
main(void)
{
	char line[1024], name[64], state;
	FILE *stat;

	prctl(PR_SET_NAME, "a) Z (b");
	stat = fopen("/proc/self/stat", "r");
	if (stat == NULL || fgets(line, sizeof(line), stat) == NULL)
		err(1, "/proc/self/stat");
	sscanf(line, "%*d (%[^)]) %c", name, &state);
	printf("name %s, state %c\n", name, state);
	sscanf(strrchr(line, ')'), ") %c", &state);
	printf("state %c\n", state);
	return 0;
}
