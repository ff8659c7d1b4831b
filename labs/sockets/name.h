// The name of a UNIX-domain socket: a path in the file system.
#ifndef NAME_H
#define NAME_H

#include <sys/stat.h>
#include <sys/un.h>

int set_address(struct sockaddr_un *addr, const char *path);
int claim(const char *path, int type, struct stat *own);
void release(const char *path, int sock, const struct stat *own);

#endif
