#define _GNU_SOURCE
#include "note.h"

#include <link.h>
#include <stdint.h>
#include <string.h>

/*
 * Which code an address belongs to. The list of objects is made at start-up,
 * because dladdr takes a lock: what dlopen brings later counts as unknown.
 */
enum { MAX_OBJECTS = 64 }; /* a program with sanitizers loads about 15 */

enum kind { PROGRAM, CHECKER, LIBRARY };

static struct object {
	uintptr_t base, start, end; /* load base; first and past last byte */
	const char *path;
	enum kind kind;
} objects[MAX_OBJECTS];
static int object_count;

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

static int
add_object(struct dl_phdr_info *info, size_t size, void *data)
{
	struct object *o = &objects[object_count];

	(void)size;
	(void)data;
	if (object_count == MAX_OBJECTS)
		return 1;
	o->base = info->dlpi_addr;
	o->path = info->dlpi_name;
	/* The program comes first; it is the one without a name. */
	o->kind = object_count == 0 ? PROGRAM : LIBRARY;
	o->start = UINTPTR_MAX;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + p->p_vaddr;

		if (p->p_type != PT_LOAD)
			continue;
		if (start < o->start)
			o->start = start;
		if (start + p->p_memsz > o->end)
			o->end = start + p->p_memsz;
	}
	object_count++;
	return 0;
}

static const struct object *
object_of(const void *address)
{
	for (int i = 0; i < object_count; i++) {
		uintptr_t a = (uintptr_t)address;

		if (a >= objects[i].start && a < objects[i].end)
			return &objects[i];
	}
	return NULL;
}

/* The checkers are the libraries that lie in this one's directory. */
static void
mark_checkers(void)
{
	const struct object *self = object_of(&object_count);
	size_t directory;

	if (self == NULL)
		return;
	directory = base_name(self->path) - self->path;
	for (int i = 1; i < object_count; i++) {
		const char *path = objects[i].path;

		if (&objects[i] == self ||
		    (directory > 0 &&
		     base_name(path) - path == (ptrdiff_t)directory &&
		     memcmp(path, self->path, directory) == 0))
			objects[i].kind = CHECKER;
	}
}

void
note_find_objects(void)
{
	dl_iterate_phdr(add_object, NULL);
	mark_checkers();
}

void
note_place(struct note *n, const void *address)
{
	const struct object *o = object_of(address);

	if (o == NULL || o->kind == CHECKER) {
		note_text(n, "?");
		return;
	}
	note_text(n, o->kind == PROGRAM ? note_program() : base_name(o->path));
	note_text(n, "+0x");
	note_unsigned(n, (uintptr_t)address - o->base, 16);
}

bool
note_in_checker(const void *address)
{
	const struct object *o = object_of(address);

	return o != NULL && o->kind == CHECKER;
}

const void *
note_caller(const void *frame)
{
	const struct frame *f = frame;
	const struct object *o = object_of(f->back);

	while (o != NULL && o->kind == CHECKER) {
		f = f->up;
		o = object_of(f->back);
	}
	return o != NULL && o->kind == PROGRAM ? f->back - 1 : NULL;
}
