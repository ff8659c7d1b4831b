/*
 * Calls the functions of map.c and record.c one by one.
 *
 *	steps new FILE [SIZE]	makes FILE, maps it, stores into its ends, saves it
 *	steps old FILE...	maps each as a car, and makes a change
 *	steps text | check | write | read | together
 *
 * The last five print what is wrong, a line, or that nothing is. `write` and
 * `read` end a page in the middle of a record, and forbid one of the two: the
 * fault that this raises is the moment at which others look, or write.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "record.h"

enum { PAGE = 4096, SIZE = sizeof(struct record) };

static void
wrong(const char *what, int place)
{
	printf(what, place);
	puts("");
	exit(1);
}

/* ---- the file */

static char *map;    /* what is to be saved */
static size_t saved; /* bytes of it, from the start */

/* In place of the C library's: what was the function asked to save? */
int
msync(void *start, size_t size, int flags)
{
	if (start == map && (flags & MS_SYNC) != 0)
		saved = size;
	return (int)syscall(SYS_msync, start, size, flags);
}

static int
make_new(const char *path, size_t size)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
	struct stat s;

	if (fd == -1)
		err(1, "%s", path);
	map = map_new(fd, size);
	if (map == NULL)
		err(1, "map_new");
	if (fstat(fd, &s) == -1 || close(fd) == -1)
		err(1, "%s", path);
	printf("%lld bytes\n", (long long)s.st_size);
	fflush(stdout);
	map[0] = 'a';
	map[size - 1] = 'z';
	unsigned char in_core;
	int result = unmap_saved(map, size);

	if (result == -1)
		warn("unmap_saved");
	for (size_t at = 0; at < size; at += PAGE)
		if (mincore(map + at, 1, &in_core) == 0)
			wrong("byte %d is still mapped", (int)at);
	if (result == 0 && saved < size)
		wrong("of what was stored, msync has saved %d bytes for good",
		      (int)saved);
	return result == 0 ? 0 : 1;
}

/* Is the file of that name mapped here? */
static int
is_mapped(const char *path)
{
	char line[512];
	FILE *maps = fopen("/proc/self/maps", "r");
	int found = 0;

	if (maps == NULL)
		err(1, "/proc/self/maps");
	while (fgets(line, sizeof(line), maps) != NULL) {
		char *name = strchr(line, '/'), *last = strrchr(line, '/');

		line[strcspn(line, "\n")] = '\0';
		if (name != NULL &&
		    (strcmp(name, path) == 0 || strcmp(last + 1, path) == 0))
			found = 1;
	}
	fclose(maps);
	return found;
}

static void
map_one(const char *path)
{
	int fd = open(path, O_RDWR | O_NONBLOCK);

	if (fd == -1 && (fd = open(path, O_RDONLY)) == -1)
		err(1, "%s", path);
	errno = 0;
	struct record *r = map_old(fd, CAR_MAGIC, SIZE, PROT_READ | PROT_WRITE);
	int error = errno;
	if (close(fd) == -1)
		err(1, "%s", path);
	if (r == NULL) {
		printf("%s: %s%s\n", path,
		       error == EBADMSG ? "refused" : strerror(error),
		       is_mapped(path) ? ", and yet mapped" : "");
		return;
	}
	printf("%s: %u changes\n", path, r->changes);
	r->changes++; /* for whoever maps it next */
	munmap(r, SIZE);
}

/* ---- texts */

