/*
 * Calls the functions of map.c and record.c one by one.
 *
 *	steps new FILE [SIZE]	makes FILE, maps it, stores into its ends
 *	steps short FILE [SIZE]	the same, but the file may not get its last byte
 *	steps save FILE [SIZE]	as new, and saves it
 *	steps old FILE...	maps each as a car, and makes a change
 *	steps readonly FILE...	the same, but they are open for reading only
 *	steps huge FILE		as old, told that it has 4 GiB more than it has
 *	steps magic N FILE...	as old, but the magic is N (hexadecimal)
 *	steps after GARAGE FILE put ...	which makes the file: its magic comes last
 *	steps text | check | write | read | order | together
 *
 * The last six print what is wrong, a line, or that nothing is. `write`, `read` and
 * `order` need the build `race`, which tells of each access to memory before it is
 * done: that is the moment at which others look, or write.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "record.h"

enum { PAGE = 4096, SIZE = sizeof(struct record) };

static pid_t writer; /* another process, or 0 */

/* Says what is wrong, and ends the program, and that process. */
__attribute__((format(printf, 1, 2))) static _Noreturn void
wrong(const char *what, ...)
{
	va_list list;

	if (writer > 0) {
		kill(writer, SIGKILL);
		waitpid(writer, NULL, 0);
	}
	va_start(list, what);
	vprintf(what, list);
	va_end(list);
	puts("");
	fflush(stdout);
	_exit(1);
}

/* ---- the file */

static char *map;	/* what is to be saved */
static bool saved[100]; /* its pages */

/* In place of the C library's: what was the function asked to save? */
int
msync(void *start, size_t size, int flags)
{
	size_t from = (size_t)((char *)start - map);
	int result = (int)syscall(SYS_msync, start, size, flags);

	if (result == 0 && (flags & MS_SYNC) != 0)
		for (size_t at = from; at < from + size; at += PAGE)
			if (at / PAGE < sizeof(saved))
				saved[at / PAGE] = true;
	return result;
}

static void
must_be_open(int fd, const char *path, const char *function)
{
	if (fcntl(fd, F_GETFD) == -1)
		wrong("%s: %s has closed the descriptor", path, function);
}

/* How many bytes of the file of that name are mapped here, in whole pages. */
static size_t
mapped_of(const char *path)
{
	char line[512];
	FILE *maps = fopen("/proc/self/maps", "r");
	size_t from, to, sum = 0;

	if (maps == NULL)
		err(1, "/proc/self/maps");
	while (fgets(line, sizeof(line), maps) != NULL) {
		char *name = strchr(line, '/'), *last = strrchr(line, '/');

		line[strcspn(line, "\n")] = '\0';
		if (name != NULL &&
		    (strcmp(name, path) == 0 || strcmp(last + 1, path) == 0) &&
		    sscanf(line, "%zx-%zx", &from, &to) == 2)
			sum += to - from;
	}
	fclose(maps);
	return sum;
}

/* Beyond that many bytes no file grows, as if the disk were full. */
static void
limit_files(rlim_t bytes)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	if (getrlimit(RLIMIT_FSIZE, &limit) == -1)
		err(1, "getrlimit");
	limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
	if (setrlimit(RLIMIT_FSIZE, &limit) == -1)
		err(1, "setrlimit");
}

/* The first `size` bytes of a new file, mapped; something is stored in both ends. */
static void
make_new(const char *path, size_t size, rlim_t most)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
	struct stat s;

	if (fd == -1)
		err(1, "%s", path);
	limit_files(most);
	map = map_new(fd, size);
	int error = errno;
	limit_files(RLIM_INFINITY);
	must_be_open(fd, path, "map_new");
	errno = error;
	if (map == NULL)
		err(1, "map_new");
	if (fstat(fd, &s) == -1 || close(fd) == -1)
		err(1, "%s", path);
	printf("%lld bytes\n", (long long)s.st_size);
	fflush(stdout);
	if (mapped_of(path) < size)
		wrong("of %zu bytes only %zu are mapped", size,
		      mapped_of(path));
	map[0] = 'a';
	map[size - 1] = 'z';
}

