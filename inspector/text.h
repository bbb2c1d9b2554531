/* Small texts of a guest: the files that hold one line, or assignments. */
#ifndef BATHYSCOPE_INSPECTOR_TEXT_H
#define BATHYSCOPE_INSPECTOR_TEXT_H

#include <stdbool.h>

#define TEXT_MAX (256 * 1024)

/* A text file of at most TEXT_MAX bytes; a heap string, or NULL. */
char *text_read (int root, const char *path);

/* The first line with something in it that is no comment, without blanks around
 * it; a heap string, or NULL. */
char *text_first_line (int root, const char *path);

/* The value assigned to `key` in a file such as os-release; NULL where there is
 * none, or it is empty. */
char *text_assigned (int root, const char *path, const char *key);

/* Does some line of a text begin with these words, but for blanks before? */
bool text_line_begins (const char *text, const char *words);

/* Replace *field, which is owned; NULL and empty values leave it, and are
 * freed. */
void text_set (char **field, char *value);

#endif