static void
try_texts(void)
{
	enum { MOST = 60 };
	char field[MOST + 2], text[MOST + 4];

	for (int size = 1; size <= MOST; size++)
		for (int length = 0; length < size + 3; length++) {
			memset(field, '#', sizeof(field));
			memset(text, 'a' + length % 26, sizeof(text));
			text[length] = '\0';
			errno = 0;
			int result = text_put(field + 1, (size_t)size, text);
			if (field[0] != '#' || field[size + 1] != '#')
				wrong("a byte beside the field is changed, for "
				      "a text that is %d bytes too long",
				      length - size + 1);
			if (length >= size) {
				if (result != -1 || errno != EMSGSIZE)
					wrong(
					    "a text that is %d bytes too long "
					    "is not refused with EMSGSIZE",
					    length - size + 1);
				for (int i = 1; i <= size; i++)
					if (field[i] != '#')
						wrong(
						    "a text that is too long "
						    "is refused, but byte %d "
						    "of the field has changed",
						    i - 1);
				continue;
			}
			if (result != 0)
				wrong("a text that leaves %d bytes of its "
				      "field unused is refused",
				      size - length - 1);
			if (strncmp(field + 1, text, (size_t)length) != 0)
				wrong("a text of %d bytes is not in its field",
				      length);
			for (int i = length + 1; i <= size; i++)
				if (field[i] != '\0')
					wrong("after a text of %d bytes the "
					      "field has what was there before",
					      length);
		}
	puts("texts stay in their fields");
}

/* The fields of a car, in order: where each begins and ends. */
static int
field_of(int n, size_t *begin)
{
	struct car car;
	const char *places[] = { car.wheels[0].brand, car.wheels[0].traction,
				 car.wheels[0].speed };

	if (n < 2) {
		*begin = (size_t)n * NAME;
		return NAME;
	}
	*begin = (size_t)(places[(n - 2) % 3] - car.make) +
		 (size_t)((n - 2) / 3) * sizeof(car.wheels[0]);
	return (n - 2) % 3 == 0 ? NAME : RATING;
}

static char *
map_guarded(void)
{
	char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED ||
	    mprotect(pages + PAGE, PAGE, PROT_NONE) == -1)
		err(1, "mmap");
	return pages + PAGE;
}

static void
try_check(void)
{
	/* The last byte of this car is the last that may be touched. */
	struct car *car =
	    (struct car *)(void *)(map_guarded() - sizeof(struct car));
	size_t begin;

	memset(car, 'x', sizeof(*car));
	for (int n = 0; n < 14; n++) {
		int size = field_of(n, &begin);

		((char *)car)[begin + (size_t)size - 1] = '\0';
	}
	if (car_check(car) != 0)
		wrong("a car whose texts fill their fields is refused", 0);
	for (int n = 0; n < 14; n++) {
		int size = field_of(n, &begin);
		char *end = (char *)car + begin + size - 1;

		*end = 'x';
		errno = 0;
		if (car_check(car) != -1)
			wrong("text %d of a car has no end, and it is not "
			      "refused",
			      n + 1);
		if (errno != EBADMSG)
			wrong("text %d of a car has no end, and errno is not "
			      "EBADMSG",
			      n + 1);
		*end = '\0';
	}
	for (int n = 0; n < 14; n++) {
		int size = field_of(n, &begin);

		memset(car, 0, sizeof(*car));
		memset((char *)car + begin, 'x', (size_t)size);
		if (car_check(car) != -1)
			wrong("text %d of a car has its end behind its field, "
			      "and it is not refused",
			      n + 1);
	}
	memset(car, 0, sizeof(*car));
	if (car_check(car) != 0)
		wrong("a car with empty texts is refused", 0);
	puts("cars are told apart");
}

/* ---- changes */

static struct record *ours, *others; /* the same memory, at two addresses */
static char *barrier;		     /* a page of ours that faults */
static volatile int faults, odd_then;
static int step; /* what others add to `changes` meanwhile */

static void
fill(struct car *car, int c)
{
	memset(car, c, sizeof(*car));
}

/* What a right writer does, one word after the other. */
static void
store(struct record *r, int c, uint32_t changes)
{
	uint32_t word = (uint32_t)c * 0x01010101u;

	for (int i = 0; i < WORDS; i++)
		r->words[i] = word;
	r->changes = changes;
}

