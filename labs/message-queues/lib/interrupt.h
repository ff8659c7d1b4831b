/*
 * interrupt.h - a signal that ends what a program waits in.
 */
#ifndef INTERRUPT_H
#define INTERRUPT_H

/*
 * From now on SIGUSR1 does nothing but interrupt: a program of some size catches
 * signals, and what waits in it must be ready for that.
 */
void catch_signal(void);

#endif
