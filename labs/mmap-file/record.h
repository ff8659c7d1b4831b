/*
 * What is in the files that garage and hello map: arrays of fixed size, and never
 * a pointer, as each process has them at an address of its own.
 */
#include <semaphore.h>
#include <stddef.h>
#include <stdint.h>

enum {
	VERSION = 1,		  /* changes whenever a layout does */
	CAR_MAGIC = 0x21726163,	  /* "car!" when the bytes are read as text */
	HELLO_MAGIC = 0x216f6c68, /* "hlo!" */
	NAME = 50,  /* bytes of a field, with the '\0' at the end */
	RATING = 3, /* so "AA" fits */
	WHEELS = 4
};

// REGION layout
struct header {
	_Atomic uint32_t magic; /* stored last, when all the rest is there */
	uint32_t version;
};

struct car {
	char make[NAME], model[NAME];
	struct wheel {
		char brand[NAME], traction[RATING], speed[RATING];
	} wheels[WHEELS];
};

enum { WORDS = sizeof(struct car) / sizeof(uint32_t) };

struct record {
	struct header header;
	_Atomic uint32_t changes;      /* odd while a writer is at it */
	_Atomic uint32_t words[WORDS]; /* the bytes of a struct car */
};
// END REGION layout

void *map_new(int fd, size_t size);
int unmap_saved(void *map, size_t size);
void *map_old(int fd, uint32_t magic, size_t size, int protection);
int text_put(char *field, size_t size, const char *text);
int car_check(const struct car *car);
void record_write(struct record *record, const struct car *car);
int record_read(const struct record *record, struct car *car);
