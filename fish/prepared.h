/* -N: disks that are made for the session, with partitions and filesystems. */
#ifndef BATHYSCOPE_FISH_PREPARED_H
#define BATHYSCOPE_FISH_PREPARED_H

#include "options.h"

struct fish;
struct prepared;

/* What -N is told: [FILE=]TYPE[:PARAMETER...].  Makes the file and adds it as a
 * drive of the options.  "help" and "?" list the types and exit; exits with a
 * message where the text is not right. */
void prepared_add (struct fish *fish, const char *text);

/* After launching: partition and format them. */
void prepared_format (struct fish *fish);
void prepared_release (struct fish *fish);

#endif
