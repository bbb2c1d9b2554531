/* What the generated tests of examples (api-examples.c) are made of. */
#ifndef BATHYSCOPE_EXAMPLES_H
#define BATHYSCOPE_EXAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guestfs.h"

/* One example that runs. */
struct example_run {
  guestfs_h *g;
  const char *call, *file; /* whose example it is, and where it stands */
  const char *text;        /* the line that runs */
  int line;
  bool failed;
};

struct example {
  const char *call, *file;
  const char *prep; /* none, config, disk, part, ext4, data, lvm, md, btrfs */
  void (*run) (struct example_run *x);
};

extern const struct example examples[];

/* A line begins; false when the example is over. */
bool example_line (struct example_run *x, int line, const char *text);

/* Check a result, and free it. */
void want_int (struct example_run *x, int64_t got, int64_t wanted);
void want_const (struct example_run *x, const char *got, const char *wanted);
void want_string (struct example_run *x, char *got, const char *wanted);
void want_buffer (struct example_run *x, char *got, size_t size,
                  const char *wanted, size_t wanted_size);
void want_strings (struct example_run *x, char **got, char *const *wanted);
/* Every wanted key is there with its value; no keys at all for none. */
void want_hash (struct example_run *x, char **got, char *const *wanted);

/* The call must only succeed. */
void want_success (struct example_run *x, bool succeeded);
void ignore_int (struct example_run *x, int64_t got);
void ignore_const (struct example_run *x, const char *got);
void ignore_string (struct example_run *x, char *got);
void ignore_buffer (struct example_run *x, char *got, size_t size);
void ignore_strings (struct example_run *x, char **got);
void ignore_hash (struct example_run *x, char **got);

/* The call must fail with this errno. */
void want_error (struct example_run *x, int errnum, const char *name,
                 bool failed);

/* Members of structs. */
void want_number (struct example_run *x, const char *name, double got,
                  double wanted);
void want_text (struct example_run *x, const char *name, const char *got,
                size_t len, const char *wanted, size_t wanted_len);
void want_count (struct example_run *x, size_t got, size_t wanted);

#endif
