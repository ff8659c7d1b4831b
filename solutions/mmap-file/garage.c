/*
 * garage: keeps a car in a mapped file.
 *
 *	./garage FILE list | watch | rename MAKE MODEL
 *	./garage FILE put MAKE MODEL BRAND TRACTION SPEED (these three for 4 wheels)
 *
 * `watch` lists again at each line of its standard input. Look at: it maps FILE
 * once, and sees what another garage changes without a read(2).
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "record.h"

static const char *path;

_Noreturn static void
fail(void)
{
	if (errno == EBADMSG)
		errx(1, "%s: not a whole car", path);
	err(1, "%s", path);
}

/*
 * Gap 5 (optional): read the record, which a writer is changing.
 *
 * `fd` is its file. A writer holds flock(fd, LOCK_EX) while it writes, and the
 * kernel takes that lock away from one that dies. Waits for the writer, asleep
 * all the time, and returns 0 with the car; or -1 with EBADMSG if the writer left
 * the record half changed, or another errno. Afterwards writers can go on.
 */
static int
read_after_writer(int fd, const struct record *record, struct car *car)
{
	// BEGIN SOLUTION 5
	if (flock(fd, LOCK_SH) == -1)
		return -1;
	int whole = record_read(record, car);
	if (flock(fd, LOCK_UN) == -1)
		return -1;
	errno = EBADMSG;
	return whole;
	// STUB (void)fd, (void)record, (void)car;
	// STUB errno = EAGAIN;
	// STUB return -1;
	// END SOLUTION 5
}

static void
list(int fd, const struct record *record)
{
	struct car car = { .make = "" };

	if (record_read(record, &car) == -1 &&
	    (errno != EAGAIN || read_after_writer(fd, record, &car) == -1))
		fail();
	if (car_check(&car) == -1)
		fail();
	printf("%s %s\n", car.make, car.model);
	for (struct wheel *w = car.wheels; w < car.wheels + WHEELS; w++)
		printf("  wheel: %s %s %s\n", w->brand, w->traction, w->speed);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
}

/* Puts `new` into the file, all of it or only the make and model. */
static void
change(const struct car *new, int all)
{
	struct car car = *new;
	int fd = open(path, all ? O_RDWR | O_CREAT : O_RDWR, 0666);

	if (fd == -1 || flock(fd, LOCK_EX) == -1) /* one writer at a time */
		fail();
	struct record *record = all && lseek(fd, 0, SEEK_END) == 0
				    ? map_new(fd, sizeof(*record))
				    : map_old(fd, CAR_MAGIC, sizeof(*record),
					      PROT_READ | PROT_WRITE);
	if (record == NULL)
		fail();
	if (!all && record_read(record, &car) == -1) {
		errno = EBADMSG; /* with the lock ours: a writer was killed */
		fail();
	}
	if (car_check(&car) == -1)
		fail();
	memcpy(car.make, new->make, NAME);
	memcpy(car.model, new->model, NAME);
	record_write(record, &car);
	record->header.version = VERSION;
	record->header.magic = CAR_MAGIC;
	if (unmap_saved(record, sizeof(*record)) == -1)
		fail();
}

int
main(int argc, char *argv[])
{
	const char *what = argc > 2 ? argv[2] : "";
	struct car car = { .make = "" };
	char *line = NULL, **arg = argv + 3;
	size_t room = 0;
	int all = argc == 17 && !strcmp(what, "put"), bad;

	path = argv[1];
	if (all || (argc == 5 && !strcmp(what, "rename"))) {
		bad = text_put(car.make, NAME, *arg++);
		bad |= text_put(car.model, NAME, *arg++);
		for (struct wheel *w = car.wheels; arg < argv + argc; w++) {
			bad |= text_put(w->brand, NAME, *arg++);
			bad |= text_put(w->traction, RATING, *arg++);
			bad |= text_put(w->speed, RATING, *arg++);
		}
		if (bad != 0)
			err(2, "a text does not fit");
		change(&car, all);
	} else if (argc == 3 &&
		   (!strcmp(what, "list") || !strcmp(what, "watch"))) {
		int fd = open(path, O_RDONLY | O_NONBLOCK);
		struct record *record =
		    fd == -1
			? NULL
			: map_old(fd, CAR_MAGIC, sizeof(*record), PROT_READ);
		if (record == NULL)
			fail();
		list(fd, record);
		while (*what == 'w' && getline(&line, &room, stdin) != -1)
			list(fd, record);
		if (ferror(stdin))
			err(1, "standard input");
		free(line);
	} else
		errx(2, "usage: garage FILE list | watch | rename MAKE MODEL | "
			"put MAKE MODEL BRAND TRACTION SPEED ...");
	return 0;
}
