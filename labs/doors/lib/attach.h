/* A door at a path: what attach.c, fattach.c and helper.c share. */
#ifndef ATTACH_H
#define ATTACH_H

#include <limits.h>
#include <sys/stat.h>

#include "library.h"

struct attachment {
	// Names in the directory of the path:
	char name[NAME_MAX + 1];   // the file; the FIFO, once attached
	char saved[NAME_MAX + 8];  // the file, while the FIFO is attached
	char fresh[NAME_MAX + 16]; // the FIFO, before it is attached
	struct file_id fifo;
};

int attachment_names(struct attachment *at, const char *path, int *dir);
bool is_at(int dir, const char *name, struct file_id file);
int make_fifo(int dir, struct attachment *at, const struct stat *like,
	      int ends[2]);
int attach_fifo(int dir, const struct attachment *at);
int restore_file(int dir, const struct attachment *at, bool served);
void attach_undo(int dir, const struct attachment *at);

pid_t helper_start(const struct attachment *at, int dir, off_t *lock_byte);
void helper_end(pid_t helper, off_t lock_byte);

#endif
