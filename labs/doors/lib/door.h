/*
 * Doors: calls from one process into another, as on Solaris. The manual pages
 * are door_create(3C), door_call(3C), door_return(3C) and so on. Names, members
 * and values are the same as there, so that programs written there compile
 * here.
 */
#ifndef DOOR_H
#define DOOR_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "ucred.h"

#ifdef __cplusplus
extern "C" {
#endif

// Names that Solaris has in <sys/types.h>.
typedef unsigned char uchar_t;
typedef unsigned short ushort_t;
typedef unsigned int uint_t;
typedef unsigned long ulong_t;
typedef enum { B_FALSE, B_TRUE } boolean_t;

typedef unsigned long long door_ptr_t; // a pointer, of 32 or 64 bits
typedef unsigned long long door_id_t;
typedef unsigned int door_attr_t;

// A door looks like a FIFO to stat(2): see fattach.c.
#define S_IFDOOR       S_IFIFO
#define S_ISDOOR(mode) S_ISFIFO(mode)

// Attributes of a door. The first five may be asked for at door_create.
#define DOOR_UNREF	 0x01
#define DOOR_PRIVATE	 0x02
#define DOOR_UNREF_MULTI 0x10
#define DOOR_REFUSE_DESC 0x40
#define DOOR_NO_CANCEL	 0x80
#define DOOR_LOCAL	 0x04
#define DOOR_REVOKED	 0x08
#define DOOR_IS_UNREF	 0x20

// Of doors that door_xcreate makes. The last is only in what the thread creator
// is told when no thread is idle.
#define DOOR_NO_DEPLETION_CB 0x100
#define DOOR_PRIVCREATE	     0x200
#define DOOR_DEPLETION_CB    0x400

#define DOOR_CREATE_MASK                                                   \
	(DOOR_UNREF | DOOR_PRIVATE | DOOR_UNREF_MULTI | DOOR_REFUSE_DESC | \
	 DOOR_NO_CANCEL)
#define DOOR_KI_CREATE_MASK (DOOR_UNREF | DOOR_UNREF_MULTI)
#define DOOR_ATTR_MASK \
	(DOOR_CREATE_MASK | DOOR_LOCAL | DOOR_REVOKED | DOOR_IS_UNREF)

// Attributes of a descriptor that is passed.
#define DOOR_DESCRIPTOR 0x10000
#define DOOR_RELEASE	0x40000

// Used inside the kernel of Solaris only.
#define DOOR_DELAY	  0x80000
#define DOOR_UNREF_ACTIVE 0x100000

// The numbers of the functions in its system call.
#define DOOR_CREATE   0
#define DOOR_REVOKE   1
#define DOOR_INFO     2
#define DOOR_CALL     3
#define DOOR_BIND     6
#define DOOR_UNBIND   7
#define DOOR_UNREFSYS 8
#define DOOR_UCRED    9
#define DOOR_RETURN   10
#define DOOR_GETPARAM 11
#define DOOR_SETPARAM 12

#define DOOR_INVAL -1
#define DOOR_QUERY -2

// The `argp` of the unreferenced notice: no descriptor refers to the door.
#define DOOR_UNREF_DATA ((void *)1)

#define DOOR_PARAM_DESC_MAX 1
#define DOOR_PARAM_DATA_MAX 2
#define DOOR_PARAM_DATA_MIN 3

#pragma pack(push, 4)
typedef struct door_desc {
	door_attr_t d_attributes;
	union {
		struct {
			int d_descriptor;
			door_id_t d_id;
		} d_desc;
		int d_resv[5];
	} d_data;
} door_desc_t;

typedef struct door_info {
	pid_t di_target;
	door_ptr_t di_proc;
	door_ptr_t di_data;
	door_attr_t di_attributes;
	door_id_t di_uniquifier;
	int di_resv[4];
} door_info_t;
#pragma pack(pop)

typedef struct door_cred {
	uid_t dc_euid;
	gid_t dc_egid;
	uid_t dc_ruid;
	gid_t dc_rgid;
	pid_t dc_pid;
	int dc_resv[4];
} door_cred_t;

typedef struct door_arg {
	char *data_ptr;	       // arguments; after the call, results
	size_t data_size;      // bytes there
	door_desc_t *desc_ptr; // descriptors passed; after the call, got
	uint_t desc_num;       // how many
	char *rbuf;	       // where results may go
	size_t rsize;	       // bytes there
} door_arg_t;

typedef void door_server_procedure_t(void *cookie, char *argp, size_t arg_size,
				     door_desc_t *dp, uint_t n_desc);
typedef void door_server_func_t(door_info_t *);
typedef int door_xcreate_server_func_t(door_info_t *, void *(*start)(void *),
				       void *arg, void *cookie);
typedef void door_xcreate_thrsetup_func_t(void *cookie);

int door_create(door_server_procedure_t *, void *cookie, uint_t attributes);
int door_xcreate(door_server_procedure_t *, void *cookie, uint_t attributes,
		 door_xcreate_server_func_t *, door_xcreate_thrsetup_func_t *,
		 void *create_cookie, int n);
int door_revoke(int);
int door_info(int, door_info_t *);
int door_call(int, door_arg_t *);
int door_return(char *, size_t, door_desc_t *, uint_t);
int door_cred(door_cred_t *);
int door_ucred(ucred_t **);
int door_bind(int);
int door_unbind(void);
int door_getparam(int, int, size_t *);
int door_setparam(int, int, size_t);
door_server_func_t *door_server_create(door_server_func_t *);

#ifdef __cplusplus
}
#endif
#endif
