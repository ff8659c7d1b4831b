/* fattach(3C), fdetach(3C): a name in the file system for a door. */
#ifndef STROPTS_H
#define STROPTS_H

#ifdef __cplusplus
extern "C" {
#endif

int fattach(int fildes, const char *path);
int fdetach(const char *path);

#ifdef __cplusplus
}
#endif
#endif
