/* command.c: all is in gather.c */
#include "command.h"
