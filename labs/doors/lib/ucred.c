/* ucred_get(3C) and the functions that read a ucred_t. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cred.h"

// Reads the "Groups:" line of a status file.
static void
read_groups(ucred_t *cred, char *text)
{
	char *end;

	while (cred->n_groups < GROUPS_KEPT) {
		unsigned long group = strtoul(text, &end, 10);

		if (end == text)
			return;
		cred->groups[cred->n_groups++] = (gid_t)group;
		text = end;
	}
}

// Returns 0, or -1 with errno ESRCH if it is not one.
static int
read_status(FILE *status, ucred_t *cred)
{
	char *line = NULL;
	size_t space = 0;
	int found = 0;

	while (found < 3 && getline(&line, &space, status) != -1) {
		uid_t *uid = cred->ids.uid;
		gid_t *gid = cred->ids.gid;

		if (sscanf(line, "Uid: %u %u %u", uid, uid + 1, uid + 2) == 3 ||
		    sscanf(line, "Gid: %u %u %u", gid, gid + 1, gid + 2) == 3) {
			found++;
		} else if (strncmp(line, "Groups:", 7) == 0) {
			read_groups(cred, line + 7);
			found++;
		}
	}
	free(line);
	errno = ESRCH;
	return found == 3 ? 0 : -1;
}

/*
 * The credentials of a process, -1 (P_MYID) being this one. To be freed with
 * ucred_free. Returns NULL with errno: ESRCH, EAGAIN.
 */
ucred_t *
ucred_get(pid_t pid)
{
	char path[64];
	ucred_t *cred = calloc(1, sizeof(*cred));
	FILE *status;
	int problem = ESRCH;

	if (cred == NULL) {
		errno = EAGAIN;
		return NULL;
	}
	cred->pid = pid == -1 ? getpid() : pid;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)cred->pid);
	status = fopen(path, "re");
	if (status != NULL) {
		problem = read_status(status, cred) == -1 ? errno : 0;
		fclose(status);
	}
	if (problem == 0)
		return cred;
	ucred_free(cred);
	errno = problem;
	return NULL;
}

void
ucred_free(ucred_t *cred)
{
	free(cred);
}

size_t
ucred_size(void)
{
	return sizeof(ucred_t);
}

uid_t
ucred_geteuid(const ucred_t *cred)
{
	return cred->ids.uid[EFFECTIVE];
}

uid_t
ucred_getruid(const ucred_t *cred)
{
	return cred->ids.uid[REAL];
}

uid_t
ucred_getsuid(const ucred_t *cred)
{
	return cred->ids.uid[SAVED];
}

gid_t
ucred_getegid(const ucred_t *cred)
{
	return cred->ids.gid[EFFECTIVE];
}

gid_t
ucred_getrgid(const ucred_t *cred)
{
	return cred->ids.gid[REAL];
}

gid_t
ucred_getsgid(const ucred_t *cred)
{
	return cred->ids.gid[SAVED];
}

// The supplementary groups, which remain the property of `cred`.
int
ucred_getgroups(const ucred_t *cred, const gid_t **groups)
{
	*groups = cred->groups;
	return cred->n_groups;
}

pid_t
ucred_getpid(const ucred_t *cred)
{
	return cred->pid;
}
