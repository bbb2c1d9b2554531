/* libarchive between the RPC and the guest: readers fed by filein, writers that
 * feed fileout, and names of compression methods. */
#ifndef BATHYSCOPE_ARCHIVEIO_H
#define BATHYSCOPE_ARCHIVEIO_H

#include <archive.h>
#include <locale.h>
#include <stddef.h>

#include "error.h"

/* Set `err` from libarchive's error, which a callback may have told better. */
int archive_error_set (struct error *err, struct archive *a, const char *what);

/* A reader over the file that the library sends, in memory of its own. */
struct archive_in {
  struct archive *a;
  char *buf;
  struct error fault; /* of the transfer */
};
int archive_in_open (struct archive_in *in, struct error *err);
/* As archive_error_set, but what failed in the transfer goes first. */
int archive_in_error (struct archive_in *in, const char *what,
                      struct error *err);
void archive_in_release (struct archive_in *in);

/* A writer whose output goes to the library. */
struct archive_out {
  struct archive *a;
  struct error fault;
};
int archive_out_init (struct archive_out *out, struct error *err);
/* Once format and filters are set. */
int archive_out_open (struct archive_out *out, struct error *err);
/* Write the rest and end the transfer. */
int archive_out_finish (struct archive_out *out, struct error *err);
int archive_out_error (struct archive_out *out, const char *what,
                       struct error *err);
void archive_out_release (struct archive_out *out);

/* Add the filter for a method name: compress, gzip, bzip2, xz, lzma, lzop,
 * zstd; EINVAL for another, ENOTSUP where it would need a program.  `level` is
 * 0 for the usual one. */
int archive_add_filter (struct archive *a, const char *method, int level,
                        struct error *err);
int archive_check_method (const char *method, struct error *err);

/* Names in archives are UTF-8: use such a locale until the end of the scope.
 * Without one in the appliance, names go through as bytes where possible. */
struct utf8_scope {
  locale_t locale, old;
};
void utf8_scope_enter (struct utf8_scope *s);
void utf8_scope_leave (struct utf8_scope *s);

#endif
