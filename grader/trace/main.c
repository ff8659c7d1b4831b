/*
 * draw: draws the events of a run (draw.h).
 */
#define _GNU_SOURCE
#include "draw.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { USAGE = 2, ROWS_MOST = 150, COLUMNS = 80 };

static void
usage(FILE *out)
{
	fputs("usage: draw [-acmsv] [-w COLUMNS] [-t TITLE] EVENTS\n"
	      "\n"
	      "Draws what the processes of a run did with each other.\n"
	      "  -a  only ASCII        -c  in colour\n"
	      "  -s  as SVG            -v  all of it: nothing is folded\n"
	      "  -m  no picture: which read got its bytes from which write\n",
	      out);
}

int
main(int argc, char *argv[])
{
	struct style style = { .columns = COLUMNS };
	bool svg = false, matches = false, all = false;
	char data[4096];
	int option;
	FILE *in;

	while ((option = getopt(argc, argv, "achmst:vw:")) != -1) {
		switch (option) {
		case 'a':
			style.ascii = true;
			break;
		case 'c':
			style.colour = true;
			break;
		case 'h':
			usage(stdout);
			return 0;
		case 'm':
			matches = true;
			break;
		case 's':
			svg = true;
			break;
		case 't':
			style.title = optarg;
			break;
		case 'v':
			all = true;
			break;
		case 'w':
			style.columns = atoi(optarg);
			break;
		default:
			usage(stderr);
			return USAGE;
		}
	}
	if (optind != argc - 1 || style.columns < 40 || style.columns > 400) {
		usage(stderr);
		return USAGE;
	}
	in = fopen(argv[optind], "re");
	if (in == NULL)
		err(USAGE, "%s", argv[optind]);
	events_read(in);
	fclose(in);
	snprintf(data, sizeof(data), "%s.data", argv[optind]);
	data_read(data);
	match();
	if (matches) {
		matches_print(stdout);
		return 0;
	}
	lanes_choose();
	rows_make();
	if (!all)
		fold(ROWS_MOST);
	if (hangs())
		hang_rows();
	if (svg)
		svg_draw(stdout, &style);
	else
		text_draw(stdout, &style);
	return 0;
}