static void
on_fault(int number)
{
	(void)number;
	faults++;
	odd_then = others->changes % 2 != 0;
	if (step != 0)
		store(others, 'N', others->changes + (uint32_t)step);
	if (mprotect(barrier, PAGE, PROT_READ | PROT_WRITE) == -1)
		_exit(1);
}

/*
 * The record begins so that word `word` is the first on the second page. That page
 * is the barrier; or the first one, where `changes` is.
 */
static void
set_barrier(char *a, char *b, int word, int first)
{
	size_t before =
	    offsetof(struct record, words) + (size_t)word * sizeof(uint32_t);

	barrier = first ? a : a + PAGE;
	if (mprotect(a, 2 * PAGE, PROT_READ | PROT_WRITE) == -1)
		err(1, "mprotect");
	ours = (struct record *)(void *)(a + PAGE - before);
	others = (struct record *)(void *)(b + PAGE - before);
	memset(b, 0, 2 * PAGE);
	faults = 0;
}

static void
map_twice(char **a, char **b)
{
	struct sigaction action = { .sa_handler = on_fault };
	int fd = memfd_create("record", 0);

	if (fd == -1 || ftruncate(fd, 2 * PAGE) == -1)
		err(1, "memfd_create");
	*a = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	*b = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (*a == MAP_FAILED || *b == MAP_FAILED)
		err(1, "mmap");
	close(fd);
	sigaction(SIGSEGV, &action, NULL);
}

static int
holds(const struct car *car, int c)
{
	const char *bytes = (const char *)car;

	for (size_t i = 0; i < sizeof(*car); i++)
		if (bytes[i] != c)
			return 0;
	return 1;
}

static void
try_write(void)
{
	const uint32_t starts[] = { 0,	       1,   2,	 6,
				    7,	       254, 255, UINT32_MAX - 1,
				    UINT32_MAX };
	struct car car, after;
	char *a, *b;

	map_twice(&a, &b);
	fill(&car, 'N');
	for (int word = 0; word < WORDS; word++)
		for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
			set_barrier(a, b, word, 0);
			store(others, 'O', starts[i]);
			others->header.magic = others->header.version = 7;
			mprotect(barrier, PAGE, PROT_NONE);
			odd_then = 1;
			record_write(ours, &car);
			for (int n = 0; n < WORDS; n++) {
				uint32_t w = others->words[n];

				memcpy((char *)&after + (size_t)n * sizeof(w),
				       &w, sizeof(w));
			}
			if (others->header.magic != 7 ||
			    others->header.version != 7)
				wrong("the header is changed", 0);
			if (!holds(&after, 'N'))
				wrong("not all %d words are stored", WORDS);
			if (!odd_then)
				wrong(starts[i] % 2 != 0
					  ? "changes is odd before (a writer "
					    "was killed), and even when word "
					    "%d is stored"
					  : "changes is even when word %d is "
					    "stored",
				      word);
			if (others->changes % 2 != 0)
				wrong("changes is odd after record_write, when "
				      "it was %d before",
				      (int)starts[i]);
			if (others->changes == starts[i])
				wrong("changes is after record_write what it "
				      "was before (%d)",
				      (int)starts[i]);
		}
	puts("changes is odd while words are stored");
}

static void
read_one(char *a, char *b, int word, int first, uint32_t start, int by)
{
	struct car car;

	set_barrier(a, b, word, first);
	store(others, 'O', start);
	step = by;
	mprotect(barrier, PAGE, by == 0 ? PROT_READ : PROT_NONE);
	fill(&car, '-');
	errno = 0;
	int result = record_read(ours, &car);
	if (by == 0 && start % 2 == 0 && result != 0)
		wrong("nobody is writing, and record_read does not return 0",
		      0);
	if (result == 0 && others->changes % 2 != 0)
		wrong(start % 2 != 0 || first
			  ? "changes is odd, and record_read returns 0"
			  : "a change begins when word %d is read, and "
			    "record_read returns 0",
		      word);
	if (result == 0 && !holds(&car, 'O') && !holds(&car, 'N'))
		wrong("a change comes when word %d is read, and record_read "
		      "returns half of the old car and half of the new one",
		      word);
	if (result == 0 && start % 2 == 0 && by == 0 && !holds(&car, 'O'))
		wrong("the car that record_read returns is not in the record",
		      0);
	if (result != 0 && (result != -1 || errno != EAGAIN))
		wrong("a change comes when word %d is read, and record_read "
		      "neither returns 0 nor fails with EAGAIN",
		      word);
}

