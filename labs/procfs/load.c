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
#include <unistd.h>

#include "procfs.h"

static char *
read_here(const char *name)
{
	char *text = read_file(name);

	if (text == NULL)
		err(1, "%s", name);
	return text;
}

int
main(int argc, char *argv[])
{
	static char *loadavg, *cpuinfo, *vmstat;
	const char *folder = argc == 2 ? argv[1] : "/proc", *at;
	double load[3];
	int run, tasks, processors = 0;

	if (argc > 2)
		errx(2, "usage: load [FOLDER]");
	if (chdir(folder) == -1)
		err(1, "%s", folder);
	loadavg = read_here("loadavg");
	cpuinfo = read_here("cpuinfo");
	vmstat = read_here("vmstat");
	if (sscanf(loadavg, "%lf %lf %lf %d/%d", &load[0], &load[1], &load[2],
		   &run, &tasks) != 5)
		errx(1, "loadavg: not a load");
	for (at = cpuinfo; (at = field(at, "processor")) != NULL;)
		processors++;
	at = field(vmstat, "pgfault");
	printf("load %.2f %.2f %.2f\n", load[0], load[1], load[2]);
	printf("%d of %d tasks run, on %d processors\n", run, tasks,
	       processors);
	printf("%llu page faults\n", at != NULL ? strtoull(at, NULL, 10) : 0);
	if (fflush(stdout) == EOF)
		err(1, "standard output");
	return 0;
}
