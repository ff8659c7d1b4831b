/* Mutexes and condition variables of Solaris: mutex_init(3C), cond_init(3C). */
#ifndef SYNCH_H
#define SYNCH_H

#include <pthread.h>

#ifdef __cplusplus
extern "C" {
#endif

// They return an error number, and leave errno alone.
typedef pthread_mutex_t mutex_t;
typedef pthread_cond_t cond_t;

#define USYNC_THREAD  0
#define USYNC_PROCESS 1
#define DEFAULTMUTEX  PTHREAD_MUTEX_INITIALIZER
#define DEFAULTCV     PTHREAD_COND_INITIALIZER

int mutex_init(mutex_t *, int type, void *arg);
int mutex_destroy(mutex_t *);
int mutex_lock(mutex_t *);
int mutex_trylock(mutex_t *);
int mutex_unlock(mutex_t *);
int cond_init(cond_t *, int type, void *arg);
int cond_destroy(cond_t *);
int cond_wait(cond_t *, mutex_t *);
int cond_signal(cond_t *);
int cond_broadcast(cond_t *);

#ifdef __cplusplus
}
#endif
#endif