static int
save_new(size_t size)
{
	int result = unmap_saved(map, size);
	unsigned char in_core;

	if (result == -1)
		warn("unmap_saved");
	for (size_t at = 0; at < size; at += PAGE) {
		if (mincore(map + at, 1, &in_core) == 0)
			wrong("byte %zu is still mapped", at);
		if (result == 0 && !saved[at / PAGE])
			wrong("byte %zu was stored, and msync has not saved "
			      "it for good",
			      at);
	}
	return result == 0 ? 0 : 1;
}

static uint32_t magic = CAR_MAGIC; /* that map_old is to find */
static off_t more; /* than a file has, fstat and lseek say here */
static bool told;
static bool read_only;

/* In place of the C library's. Who asks for the size otherwise is not told. */
int
fstat(int fd, struct stat *s)
{
	int result = fstatat(fd, "", s, AT_EMPTY_PATH);

	if (result == 0) {
		told = true;
		s->st_size += more;
	}
	return result;
}

off_t
lseek(int fd, off_t offset, int whence)
{
	off_t result = (off_t)syscall(SYS_lseek, fd, offset, whence);

	if (result == -1 || whence != SEEK_END)
		return result;
	told = true;
	return result + more;
}

static void
map_one(const char *path)
{
	int fd = open(path, (read_only ? O_RDONLY : O_RDWR) | O_NONBLOCK);

	if (fd == -1 && (fd = open(path, O_RDONLY)) == -1)
		err(1, "%s", path);
	lseek(fd, 0, SEEK_END); /* as garage does, to see if it is empty */
	told = false;
	errno = 0;
	struct record *r = map_old(fd, magic, SIZE, PROT_READ | PROT_WRITE);
	int error = errno;
	must_be_open(fd, path, "map_old");
	if (close(fd) == -1)
		err(1, "%s", path);
	if (r == NULL) {
		printf("%s: %s%s\n", path,
		       error == EBADMSG ? "refused" : strerror(error),
		       mapped_of(path) != 0 ? ", and yet mapped" : "");
		return;
	}
	if (more != 0 && !told) {
		printf("%s: refused\n", path);
		return;
	}
	printf("%s: %u changes\n", path, r->changes);
	r->changes++; /* for whoever maps it next */
	munmap(r, SIZE);
}

/* ---- texts */

/* Where the old text ended: nowhere, at the start, or in the middle of the field. */
static void
try_text(char *field, int size, int length, int old_end)
{
	enum { MOST = 100 };
	char text[MOST], before[MOST];

	memset(field - 1, '#', (size_t)size + 2);
	if (old_end < size)
		field[old_end] = '\0';
	memcpy(before, field, (size_t)size);
	memset(text, 'a' + length % 26, sizeof(text));
	text[length] = '\0';
	errno = 0;
	int result = text_put(field, (size_t)size, text);
	if (field[-1] != '#' || field[size] != '#')
		wrong("a byte beside the field is changed, for a text of "
		      "length %d "
		      "and a field of %d",
		      length, size);
	if (length >= size) {
		if (result != -1 || errno != EMSGSIZE)
			wrong(
			    "a text of length %d is not refused with EMSGSIZE, "
			    "for a field of %d",
			    length, size);
		for (int i = 0; i < size; i++)
			if (field[i] != before[i])
				wrong("a text that is too long is refused, but "
				      "byte %d of the field has changed",
				      i);
		return;
	}
	if (result != 0)
		wrong("a text of length %d%s is refused, for a field of %d",
		      length, length == 0 ? " (an empty one)" : "", size);
	if (strncmp(field, text, (size_t)length) != 0)
		wrong("a text of length %d is not in its field", length);
	for (int i = length; i < size; i++)
		if (field[i] != '\0')
			wrong("after a text of length %d the field has, at "
			      "byte %d, what was there before",
			      length, i);
}

static void
try_byte(char *field, size_t size, int byte)
{
	const char text[] = { (char)byte, size > 3 ? 'b' : '\0', '\0' };

	memset(field, '#', size);
	if (text_put(field, size, text) != 0)
		wrong("a text with the byte %d in it is refused", byte);
	if (strcmp(field, text) != 0)
		wrong("a text with the byte %d in it is not whole in its field",
		      byte);
}

