/* A door at a path, between attach.c, fattach.c and keeper.c. */
#ifndef ATTACH_H
#define ATTACH_H

#include <limits.h>
#include <sys/stat.h>

#include "doors.h"

struct attachment {
	char name[NAME_MAX + 1];   // in its directory: the FIFO, once attached
	char saved[NAME_MAX + 8];  // there: the file that was at the path
	char fresh[NAME_MAX + 16]; // there: the FIFO, before that
	struct key fifo;
};

int attachment_names(struct attachment *at, const char *path, int *dir);
bool is_there(int dir, const char *name, struct key key);
int make_fifo(int dir, struct attachment *at, const struct stat *like,
	      int ends[2]);
int put_over(int dir, const struct attachment *at);
int bring_back(int dir, const struct attachment *at, bool served);
void give_up(int dir, const struct attachment *at);

pid_t keeper_start(const struct attachment *at, int dir, off_t *lease);
void keeper_end(pid_t keeper, off_t lease);

#endif
