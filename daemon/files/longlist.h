/* The pure parts of ll, for tests. */
#ifndef BATHYSCOPE_LONGLIST_H
#define BATHYSCOPE_LONGLIST_H

#include <stddef.h>
#include <sys/types.h>
#include <time.h>

/* "drwxr-xr-x" of a mode, as ls writes it. */
void mode_string (mode_t mode, char buf[11]);

/* "Nov 21 10:00", or with the year when that is over half a year from now. */
void date_string (time_t when, time_t now, char *buf, size_t size);

#endif
