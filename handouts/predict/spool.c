#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void
make(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	if (file == NULL || fputs(text, file) == EOF || fclose(file) == EOF)
		err(1, "%s", name);
}

int
main(void)
{
	char text[8] = "";
	struct stat st;

	make("job", "old");
	int fd = open("job", O_RDWR);
	make("draft", "new");
	if (fd == -1 || rename("draft", "job") == -1 || unlink("job") == -1)
		err(1, "job");
	int wrote = write(fd, "?", 1);
	pread(fd, text, sizeof(text), 0);
	fstat(fd, &st);
	printf("%d written, \"%s\", %lu names\n", wrote, text,
	       (unsigned long)st.st_nlink);
	return 0;
}
