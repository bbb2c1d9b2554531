/* Files of shell-like assignments, such as os-release(5). */
#ifndef BATHYSCOPE_OSRELEASE_H
#define BATHYSCOPE_OSRELEASE_H

/* The value of the last assignment to `key` in the text, with quotes and
 * backslashes taken away; a heap string.  NULL with errno ENOENT when there is
 * none, ENOMEM. */
char *osrelease_get (const char *text, const char *key);

/* The two numbers at the first digit of a string: "release 8.4 (Final)" gives 8
 * and 4.  Numbers that are missing, or too large to be true, are 0.  Returns 0,
 * or -1 where there is no digit. */
int osrelease_version (const char *text, int *ret_major, int *ret_minor);

#endif