/* Its length must not be counted in a byte or two. */
static void
try_long_text(char *field, int size, int length)
{
	static char text[65536 + 200];

	memset(field, '#', (size_t)size);
	memset(text, 'a', (size_t)length);
	text[length] = '\0';
	errno = 0;
	if (text_put(field, (size_t)size, text) != -1 || errno != EMSGSIZE)
		wrong("a text of length %d is not refused with EMSGSIZE, for a "
		      "field of %d",
		      length, size);
	for (int i = 0; i < size; i++)
		if (field[i] != '#')
			wrong("a text of length %d is refused, but byte %d of "
			      "the field has changed",
			      length, i);
}

static void
try_texts(void)
{
	enum { MOST = 60 };
	char field[MOST + 2];

	for (int size = 1; size <= MOST; size++)
		for (int length = 0; length < size + 3; length++) {
			try_text(field + 1, size, length, size);
			try_text(field + 1, size, length, 0);
			try_text(field + 1, size, length, size / 2);
			if (length < size) {
				try_long_text(field, size, 256 + length);
				try_long_text(field, size, 65536 + length);
			}
		}
	for (int byte = 1; byte < 256; byte++) {
		try_byte(field, RATING, byte);
		try_byte(field, NAME, byte);
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
		wrong("a car whose texts fill their fields is refused");
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
			wrong("text %d of a car has its end behind its field "
			      "(the others are empty), "
			      "and it is not refused",
			      n + 1);
	}
	memset(car, 0, sizeof(*car));
	if (car_check(car) != 0)
		wrong("a car with empty texts is refused");
	for (int n = 0; n < 14; n++) {
		int size = field_of(n, &begin);

		memset((char *)car + begin + 1, 'x', (size_t)size - 1);
		if (car_check(car) != 0)
			wrong("text %d of a car has its end in its field, and "
			      "other bytes after that: it is refused",
			      n + 1);
		for (int byte = 1; byte < 256; byte++) {
			((char *)car)[begin] = (char)byte;
			((char *)car)[begin + 1] = '\0';
			if (car_check(car) != 0)
				wrong("text %d of a car is the byte %d, and is "
				      "refused",
				      n + 1, byte);
		}
	}
	puts("cars are told apart");
}

/* ---- changes */

void labbox_before_access(const volatile void *);

/* What the words hold: an old car, a new one, or parts of several. */
enum { OLD = 'O', NEW = 'N', PARTS = 'X' };

static struct record *record;
static bool writing, reading; /* one of the student's is at it, ... */
static bool ordering;	      /* or the order is asked for */
static bool ours;	      /* what is done now, it does not do */
static uint32_t start;	      /* `changes` to begin with */
static int step;	      /* what others add to it, ... */
static int moment;	      /* just before that access, counted from 0 */
static int accesses;	      /* so far */
static size_t place; /* the last, or where others came: bytes from the start */
static bool acted;   /* others have come */

static void
fill(struct car *car, int c)
{
	memset(car, c, sizeof(*car));
}

__attribute__((no_sanitize_thread)) static void
store(int c, uint32_t changes)
{
	for (int i = 0; i < WORDS; i++)
		record->words[i] = (uint32_t)c * 0x01010101u;
	record->changes = changes;
}

/* The first word that does not hold c, or WORDS. */
__attribute__((no_sanitize_thread)) static int
other_than(int c)
{
	int i = 0;

	while (i < WORDS && record->words[i] == (uint32_t)c * 0x01010101u)
		i++;
	return i;
}

/*
 * A reader that looks just now, and finds an even number, takes what is there for a
 * whole car: of the old one, only if it is the old number, and not a dead writer's.
 */
__attribute__((no_sanitize_thread)) static void
judge_writer(size_t next)
{
	const size_t words = offsetof(struct record, words);
	uint32_t changes = record->changes;
	int word = other_than(start % 2 == 0 && changes == start ? OLD : NEW);

	if (changes % 2 != 0 || word == WORDS)
		return;
	if (changes != start && start % 2 == 0 && other_than(OLD) == WORDS)
		return;
	if (start % 2 != 0)
		wrong("changes is odd before (%u: a writer was killed), and "
		      "even (%u) before all words are stored",
		      start, changes);
	if (place >= words) /* the last access, or the next */
		next = place;
	wrong("changes is even when word %zu is stored (%u before, now %u)",
	      next >= words ? (next - words) / 4 : (size_t)word, start,
	      changes);
}

