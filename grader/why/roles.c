/*
 * What a process is called in a hang report: its name, and its place in the
 * family ("parent", "child 2"), which is how a student thinks of it.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "world.h"

static bool
is_shell_name(const char *name)
{
	return strcmp(name, "bash") == 0 || strcmp(name, "sh") == 0 ||
	       strcmp(name, "dash") == 0;
}

static bool
same_command(pid_t a, pid_t b)
{
	char one[512], two[512];

	/* The strings end at the first argument's end; the third argument
	 * (sh -c TEXT) does not matter, the name and the parent do. */
	return why_slurp(one, sizeof one, "/proc/%d/cmdline", a) &&
	       why_slurp(two, sizeof two, "/proc/%d/cmdline", b) &&
	       memcmp(one, two, strlen(one) + 1) == 0;
}

/*
 * The scenario's shell and the copies of it that have not executed a program
 * (yet). A shell may also have become the program: `bash -c ./prog` does.
 */
static void
find_shells(struct why_world *w)
{
	for (int i = 0; i < w->processes; i++) {
		struct why_process *p = &w->process[i];
		struct why_process *parent = why_process_of(w, p->parent);
		if (!is_shell_name(p->name))
			continue;
		p->is_shell =
		    p->pid == w->shell || (parent && parent->is_shell &&
					   strcmp(parent->name, p->name) == 0 &&
					   same_command(parent->pid, p->pid));
	}
}

/*
 * Under valgrind the process is valgrind's tool, "memcheck-amd64-". The
 * program is the first word of the command line that is not an option.
 */
static void
name_under_valgrind(struct why_process *p)
{
	char line[4096] = "";

	if (!strstr(p->name, "-amd64-") && !strstr(p->name, "-arm64-"))
		return;
	p->valgrind = true;
	why_slurp(line, sizeof line, "/proc/%d/cmdline", p->pid);
	const char *end = line + sizeof line - 1;
	for (const char *word = line + strlen(line) + 1;
	     word < end && *word != '\0'; word += strlen(word) + 1) {
		if (*word == '-')
			continue;
		const char *slash = strrchr(word, '/');
		snprintf(p->name, sizeof p->name, "%.31s",
			 slash ? slash + 1 : word);
		return;
	}
}

/*
 * Does it execute another program than its parent, a student's one? Then it
 * knows of no descriptors but the standard ones.
 */
static bool
is_other_program(struct why_world *w, const struct why_process *p)
{
	const struct why_process *parent = why_process_of(w, p->parent);
	char own[64], path[64];
	struct stat a, b;

	if (!parent || parent->is_shell || p->is_shell)
		return false;
	snprintf(own, sizeof own, "/proc/%d/exe", p->pid);
	snprintf(path, sizeof path, "/proc/%d/exe", parent->pid);
	return stat(own, &a) == 0 && stat(path, &b) == 0 &&
	       (a.st_ino != b.st_ino || a.st_dev != b.st_dev);
}

/* 0 for a program that the shell started, 1 for its children, and so on. */
static int
generation(struct why_world *w, const struct why_process *p)
{
	int depth = 0;

	for (; depth < w->processes; depth++) {
		p = why_process_of(w, p->parent);
		if (!p || p->is_shell)
			break;
	}
	return depth;
}

static int
count_children(struct why_world *w, pid_t parent)
{
	int count = 0;

	for (int i = 0; i < w->processes; i++)
		count += w->process[i].parent == parent;
	return count;
}

/* It is the `number`th of the `of` processes of its generation. */
static void
name_descendant(struct why_process *p, int depth, int number, int of)
{
	static const char *const names[] = { "child", "grandchild",
					     "great-grandchild" };
	const char *name = depth <= 3 ? names[depth - 1] : "descendant";

	if (of == 1)
		snprintf(p->role, sizeof p->role, "%s", name);
	else
		snprintf(p->role, sizeof p->role, "%s %d", name, number);
}

/*
 * Gives every process its role. Children are numbered by age over the whole
 * test, without those that are gone.
 */
void
why_find_roles(struct why_world *w)
{
	int depth[WHY_PROCESSES];

	find_shells(w);
	for (int i = 0; i < w->processes; i++) {
		struct why_process *p = &w->process[i];
		depth[i] = generation(w, p);
		p->other = is_other_program(w, p);
		name_under_valgrind(p);
		for (char *c = p->name; *c; c++)
			if (!isgraph((unsigned char)*c))
				*c = '?';
	}
	for (int i = 0; i < w->processes; i++) {
		struct why_process *p = &w->process[i];
		int number = 0, of = 0;
		if (p->is_shell)
			continue;
		for (int j = 0; j < w->processes; j++) {
			if (w->process[j].is_shell || depth[j] != depth[i])
				continue;
			of++;
			number += j <= i;
		}
		if (depth[i] > 0)
			name_descendant(p, depth[i], number, of);
		else if (count_children(w, p->pid) > 0)
			snprintf(p->role, sizeof p->role, "parent");
		else if (p->parent == w->root && w->shell && p->pid != w->shell)
			snprintf(p->role, sizeof p->role, "orphan");
	}
}
