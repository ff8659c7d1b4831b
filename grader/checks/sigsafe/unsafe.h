/*
 * Functions that POSIX does not list as async-signal-safe (signal-safety(7))
 * and that have a reason not to be: a lock, a heap, a static buffer. A call
 * that is outside the list but is one system call in glibc (shmctl, semop) is
 * left out: nothing can go wrong there.
 */
#ifndef UNSAFE_H
#define UNSAFE_H

// clang-format off

/* At most six arguments, all of them integers or pointers; see wrap.h. */
#define UNSAFE_HEAP(X) \
	X(malloc) X(free) X(calloc) X(realloc) X(reallocarray) \
	X(aligned_alloc) X(posix_memalign) X(strdup) X(strndup) X(__strdup)

#define UNSAFE_STDIO(X) \
	X(vprintf) X(vfprintf) X(vsprintf) X(vsnprintf) X(vdprintf) \
	X(vasprintf) X(__vprintf_chk) X(__vfprintf_chk) X(__vsprintf_chk) \
	X(__vsnprintf_chk) X(__vdprintf_chk) X(__vasprintf_chk) \
	X(vscanf) X(vfscanf) X(vsscanf) \
	X(puts) X(putchar) X(putc) X(fputc) X(fputs) X(fwrite) X(fread) \
	X(putchar_unlocked) X(putc_unlocked) X(fputs_unlocked) \
	X(fwrite_unlocked) X(gets) X(getchar) X(getc) X(fgetc) X(fgets) \
	X(ungetc) X(getline) X(getdelim) X(__getdelim) X(__fgets_chk) \
	X(__fread_chk) X(fflush) X(fopen) \
	X(fopen64) X(fdopen) X(freopen) X(freopen64) X(fclose) X(fseek) \
	X(fseeko) X(ftell) X(ftello) X(rewind) X(setbuf) X(setvbuf) \
	X(setlinebuf) X(tmpfile) X(popen) X(pclose) X(perror) \
	X(open_memstream) X(fmemopen)

#define UNSAFE_PROCESS(X) \
	X(system) X(getenv) X(secure_getenv) X(setenv) \
	X(unsetenv) X(putenv) X(clearenv) X(dlopen) X(dlclose) \
	X(opendir) X(fdopendir) X(readdir) X(closedir) X(scandir) X(glob) \
	X(realpath) X(qsort) X(setlocale)

#define UNSAFE_TEXT(X) \
	X(strerror) X(strerror_r) X(__xpg_strerror_r) X(strsignal) \
	X(psignal) X(psiginfo) X(strtok) X(vsyslog) X(__vsyslog_chk) \
	X(openlog) X(closelog) X(verr) X(verrx) X(vwarn) X(vwarnx) \
	X(localtime) X(localtime_r) X(gmtime) X(ctime) X(ctime_r) X(asctime) \
	X(mktime) X(strftime) X(tzset) X(rand) X(srand) X(random) X(srandom) \
	X(getaddrinfo) X(freeaddrinfo) X(gethostbyname) X(inet_ntoa) \
	X(getpwnam) X(getpwuid) X(getgrnam) X(getgrgid) X(getlogin) X(ttyname)

#define UNSAFE_THREADS(X) \
	X(pthread_create) X(pthread_join) X(pthread_exit) X(pthread_cancel) \
	X(pthread_mutex_lock) X(pthread_mutex_trylock) \
	X(pthread_mutex_timedlock) X(pthread_mutex_unlock) \
	X(pthread_mutex_init) X(pthread_mutex_destroy) \
	X(pthread_cond_wait) X(pthread_cond_timedwait) \
	X(pthread_cond_signal) X(pthread_cond_broadcast) \
	X(pthread_rwlock_rdlock) X(pthread_rwlock_wrlock) \
	X(pthread_rwlock_unlock) X(pthread_barrier_wait) \
	X(pthread_spin_lock) X(pthread_once) \
	X(sem_wait) X(sem_trywait) X(sem_timedwait) X(sem_open) X(sem_close) \
	X(sem_unlink) X(sem_init) X(sem_destroy) X(sem_getvalue)

#define UNSAFE_LISTED(X) UNSAFE_HEAP(X) UNSAFE_STDIO(X) UNSAFE_PROCESS(X) \
	UNSAFE_TEXT(X) UNSAFE_THREADS(X)

/* Variable arguments, with floating point among them perhaps: each with the
 * function that takes a va_list, and the number of named arguments. */
#define UNSAFE_VARIADIC(X) \
	X(printf, vprintf, 1) X(fprintf, vfprintf, 2) \
	X(sprintf, vsprintf, 2) X(snprintf, vsnprintf, 3) \
	X(dprintf, vdprintf, 2) X(asprintf, vasprintf, 2) \
	X(__printf_chk, __vprintf_chk, 2) X(__fprintf_chk, __vfprintf_chk, 3) \
	X(__sprintf_chk, __vsprintf_chk, 4) \
	X(__snprintf_chk, __vsnprintf_chk, 5) \
	X(__dprintf_chk, __vdprintf_chk, 3) \
	X(__asprintf_chk, __vasprintf_chk, 3) \
	X(scanf, vscanf, 1) X(fscanf, vfscanf, 2) X(sscanf, vsscanf, 2) \
	X(__isoc99_scanf, __isoc99_vscanf, 1) \
	X(__isoc99_fscanf, __isoc99_vfscanf, 2) \
	X(__isoc99_sscanf, __isoc99_vsscanf, 2) \
	X(__isoc23_scanf, __isoc23_vscanf, 1) \
	X(__isoc23_fscanf, __isoc23_vfscanf, 2) \
	X(__isoc23_sscanf, __isoc23_vsscanf, 2) \
	X(syslog, vsyslog, 2) X(__syslog_chk, __vsyslog_chk, 3) \
	X(err, verr, 2) X(errx, verrx, 2) X(warn, vwarn, 1) X(warnx, vwarnx, 1)

// clang-format on

#endif