__attribute__((no_sanitize_thread)) static void
act(void)
{
	acted = true;
	if (step == 0)
		return;
	if (mprotect(record, PAGE, PROT_READ | PROT_WRITE) == -1)
		_exit(2);
	store((start + (uint32_t)step) % 2 == 0 ? NEW : PARTS,
	      start + (uint32_t)step);
	if (mprotect(record, PAGE, PROT_READ) == -1)
		_exit(2);
}

static int *news;     /* in the same memory as the record */
static bool changing; /* this is that other process */
static enum { COUNTING, BEFORE, DURING } change; /* comes when, to the reader */
static int looks, last_look;			 /* at changes */

/* Another process changes the record; look_for_news says when it writes the news. */
static void
change_meanwhile(void)
{
	struct car car;
	pid_t child = fork();

	if (child == -1)
		err(1, "fork");
	if (child == 0) {
		changing = ordering = true;
		ours = false;
		if (change == DURING)
			*news = 1;
		fill(&car, NEW);
		record_write(record, &car);
		_exit(0);
	}
	/* The checker does not know this call, so for it only the record orders. */
	while (syscall(SYS_wait4, child, NULL, 0, NULL) == -1 && errno == EINTR)
		;
}

static void
see_news(void)
{
	if (*news == 0)
		wrong("a new word is there, and what was written before is "
		      "not");
}

/*
 * What a writer did before that of which the reader has seen the result must have
 * come first. A change that came before: the news is like one more word; the reader
 * has seen that changes is even, and goes on to the words. A change that comes at its
 * first word: the news is like the odd number; the reader has seen a new word, and
 * looks at changes for the last time.
 */
static void
look_for_news(bool at_word)
{
	if (changing) {
		if (change == BEFORE && at_word)
			*news = 1;
		return;
	}
	if (!at_word)
		looks++;
	if (change == BEFORE && at_word)
		see_news();
	if (change == DURING && at_word && !acted) {
		acted = true;
		change_meanwhile();
	}
	if (change == DURING && acted && !at_word && looks == last_look)
		see_news();
}

__attribute__((no_sanitize_thread)) void
labbox_before_access(const volatile void *address)
{
	const char *at = (const char *)address, *begin = (const char *)record;

	if (ours || (!writing && !reading && !ordering) || at < begin ||
	    at >= begin + SIZE)
		return;
	ours = true;
	if (writing) {
		judge_writer((size_t)(at - begin));
		place = (size_t)(at - begin);
	} else if (ordering) {
		look_for_news((size_t)(at - begin) >=
			      offsetof(struct record, words));
	} else if (accesses++ == moment) {
		place = (size_t)(at - begin);
		act();
	}
	ours = false;
}

static void
on_fault(int number, siginfo_t *info, void *context)
{
	const char *at = info->si_addr, *begin = (const char *)record;

	(void)context;
	if (reading && at >= begin && at < begin + SIZE)
		wrong("record_read stores in the record, which is mapped for "
		      "reading only");
	signal(number, SIG_DFL); /* it comes again */
}

static void
map_page(void)
{
	struct sigaction action = { .sa_sigaction = on_fault,
				    .sa_flags = SA_SIGINFO };

	record = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (record == MAP_FAILED || sigaction(SIGSEGV, &action, NULL) == -1)
		err(1, "mmap");
}

static bool
holds(const struct car *car, int c)
{
	const char *bytes = (const char *)car;

	for (size_t i = 0; i < sizeof(*car); i++)
		if (bytes[i] != c)
			return false;
	return true;
}

