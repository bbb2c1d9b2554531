/* What the generated dispatch.c is made of: its table, the checks of arguments
 * that need nothing from the rest of the daemon, and encoders of replies. */
#ifndef BATHYSCOPE_DISPATCH_SUPPORT_H
#define BATHYSCOPE_DISPATCH_SUPPORT_H

#include "call.h"
#include "dispatch.h"
#include "error.h"
#include "mountable.h"
#include "strbuf.h"

struct dispatch_entry {
  uint32_t proc;
  const struct call_info *info;
  /* Check the arguments, run do_X, append what it returns to `reply`.
   * Arguments may be replaced; the caller frees them. */
  int (*run) (void *args, const void *optargs, struct strbuf *reply,
              struct error *err);
  int flags; /* enum call_flags */
};

/* Sorted by proc. */
extern const struct dispatch_entry dispatch_table[];
extern const size_t dispatch_table_len;

int check_paths (char *const *paths, struct error *err);
/* One component of a path: not empty, no slash, not . or .. */
int check_filename (const char *name, struct error *err);
int check_filenames (char *const *names, struct error *err);
/* xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx in hexadecimal digits. */
int check_guid (const char *guid, struct error *err);
/* The number of a partition. */
int check_partnum (int partnum, struct error *err);

int reply_int (struct strbuf *reply, int value, struct error *err);
int reply_int64 (struct strbuf *reply, int64_t value, struct error *err);
int reply_string (struct strbuf *reply, const char *str, struct error *err);
int reply_strings (struct strbuf *reply, char *const *strings,
                   struct error *err);
int reply_buffer (struct strbuf *reply, const void *data, size_t size,
                  struct error *err);

#endif
