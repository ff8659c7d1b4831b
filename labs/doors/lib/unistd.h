/* <unistd.h> of this system, with what illumos declares there as well. */
#ifndef DOOR_UNISTD_H
#define DOOR_UNISTD_H

#pragma GCC system_header
#include_next <unistd.h>

#include "stropts.h"

#endif
