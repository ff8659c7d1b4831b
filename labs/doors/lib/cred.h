/* What a ucred_t is, between cred.c and ucred.c. */
#ifndef CRED_H
#define CRED_H

#include "library.h"

// A ucred_t is of one size, for a program may have it on its stack
// (ucred_size). Who is in more groups than these loses the rest.
#define GROUPS_KEPT 1024

enum { REAL, EFFECTIVE, SAVED };

struct ids {
	uid_t uid[3]; // real, effective, saved
	gid_t gid[3];
};

struct ucred_s {
	pid_t pid;
	struct ids ids; // by the names above
	int n_groups;
	gid_t groups[GROUPS_KEPT];
};

#endif
