// What vault and its clients share.
#ifndef VAULT_H
#define VAULT_H

#include <stddef.h>
#include <sys/types.h>

// What a client asks for, the first byte of its message. The name follows.
#define ASK_FILE     'f'
#define ASK_SNAPSHOT 's'

// The longest name, and the largest snapshot.
#define NAME_BYTES     255
#define SNAPSHOT_BYTES (1024 * 1024)

// pass.c: a descriptor crosses
int give(int sock, int error, int fd);
int take(int sock);

// guard.c: who may ask, and for what
int is_peer(int sock, uid_t uid);
int open_inside(int dir, const char *name);

// seal.c: memory that nobody can change
int copy_sealed(int fd);
const char *map_sealed(int fd, size_t *size);

// lib: answer one message of each client, in `answer`, until SIGTERM or SIGINT.
// Ends the program with a message when `path` is not to be had.
void serve(const char *path,
	   void (*answer)(int client, const char *message, size_t length));

// lib: connect to the vault at `path` and ask for `kind` of `name`. Returns the
// socket. Ends the program with a message if that fails.
int ask(const char *path, char kind, const char *name);

// lib: copy all that can be read, `limit` bytes at most. Returns 0, or -1 with
// errno set, EFBIG if there is more.
int copy(int from, int to, size_t limit);

// lib: a number from 0 to 2^32 - 2. Ends the program if it is none.
uid_t parse_uid(const char *text);

#endif
