/*
 * What the program calls an object: at an address, a global variable of its own,
 * or the global pointer that leads there, from the symbol table of the file that
 * it executes; in shared memory, the field that its lab names at this place.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "maps.h"

/* The file is a student's: it may be anything. */
enum { TABLE = 1 << 20, STRINGS = 1 << 20, POINTERS = 2000 };

struct table {
	Elf64_Sym *symbols;
	size_t count;
	char *strings;
	size_t size;
	unsigned long base; /* what is added to the addresses */
};

static void *
read_part(int fd, uint64_t offset, uint64_t size, uint64_t max)
{
	char *part = size > 0 && size <= max ? malloc(size + 1) : NULL;

	if (part && pread(fd, part, size, (off_t)offset) == (ssize_t)size) {
		part[size] = '\0';
		return part;
	}
	free(part);
	return NULL;
}

/* Where the file was mapped, minus the address that it says. */
static unsigned long
base_of(pid_t pid, const struct stat *file)
{
	char path[64], line[512];
	unsigned long low = 0, inode;
	bool found = false;

	snprintf(path, sizeof path, "/proc/%d/maps", pid);
	FILE *maps = fopen(path, "re");
	while (maps && !found && fgets(line, sizeof line, maps))
		found = sscanf(line, "%lx-%*x %*s %*x %*s %lu", &low, &inode) ==
			    2 &&
			inode == file->st_ino;
	if (maps)
		fclose(maps);
	return found ? low : 0;
}

static bool
load(pid_t pid, struct table *t)
{
	char path[64];
	Elf64_Ehdr head;
	struct stat file;

	snprintf(path, sizeof path, "/proc/%d/exe", pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return false;
	Elf64_Shdr *sections = NULL;
	if (fstat(fd, &file) == 0 &&
	    pread(fd, &head, sizeof head, 0) == sizeof head &&
	    memcmp(head.e_ident, ELFMAG, SELFMAG) == 0 &&
	    head.e_ident[EI_CLASS] == ELFCLASS64 &&
	    head.e_shentsize == sizeof *sections)
		sections =
		    read_part(fd, head.e_shoff,
			      (uint64_t)head.e_shnum * sizeof *sections, TABLE);
	for (int i = 0; sections && i < head.e_shnum; i++) {
		const Elf64_Shdr *s = &sections[i];
		if (s->sh_type != SHT_SYMTAB || s->sh_link >= head.e_shnum)
			continue;
		const Elf64_Shdr *names = &sections[s->sh_link];
		t->symbols = read_part(fd, s->sh_offset, s->sh_size, TABLE);
		t->count = s->sh_size / sizeof *t->symbols;
		t->strings =
		    read_part(fd, names->sh_offset, names->sh_size, STRINGS);
		t->size = names->sh_size;
		t->base = head.e_type == ET_DYN ? base_of(pid, &file) : 0;
		break;
	}
	free(sections);
	close(fd);
	return t->symbols && t->strings;
}

/* Does this symbol name the address, or is it a pointer to it? */
static bool
names_it(const struct table *t, const Elf64_Sym *s, pid_t pid,
	 unsigned long address, int *pointers)
{
	unsigned long at = t->base + s->st_value, value;

	if (ELF64_ST_TYPE(s->st_info) != STT_OBJECT || s->st_name >= t->size ||
	    s->st_value == 0 || strchr("_.", t->strings[s->st_name]))
		return false;
	if (at == address)
		return true;
	return s->st_size == sizeof value && (*pointers)++ < POINTERS &&
	       why_peek(pid, at, &value, sizeof value) && value == address;
}

/* Fills `name`, if the program has one for the address; otherwise empties it. */
bool
why_symbol(pid_t pid, unsigned long address, char *name, size_t size)
{
	struct table t = { 0 };
	bool found = false;
	int pointers = 0;

	name[0] = '\0';
	if (load(pid, &t))
		for (size_t i = 0; i < t.count && !found; i++) {
			found = names_it(&t, &t.symbols[i], pid, address,
					 &pointers);
			if (found)
				snprintf(name, size, "%s",
					 t.strings + t.symbols[i].st_name);
		}
	free(t.symbols);
	free(t.strings);
	return found;
}

/* Does the program call this function of a shared library? */
bool
why_links(pid_t pid, const char *function)
{
	struct table t = { 0 };
	size_t length = strlen(function);
	bool found = false;

	if (load(pid, &t))
		for (size_t i = 0; i < t.count && !found; i++) {
			const Elf64_Sym *s = &t.symbols[i];
			if (s->st_shndx != SHN_UNDEF || s->st_name >= t.size)
				continue;
			/* A version may follow: "sigwait@GLIBC_2.34". */
			const char *name = t.strings + s->st_name;
			found = strncmp(name, function, length) == 0 &&
				(name[length] == '\0' || name[length] == '@');
		}
	free(t.symbols);
	free(t.strings);
	return found;
}

/* The value of a variable of the process's environment, NULL if it has none. */
static const char *
variable_of(pid_t pid, const char *name)
{
	static char text[1 << 16];
	char path[64];
	size_t length = strlen(name);

	snprintf(path, sizeof path, "/proc/%d/environ", pid);
	FILE *f = fopen(path, "re");
	size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
	if (f)
		fclose(f);
	text[n] = '\0';
	for (char *s = text; s < text + n; s += strlen(s) + 1)
		if (strncmp(s, name, length) == 0 && s[length] == '=')
			return s + length + 1;
	return NULL;
}

/*
 * What the lab's scenarios call number `at`, in a variable of the environment:
 * LABBOX_FIELDS="16 lock 48 free". Fills or empties `name`.
 */
static bool
name_of_number(pid_t pid, const char *variable, unsigned long at, char *name,
	       size_t size)
{
	const char *s = variable_of(pid, variable);
	char word[32];
	unsigned long number;
	int read;

	name[0] = '\0';
	for (; s && sscanf(s, "%lu %31s%n", &number, word, &read) == 2;
	     s += read)
		if (number == at) {
			snprintf(name, size, "%s", word);
			return true;
		}
	return false;
}

/* The kernel keeps so many bytes of a program's name. */
#define COMM_MAX 15

/* Is it a program of the grader's, by LABBOX_HELPERS="peer wire"? */
bool
why_is_helper(const struct why_process *p)
{
	const char *s = variable_of(p->pid, "LABBOX_HELPERS");
	char word[32];
	int read;

	for (; s && sscanf(s, "%31s%n", word, &read) == 1; s += read)
		if (strncmp(word, p->name, COMM_MAX) == 0)
			return true;
	return false;
}

/* The field at this offset of shared memory, by LABBOX_FIELDS. */
bool
why_field_name(pid_t pid, unsigned long offset, char *name, size_t size)
{
	return name_of_number(pid, "LABBOX_FIELDS", offset, name, size);
}

/* The semaphore of this number in a System V set, by LABBOX_SEMAPHORES. */
bool
why_semaphore_name(pid_t pid, int number, char *name, size_t size)
{
	return name_of_number(pid, "LABBOX_SEMAPHORES", (unsigned long)number,
			      name, size);
}
