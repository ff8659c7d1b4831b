/*
 * One side of a round, ping or pong, with a link whose other end is here, and
 * clocks that go on only when a message is under way.
 *
 *	sides clock NS...	what now() says of so many ns, with other clocks set back;
 *				without NS the clock fails, with `later` the second time
 *	sides cpu NS...		what cpu() says
 *	sides compare		p50 of a few samples, then of others in the same
 *				memory; p100 of very many; and what qsort was given
 *	sides ping|pong BYTES WARMUP TRIPS [FAULT=TRIP...] [at=BYTE]
 *
 * To send in trip 0, 1, 2 ... takes 1000, 2000, 3000 ... ns, to receive 507, 1007,
 * 1507 ...; in trip `slow` each takes 5 s more. Each takes 4000, 8000 ... ns of
 * processor time, a quarter of it in the kernel. Faults: `wrong` (the byte `at` of what comes is), `swap`
 * (that byte and the next have changed places), `echo` (what was sent comes back),
 * `again` (what came in the trip before), `half` (nothing comes of the second half),
 * `send` and `receive` (they fail), `gone` (to send fails by EPIPE). check=NS: so long
 * does memcmp take; tick=NS: to read a clock.
 */
#define _GNU_SOURCE
#include "measure.h"
#include <dlfcn.h>
#include <err.h>
#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000LL
#define EPOCH \
	(4294967290LL * SECOND + 999999000) /* soon another second begins */
#define GUARD (-77)

/* ---- clocks, which stand before those of the C library */

static long long passed, used;
static long tick;   /* ns that it takes to read a clock */
static int working; /* between the first message and the last */
static long allocations, faults_of_clock;

static struct timespec
timespec_of(long long ns)
{
	return (struct timespec){ ns / SECOND, ns % SECOND };
}

int
clock_gettime(clockid_t clock, struct timespec *t)
{
	long long ns = EPOCH + passed;

	if (faults_of_clock > 0) {
		errno = EINVAL;
		return -1;
	}
	switch (clock) {
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_BOOTTIME:
		break;
	case CLOCK_MONOTONIC_COARSE:
		ns -= ns % 4000000;
		break;
	case CLOCK_PROCESS_CPUTIME_ID:
	case CLOCK_THREAD_CPUTIME_ID:
		ns = 7 * SECOND + used;
		break;
	default: /* set back again and again; below 0: clock_getcpuclockid's */
		ns = clock < 0 ? 7 * SECOND + used : EPOCH - passed;
	}
	*t = timespec_of(ns);
	passed += tick;
	return 0;
}

int
timespec_get(struct timespec *t, int base)
{
	return clock_gettime(CLOCK_REALTIME, t) == 0 ? base : 0;
}

int
gettimeofday(struct timeval *restrict t, void *restrict zone)
{
	(void)zone;
	t->tv_sec = (EPOCH - passed) / SECOND;
	t->tv_usec = (EPOCH - passed) % SECOND / 1000;
	return 0;
}

time_t
time(time_t *at)
{
	time_t seconds = (EPOCH - passed) / SECOND;

	if (at != NULL)
		*at = seconds;
	return seconds;
}

clock_t
clock(void)
{
	if (faults_of_clock > 0)
		return -1;
	return (7 * SECOND + used) / 1000;
}

int
getrusage(__rusage_who_t who, struct rusage *usage)
{
	long long kernel = used / 4, user = 7 * SECOND + used - kernel;

	if (faults_of_clock > 0) {
		errno = EINVAL;
		return -1;
	}
	memset(usage, 0, sizeof(*usage));
	if (who == RUSAGE_CHILDREN)
		return 0;
	usage->ru_utime.tv_sec = user / SECOND;
	usage->ru_utime.tv_usec = user % SECOND / 1000;
	usage->ru_stime.tv_sec = kernel / SECOND;
	usage->ru_stime.tv_usec = kernel % SECOND / 1000;
	return 0;
}