static void
try_read(void)
{
	const uint32_t starts[] = { 0, 2, 6, 254, 65534, UINT32_MAX - 1 };
	char *a, *b;

	map_twice(&a, &b);
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
		read_one(a, b, 0, 1, starts[i], 1);
		read_one(a, b, 0, 1, starts[i], 2);
		for (int word = 0; word < WORDS; word++) {
			read_one(a, b, word, 0, starts[i], 0);
			read_one(a, b, word, 0, starts[i], 1);
			read_one(a, b, word, 0, starts[i], 2);
			read_one(a, b, word, 0, starts[i], 256);
			read_one(a, b, word, 0, starts[i], 65536);
			read_one(a, b, word, 0, starts[i] + 1, 0);
			read_one(a, b, word, 0, starts[i] + 1, 1);
		}
	}
	puts("no car is half of another");
}

/* ---- two processes */

static struct record *
map_record(void)
{
	int fd = open("shared", O_RDWR | O_CREAT, 0600);

	if (fd == -1 || ftruncate(fd, SIZE) == -1)
		err(1, "shared");
	struct record *r =
	    mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (r == MAP_FAILED)
		err(1, "mmap");
	close(fd);
	return r;
}

/* A child changes the record, at another address; we read it meanwhile. */
static int
be_together(void)
{
	enum { TIMES = 200 };
	struct car car;
	int status, ended = 0, ready[2];
	char byte;

	if (pipe(ready) == -1)
		err(1, "pipe");
	pid_t child = fork();
	if (child == 0) {
		/* What our parent has there is something else here. */
		void *decoy = mmap(NULL, PAGE, PROT_READ,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		struct record *r = map_record();

		close(ready[0]);
		for (int i = 1; i <= TIMES; i++) {
			fill(&car, 'a' + i % 20);
			record_write(r, &car);
			if (i == 1 && write(ready[1], &r, sizeof(r)) == -1)
				_exit(2);
			sched_yield();
		}
		_exit(decoy == (void *)r);
	}
	struct record *r = map_record(), *its = NULL;
	close(ready[1]);
	if (child == -1 || read(ready[0], &its, sizeof(its)) != sizeof(its))
		wrong("the writer has stored nothing", 0);
	if (its == r)
		wrong("both processes have the file at the same address", 0);
	do {
		pid_t got = waitpid(child, &status, WNOHANG);

		ended = got == child;
		if (record_read(r, &car) == 0) {
			byte = car.make[0];
			if (byte < 'a' || !holds(&car, byte))
				wrong("record_read returns parts of two cars",
				      0);
		} else if (ended)
			wrong("the writer has ended, and record_read does not "
			      "return 0",
			      0);
		sched_yield();
	} while (!ended);
	if (!holds(&car, 'a' + TIMES % 20) || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 0)
		wrong("the last car is not what the writer stored last", 0);
	puts("whole cars, at two addresses");
	return 0;
}

int
main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "";

	if (strcmp(what, "new") == 0)
		return make_new(argv[2],
				argc > 3 ? strtoul(argv[3], NULL, 10) : SIZE);
	for (int i = 2; i < argc; i++)
		map_one(argv[i]);
	if (strcmp(what, "text") == 0)
		try_texts();
	if (strcmp(what, "check") == 0)
		try_check();
	if (strcmp(what, "write") == 0)
		try_write();
	if (strcmp(what, "read") == 0)
		try_read();
	if (strcmp(what, "together") == 0)
		return be_together();
	return 0;
}
