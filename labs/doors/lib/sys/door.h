/* What <door.h> declares; on illumos most of it is here. */
#include "../door.h"
