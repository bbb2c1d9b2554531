/* What the kernel says during something: why a mount has failed, for example. */
#ifndef BATHYSCOPE_KMSG_H
#define BATHYSCOPE_KMSG_H

/* From now on; a descriptor that the caller closes, or -1. */
int kmsg_begin (void);

/* The last message since then, for the caller to free: of those that warn or
 * worse, when there are any.  NULL when nothing was said. */
char *kmsg_last (int fd);

/* The level (0 to 7) and the text of a record of /dev/kmsg, which is changed;
 * NULL when it is not one.  Pure. */
char *kmsg_parse (char *record, int *ret_level);

#endif
