/* The index of a source of virt-builder: which templates there are.
 *
 * It is text from the network, signed or not: the parser is pure and bounded by
 * the size of its input.
 */
#ifndef BATHYSCOPE_BUILDER_INDEX_H
#define BATHYSCOPE_BUILDER_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "error.h"

#define INDEX_MAX (16 * 1024 * 1024) /* bytes */

struct index_field {
  char *name;     /* owned: "notes" or "notes[de]" */
  char *value;    /* owned: lines joined by \n */
};

struct index_entry {
  char *name;     /* owned: "debian-12" */
  struct index_field *fields; /* owned */
  size_t nr;
  unsigned line;
  const char *source; /* whose it is; not owned, not the parser's */
  size_t source_number;
};

struct index {
  struct index_entry *entries; /* owned */
  size_t nr;
};

#define INDEX_INIT { NULL, 0 }

/* The text of an index, without its signature.  EINVAL, with the number of the
 * line. */
int index_parse (const char *text, size_t len, struct index *ret,
                 struct error *err);
void index_release (struct index *index);

/* The bytes of a file, which is at most INDEX_MAX long, with a NUL behind them;
 * heap memory, NULL with err. */
char *index_read_file (const char *name, size_t *ret_len, struct error *err);

/* The number of a field, or e->nr when there is none of this name. */
size_t index_find (const struct index_entry *e, const char *name);
/* The value of a field, or NULL. */
const char *index_field (const struct index_entry *e, const char *name);
/* The same as a number; -1 when absent or none. */
int64_t index_number (const struct index_entry *e, const char *name);

/* What every entry needs: EINVAL says what is missing or wrong. */
int index_check (const struct index *index, struct error *err);

/* Add a template; its name is as index_is_name wants it.  Set a field, or take it
 * away with a value of NULL.  0, or -1 for lack of memory. */
struct index_entry *index_add (struct index *index, const char *name,
                               struct error *err);
int index_set_field (struct index_entry *e, const char *name,
                     const char *value, struct error *err);
bool index_is_name (const char *name);
/* Has it letters, digits and these others only, and at least one? */
bool index_is_word (const char *text, const char *others);

/* The text that index_parse reads.  0 or -1 with errno. */
int index_write (const struct index *index, FILE *fp);

/* Between the armour of a signed text (RFC 4880, 7): copies it, without the
 * escapes of dashes.  Unsigned text as it is; *ret_signed tells.  Heap memory. */
char *index_unwrap (const char *text, size_t len, bool *ret_signed,
                    struct error *err);

#endif
