/*
 * Calls that newer architectures do not have: -2 is the number of none.
 */
#ifndef OLD_CALLS_H
#define OLD_CALLS_H

#include <sys/syscall.h>

#if !defined(__x86_64__)
#define SYS_access	 -2
#define SYS_alarm	 -2
#define SYS_arch_prctl	 -2
#define SYS_chmod	 -2
#define SYS_creat	 -2
#define SYS_dup2	 -2
#define SYS_epoll_wait	 -2
#define SYS_eventfd	 -2
#define SYS_fork	 -2
#define SYS_getpgrp	 -2
#define SYS_inotify_init -2
#define SYS_link	 -2
#define SYS_lstat	 -2
#define SYS_mkdir	 -2
#define SYS_mknod	 -2
#define SYS_open	 -2
#define SYS_pause	 -2
#define SYS_pipe	 -2
#define SYS_poll	 -2
#define SYS_readlink	 -2
#define SYS_rename	 -2
#define SYS_rmdir	 -2
#define SYS_select	 -2
#define SYS_signalfd	 -2
#define SYS_stat	 -2
#define SYS_symlink	 -2
#define SYS_time	 -2
#define SYS_unlink	 -2
#define SYS_vfork	 -2
#ifndef SYS_getrlimit
#define SYS_getrlimit -2
#endif
#ifndef SYS_renameat
#define SYS_renameat -2
#endif
#endif

#endif
