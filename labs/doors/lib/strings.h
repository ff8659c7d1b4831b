/* <strings.h> of this system, which brings <string.h> on illumos. */
#ifndef DOOR_STRINGS_H
#define DOOR_STRINGS_H

#pragma GCC system_header
#include_next <strings.h>

#include <string.h>

#endif