/* The record holds the words of an old car, or those that are to be stored. */
static void
write_once(uint32_t from, int words)
{
	struct car car;

	fill(&car, NEW);
	start = from;
	store(words, start);
	record->header.magic = record->header.version = 7;
	place = 0;
	writing = true;
	record_write(record, &car);
	writing = false;
	if (record->header.magic != 7 || record->header.version != 7)
		wrong("the header is changed");
	if (other_than(NEW) != WORDS)
		wrong("not all %d words are stored: word %d is not", WORDS,
		      other_than(NEW));
	if (record->changes % 2 != 0)
		wrong("changes is odd after record_write, when it was %u "
		      "before%s",
		      start,
		      words == NEW ? ", and all words were the same already"
				   : "");
	if (record->changes == start)
		wrong("changes is after record_write what it was before (%u)",
		      start);
	if (record->changes - start > UINT32_MAX / 2)
		wrong("changes was %u, and is after record_write %u, which it "
		      "was long before",
		      start, record->changes);
	if (start % 2 != 0 && record->changes == start - 1)
		wrong("changes is after record_write what it was before a "
		      "writer was killed (%u, who left %u): a reader that "
		      "noted it then sees no difference",
		      start - 1, start);
}

static void
try_write(void)
{
	const uint32_t starts[] = { 0,
				    1,
				    2,
				    6,
				    7,
				    254,
				    255,
				    65534,
				    65535,
				    65538,
				    UINT32_MAX / 2,
				    UINT32_MAX / 2 + 1,
				    UINT32_MAX - 1,
				    UINT32_MAX };

	map_page();
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		write_once(starts[i], OLD);
	write_once(1, NEW);
	puts("changes is odd while words are stored");
}

/* Which change comes, and when, in words. */
static const char *
change_in_words(void)
{
	static char text[100], what[40] = "changes";

	if (place >= offsetof(struct record, words))
		snprintf(what, sizeof(what), "word %zu",
			 (place - offsetof(struct record, words)) / 4);
	snprintf(text, sizeof(text),
		 "a change %s when %s is read (changes is %u, then %u)",
		 step % 2 != 0 && start % 2 == 0 ? "begins" : "comes", what,
		 start, start + (uint32_t)step);
	return text;
}

/* Returns how many times record_read has accessed the record. */
static int
read_once(uint32_t from, int at, int by)
{
	struct car car;

	start = from;
	moment = at;
	step = by;
	store(start % 2 == 0 ? OLD : PARTS, start);
	fill(&car, '-');
	if (mprotect(record, PAGE, PROT_READ) == -1)
		err(1, "mprotect");
	accesses = 0;
	acted = false;
	errno = 0;
	reading = true;
	int result = record_read(record, &car);
	int error = errno;
	reading = false;
	if (mprotect(record, PAGE, PROT_READ | PROT_WRITE) == -1)
		err(1, "mprotect");

	bool changed = acted && step != 0;
	if (result != 0 && (result != -1 || error != EAGAIN))
		wrong("%s, and record_read neither returns 0 nor fails with "
		      "EAGAIN",
		      change_in_words());
	if (!changed && start % 2 == 0 && result != 0)
		wrong("nobody is writing, and record_read does not return 0");
	if (result != 0)
		return accesses;
	if (!changed && start % 2 != 0)
		wrong("changes is odd (%u), and record_read returns 0", start);
	if (!changed) {
		const char *bytes = (const char *)&car;

		for (int i = 0; i < (int)sizeof(car); i++)
			if (bytes[i] != OLD)
				wrong("the car that record_read returns is not "
				      "what is in word %d of the record",
				      i / 4);
	} else if (!(start % 2 == 0 && holds(&car, OLD)) &&
		   !(record->changes % 2 == 0 && holds(&car, NEW)))
		wrong("%s, and record_read returns 0, with half of the old car "
		      "and half of another",
		      change_in_words());
	return accesses;
}

static void
try_read(void)
{
	const uint32_t starts[] = { 0, 2, 6, 254, 65534, UINT32_MAX - 1 };
	const int steps[] = { 1, 2, 256, 65536 };
	int n = 0;

	map_page();
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
		n = read_once(starts[i], -1, 0);
		read_once(starts[i] + 1, -1, 0);
		for (size_t j = 0; j < sizeof(steps) / sizeof(*steps); j++) {
			/* Each moment once, others only at both ends. */
			for (int at = 0; at < n; at++)
				if (i == 0 || at < 3 || at >= n - 3)
					read_once(starts[i], at, steps[j]);
		}
		for (int at = 0; at < n; at++)
			if (i == 0 || at < 3 || at >= n - 3)
				read_once(starts[i] + 1, at, 1);
	}
	puts("no car is half of another");
}

