/* What a ucred_t is: shared by cred.c, ucred.c and caller.c. */
#ifndef CRED_H
#define CRED_H

#include "library.h"

// A ucred_t has a fixed size, since a program may put it on its stack
// (ucred_size). Groups beyond this many are lost.
#define GROUPS_KEPT 1024

struct ucred_s {
	pid_t pid;
	struct ids ids; // [REAL], [EFFECTIVE], [SAVED]
	int n_groups;
	gid_t groups[GROUPS_KEPT];
};

#endif
