/* Objects of JSON with objects and lists in them (those without: json.h). */
#ifndef BATHYSCOPE_JSONOBJECT_H
#define BATHYSCOPE_JSONOBJECT_H

#include <stdint.h>

#include <jansson.h>

/* Set a member: 0, or -1 for lack of memory.  Text of guests may be anything
 * (report_clean); where it is NULL or empty there is no member. */
int jsonobject_text (json_t *object, const char *name, const char *text);
int jsonobject_number (json_t *object, const char *name, uint64_t number);

/* The value when `r` is 0; else it is freed, and NULL. */
json_t *jsonobject_checked (json_t *value, int r);

/* Print it, or the reason why there is no such object, on a line, and free it.
 * 0 or -1. */
int jsonobject_print (json_t *object);
int jsonobject_print_error (const char *image, const char *message);

#endif