/* The same clocks for those who ask the kernel by the number of the call. */
long
syscall(long call, ...)
{
	long a[6];
	va_list list;

	va_start(list, call);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	switch (call) {
	case SYS_clock_gettime:
		return clock_gettime((clockid_t)a[0], (struct timespec *)a[1]);
	case SYS_gettimeofday:
		return gettimeofday((struct timeval *)a[0], NULL);
	case SYS_getrusage:
		return getrusage((__rusage_who_t)a[0], (struct rusage *)a[1]);
	}
	return ((long (*)(long, ...))dlsym(RTLD_NEXT, "syscall"))(
	    call, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* The checked build has an allocator of its own. It hides the name that the compiler
 * gives it, but not no_sanitize. */
#if !defined(__SANITIZE_ADDRESS__) && !defined(no_sanitize)
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *
malloc(size_t size)
{
	allocations += working;
	return __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	allocations += working;
	return __libc_calloc(n, size);
}

void *
realloc(void *old, size_t size)
{
	allocations += working;
	return __libc_realloc(old, size);
}

void *
memalign(size_t alignment, size_t size)
{
	allocations += working;
	return __libc_memalign(alignment, size);
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	return memalign(alignment, size);
}

int
posix_memalign(void **to, size_t alignment, size_t size)
{
	void *memory = memalign(alignment, size);

	if (memory == NULL)
		return ENOMEM;
	*to = memory;
	return 0;
}

void *
mmap(void *where, size_t bytes, int protection, int flags, int fd, off_t at)
{
	allocations += working;
	return (void *)syscall(SYS_mmap, where, bytes, (long)protection,
			       (long)flags, (long)fd, (long)at);
}
#endif

/* ---- comparing, which may take time, too */

static long comparing; /* ns */

int
memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *x = a, *y = b;
	size_t i = 0;

	passed += comparing;
	while (i < n && x[i] == y[i])
		i++;
	return i < n ? x[i] - y[i] : 0;
}

int
bcmp(const void *a, const void *b, size_t n)
{
	return memcmp(a, b, n);
}

/* ---- sorting by what compare says, which is the same from both sides */

#define MANY 43000000 /* samples: 100 times as many need more than 32 bits */

static int forth, back; /* what it said when it was not */

static void
ask_both_ways(const void *a, const void *b,
	      int (*compare)(const void *, const void *))
{
	int ab = compare(a, b), ba = compare(b, a);

	if ((ab > 0) != (ba < 0) || (ab < 0) != (ba > 0)) {
		forth = ab;
		back = ba;
	}
}

void
qsort(void *base, size_t n, size_t size,
      int (*compare)(const void *, const void *))
{
	char *first = base, *end = first + n * size;

	if (n == MANY) // they are in order
		return;
	for (char *i = first; i < end; i += size)
		for (char *j = i; j > first; j -= size) {
			ask_both_ways(j - size, j, compare);
			if (compare(j - size, j) <= 0)
				break;
			for (size_t k = 0; k < size; k++) {
				char saved = j[k], *before = j - size + k;

				j[k] = *before;
				*before = saved;
			}
		}
}

/* ---- a link */

enum {
	WRONG,
	SWAP,
	ECHO,
	AGAIN,
	HALF,
	SEND,
	RECEIVE,
	GONE,
	SLOW,
	AT,
	CHECK,
	TICK,
	FAULTS
};
static const char *const fault_names[FAULTS] = {
	"wrong",   "swap", "echo", "again", "half",  "send",
	"receive", "gone", "slow", "at",    "check", "tick",
};
static long fault[FAULTS]; /* in which trip; -1: in none */

static struct plan plan;
static struct report report;
static int is_ping;
static long sent, received;
static char odd[200]; /* the first thing that is not as it must be */

static void
note(const char *text)
{
	if (odd[0] == '\0')
		snprintf(odd, sizeof(odd), "%s, trip %ld", text,
			 is_ping ? received : sent);
}

static void
pass(long long ns, long trip)
{
	if (fault[SLOW] == trip)
		ns += 5 * SECOND;
	passed += ns;
	used += 4000 * (trip + 1);
}

/* What has been counted so far: of the trip that goes on, pong may have. */
static void
look_at_count(long trip, int may_be_ahead)
{
	if (report.messages != trip &&
	    !(may_be_ahead && report.messages == trip + 1))
		note("messages is not kept up to date");
}

static int
same(const char *a, const char *b, size_t n)
{
	while (n > 0 && *a++ == *b++)
		n--;
	return n == 0;
}

static void
swap(char two[2])
{
	char saved = two[0];

	two[0] = two[1];
	two[1] = saved;
}

static int
link_send(struct link *link, const void *message, size_t bytes)
{
	long trip = sent;
	const void *right = is_ping ? request(trip) : answer(trip);

	(void)link;
	working = 1;
	if (sent != received - !is_ping)
		note(is_ping ? "a request is sent before the answer has come"
			     : "an answer is sent before the request has come");
	look_at_count(trip, !is_ping);
	if (bytes != plan.bytes)
		note("what is sent has another size");
	else if (!same(message, right, bytes))
		note(is_ping ? "what is sent is not the request"
			     : "what is sent is not the answer");
	if (fault[SEND] == trip || fault[GONE] == trip) {
		errno = fault[SEND] == trip ? ECONNRESET : EPIPE;
		return -1;
	}
	pass(1000 * (trip + 1), trip);
	sent++;
	return 0;
}

static int
link_receive(struct link *link, void *message, size_t bytes)
{
	long trip = received;
	const void *right = is_ping ? answer(trip) : request(trip);

	(void)link;
	working = 1;
	look_at_count(trip, 0);
	if (received != sent - is_ping)
		note(is_ping ? "nothing was sent that is to be answered"
			     : "the last request is not answered yet");
	if (bytes != plan.bytes) {
		note("what is to come has another size");
		bytes = plan.bytes < bytes ? plan.bytes : bytes;
	}
	if (fault[RECEIVE] == trip) {
		errno = ECONNRESET;
		return -1;
	}
	if (fault[ECHO] == trip)
		right = is_ping ? request(trip) : answer(trip);
	if (fault[AGAIN] == trip)
		right = is_ping ? answer(trip - 1) : request(trip - 1);
	memcpy(message, right, fault[HALF] == trip ? bytes / 2 : bytes);
	if (fault[WRONG] == trip)
		((char *)message)[fault[AT]] ^= 1;
	if (fault[SWAP] == trip)
		swap((char *)message + fault[AT]);
	pass(500 * (trip + 1) + 7, trip);
	received++;
	return 0;
}

/* ---- what came of it */

static long long *samples;

static void
play_it(void)
{
	struct link link = { link_send, link_receive };
	int result, error;

	errno = 0;
	result = is_ping ? ping(&link, &plan, &report, samples)
			 : pong(&link, &plan, &report);
	error = errno;
	working = 0;
	if (result == 0)
		printf("0");
	else
		printf("%d: %s", result, strerror(error));
	printf(", %ld messages, %ld sent, %ld received\n", report.messages,
	       sent, received);
	if (result == 0)
		printf("wall %lld\n", report.wall);
}

static void
print_samples(void)
{
	long n = plan.trips;

	for (long i = 0; i < n; i++)
		if (samples[i] == GUARD) {
			n = i;
			break;
		}
	printf("%ld samples:", n);
	for (long i = 0; i < n && i < 5; i++)
		printf(" %lld", samples[i]);
	printf("\n");
	for (long i = n; i < plan.trips; i++)
		if (samples[i] != GUARD)
			note("samples are not in a row");
	if (samples[plan.trips] != GUARD)
		note("there are more samples than trips that count");
}

static int
play_side(int argc, char *argv[])
{
	is_ping = strcmp(argv[1], "ping") == 0;
	plan.bytes = (size_t)number("BYTES", argv[2], 1, MESSAGE_MAX);
	plan.warmup = number("WARMUP", argv[3], 0, 1000000);
	plan.trips = number("TRIPS", argv[4], 1, 1000000);
	for (int k = 0; k < FAULTS; k++)
		fault[k] = -1;
	for (int i = 5; i < argc; i++)
		for (int k = 0; k < FAULTS; k++) {
			size_t n = strlen(fault_names[k]);

			if (strncmp(argv[i], fault_names[k], n) == 0 &&
			    argv[i][n] == '=')
				fault[k] = atol(argv[i] + n + 1);
		}
	comparing = fault[CHECK] > 0 ? fault[CHECK] : 0;
	tick = fault[TICK] > 0 ? fault[TICK] : 0;
	printf("%s", argv[1]);
	for (int i = 5; i < argc; i++)
		printf(" %s", argv[i]);
	printf(": ");
	samples = calloc((size_t)plan.trips + 1, sizeof(*samples));
	if (samples == NULL)
		err(1, "memory");
	for (long i = 0; i <= plan.trips; i++)
		samples[i] = GUARD;
	play_it();
	if (is_ping)
		print_samples();
	printf("cpu %lld\n", report.cpu);
	if (odd[0] != '\0')
		printf("%s\n", odd);
	if (allocations > 0)
		printf("memory is allocated between the messages\n");
	free(samples);
	return fflush(stdout) == EOF;
}

/* What the clock of the student's has gone on by, for each of these times. */
static int
play_clock(int argc, char *argv[], long long (*read_it)(void),
	   long long *goes_on)
{
	int later = argc == 3 && strcmp(argv[2], "later") == 0;

	if (later) {
		read_it();
		argc--;
	}
	for (int i = 2; i < argc; i++) {
		long long ns = atoll(argv[i]), before = read_it();

		*goes_on += ns;
		printf("%lld: %lld\n", ns, read_it() - before);
	}
	fflush(stdout);
	faults_of_clock = 1;
	if (argc == 2)
		printf("%lld\n", read_it());
	return fflush(stdout) == EOF;
}

/*
 * p100 of MANY samples, of which the last is 1 and all others are 0, in pages that are
 * not there until somebody stores to them.
 */
static long long
last_of_many(void)
{
	size_t bytes = MANY * sizeof(long long);
	long long *many, last = 1;

	many = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (many == MAP_FAILED)
		return last;
	many[MANY - 1] = 1;
	last = percentile(many, MANY, 100);
	munmap(many, bytes);
	return last;
}

static int
play_compare(void)
{
	long long few[] = { 30, 10, 70, 20, 60, 50, 40 };
	const long long others[] = { 9, 300, 200, 1, 100, 4, 70 };

	printf("p50 %lld\n", percentile(few, sizeof(few) / sizeof(*few), 50));
	memcpy(few, others, sizeof(few));
	printf("p50 of others in the same memory: %lld\n",
	       percentile(few, sizeof(few) / sizeof(*few), 50));
	fflush(stdout);
	printf("p100 of %d: %lld\n", MANY, last_of_many());
	if (forth != 0 || back != 0)
		printf("of two samples, compare returns %d, and %d the other "
		       "way round\n",
		       forth, back);
	return fflush(stdout) == EOF;
}

int
main(int argc, char *argv[])
{
	if (argc == 2 && strcmp(argv[1], "compare") == 0)
		return play_compare();
	if (argc > 1 && strcmp(argv[1], "clock") == 0)
		return play_clock(argc, argv, now, &passed);
	if (argc > 1 && strcmp(argv[1], "cpu") == 0)
		return play_clock(argc, argv, cpu, &used);
	if (argc > 4)
		return play_side(argc, argv);
	return 2;
}
