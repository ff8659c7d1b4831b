/* What peers, objects and load share. */
#include <sys/types.h>

struct process {
	char name[64]; /* which the process chose: any byte may be in it */
	char state;
	pid_t parent;
};

struct end { /* of what joins processes: a descriptor, or a mapping */
	pid_t pid;
	int fd;	     /* -1 for a mapping */
	mode_t type; /* S_IFIFO (a pipe, too), S_IFSOCK; 0 for a mapping */
	int access;  /* O_RDONLY, O_WRONLY or O_RDWR */
	dev_t dev;   /* dev and ino together say which object it is */
	ino_t ino;
};

struct ends {
	struct end *end; /* allocated */
	size_t count;
};

struct tcp { /* a line of net/tcp or net/tcp6 */
	char local[48], remote[48];
	ino_t ino; /* of the socket; 0 if no process has it any more */
};

#define NO_TCP ((ino_t)-1) /* a number that no socket has */

/* proc.c, maps.c */
const char *field(const char *text, const char *name);
int parse_stat(const char *text, struct process *p);
int add_end(struct ends *ends, const struct end *e);
int list_ends(pid_t pid, struct ends *ends);
int list_mappings(pid_t pid, struct ends *ends);

/* lib/, which need not be read: what reads returns allocated text, or NULL with
   errno set; list_all how many refused; put_head 1 if /proc knows no other end */
char *read_file(const char *path);
char *read_table(const char *folder, const char *name);
void read_load(const char *folder, char *files[3]);
pid_t to_pid(const char *text); /* 0: it is no process id */
int list_all(struct ends *all);
struct tcp *read_tcp(pid_t pid, size_t *count);
void put_process(pid_t pid);
int put_head(const struct end *e, int is_tcp);
void put_end(const struct end *e);
void put_owner(uid_t uid);
void list_posix(const char *folder, const char *kind);