static void
read_in_order(int when, int place_of_news)
{
	struct car car;

	store(OLD, 0);
	news = (int *)(void *)((char *)record + place_of_news);
	change = when;
	looks = 0;
	acted = false;
	if (change == BEFORE)
		change_meanwhile();
	ordering = true;
	record_read(record, &car);
	ordering = false;
}

static void
try_order(void)
{
	record = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (record == MAP_FAILED)
		err(1, "mmap");
	read_in_order(COUNTING, PAGE / 4);
	last_look = looks;
	read_in_order(BEFORE, PAGE / 2);
	read_in_order(DURING, PAGE / 2 + PAGE / 4);
	puts("what is written first is seen first");
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
	writer = fork();
	if (writer == 0) {
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
	if (writer == -1 || read(ready[0], &its, sizeof(its)) != sizeof(its))
		wrong("the writer has stored nothing");
	if (its == r)
		wrong("both processes have the file at the same address");
	do {
		pid_t got = waitpid(writer, &status, WNOHANG);

		ended = got == writer;
		if (ended)
			writer = 0;
		if (record_read(r, &car) == 0) {
			byte = car.make[0];
			if (byte < 'a' || !holds(&car, byte))
				wrong("record_read returns parts of two cars");
		} else if (ended)
			wrong("the writer has ended, and record_read does not "
			      "return 0");
		sched_yield();
	} while (!ended);
	if (!holds(&car, 'a' + TIMES % 20) || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 0)
		wrong("the last car is not what the writer stored last");
	puts("whole cars, at two addresses");
	return 0;
}

/* Whoever sees the magic may use the rest: if not, the checker calls it a race. */
static int
look_after(char *argv[])
{
	int fd = open(argv[1], O_RDONLY | O_CREAT, 0600), status = 0;
	const struct record *r = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0);
	const volatile unsigned char *byte = (const volatile void *)r;
	pid_t child;

	if (r == MAP_FAILED || (child = fork()) == -1)
		err(1, "%s", argv[1]);
	if (child == 0) {
		execv(argv[0], argv);
		err(1, "%s", argv[0]);
	}
	/* The checker does not know this call, so for it only the magic orders. */
	while (syscall(SYS_wait4, child, &status, 0, NULL) == -1 &&
	       errno == EINTR)
		;
	if (status != 0)
		return 1;
	if (r->header.magic != CAR_MAGIC)
		wrong("the file has no magic");
	for (size_t at = sizeof(r->header.magic); at < SIZE; at++)
		(void)byte[at];
	puts("the magic is there");
	return 0;
}

int
main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "";

	if (strcmp(what, "new") == 0 || strcmp(what, "short") == 0 ||
	    strcmp(what, "save") == 0) {
		size_t size = argc > 3 ? strtoul(argv[3], NULL, 10) : SIZE;

		make_new(argv[2], size,
			 strcmp(what, "short") == 0 ? size - 1 : RLIM_INFINITY);
		return strcmp(what, "save") == 0 ? save_new(size) : 0;
	}
	if (strcmp(what, "after") == 0)
		return look_after(argv + 2);
	more = strcmp(what, "huge") == 0 ? (off_t)1 << 32 : 0;
	read_only = strcmp(what, "readonly") == 0;
	int first = 2;
	if (strcmp(what, "magic") == 0)
		magic = (uint32_t)strtoul(argv[first++], NULL, 16);
	for (int i = first; i < argc; i++)
		map_one(argv[i]);
	if (strcmp(what, "text") == 0)
		try_texts();
	if (strcmp(what, "check") == 0)
		try_check();
	if (strcmp(what, "write") == 0)
		try_write();
	if (strcmp(what, "read") == 0)
		try_read();
	if (strcmp(what, "order") == 0)
		try_order();
	if (strcmp(what, "together") == 0)
		return be_together();
	return 0;
}
