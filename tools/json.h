/* JSON Lines: flat objects, one a line.  Text of guests may be anything; bytes
 * that are not UTF-8 are printed as U+FFFD. */
#ifndef BATHYSCOPE_JSON_H
#define BATHYSCOPE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct json {
  FILE *fp;
  bool first;
};

void json_begin (struct json *j, FILE *fp);
/* A member; nothing is printed where text is NULL. */
void json_text (struct json *j, const char *name, const char *text);
void json_text_len (struct json *j, const char *name, const char *text,
                    size_t len);
/* Bytes as base64 (RFC 4648), in a member of this name. */
void json_base64 (struct json *j, const char *name, const void *data,
                  size_t len);
void json_number (struct json *j, const char *name, int64_t number);
void json_bool (struct json *j, const char *name, bool value);
void json_end (struct json *j);

/* Is it UTF-8, without NUL? */
bool json_is_text (const char *text, size_t len);

#endif
