/*
 * load: how busy the machine is.
 *
 *	./load [FOLDER]
 *
 * Reads the files loadavg, cpuinfo and vmstat of /proc, or of FOLDER.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "procfs.h"

int
main(int argc, char *argv[])
{
	static char *files[3];
	double load[3];
	int run, tasks, processors = 0;

	if (argc > 2)
		errx(2, "usage: load [FOLDER]");
	read_load(argc == 2 ? argv[1] : "/proc", files);
	if (sscanf(files[0], "%lf %lf %lf %d/%d", &load[0], &load[1], &load[2],
		   &run, &tasks) != 5)
		errx(1, "loadavg: not a load");
	for (const char *at = files[1]; (at = field(at, "processor")) != NULL;)
		processors++;
	const char *faults = field(files[2], "pgfault");
	printf("load %.2f %.2f %.2f\n", load[0], load[1], load[2]);
	printf("%d of %d tasks run, on %d processors\n", run, tasks,
	       processors);
	printf("%llu page faults\n",
	       faults != NULL ? strtoull(faults, NULL, 10) : 0);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	return 0;
}
