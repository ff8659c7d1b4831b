/* Solaris threads, as far as door programs use them: thr_create(3C). */
#ifndef THREAD_H
#define THREAD_H

#include <pthread.h>
#include <signal.h>
#include <stddef.h>

#include "synch.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef unsigned long thread_t; // a small number: see thread.c
typedef pthread_key_t thread_key_t;

#define THR_BOUND     0x01 // here every thread is
#define THR_NEW_LWP   0x02
#define THR_DETACHED  0x40
#define THR_SUSPENDED 0x80  // not supported: EINVAL
#define THR_DAEMON    0x100 // like THR_DETACHED

// They return an error number, and leave errno alone.
int thr_create(void *stack, size_t size, void *(*start)(void *), void *arg,
	       long flags, thread_t *id);
int thr_join(thread_t id, thread_t *departed, void **status);
void thr_exit(void *status) __attribute__((noreturn));
thread_t thr_self(void);
void thr_yield(void);
int thr_kill(thread_t id, int sig);
int thr_sigsetmask(int how, const sigset_t *set, sigset_t *old);
int thr_setconcurrency(int level);
size_t thr_min_stack(void);

#ifdef __cplusplus
}
#endif
#endif
