/* What lvm's reporting commands print, turned into the structs of the API.
 *
 * A report is one line an object, fields separated by tabs.  The parsers are
 * pure and take whatever bytes lvm prints: names and tags in them come from the
 * guest's disks.
 */
#ifndef BATHYSCOPE_LVM_REPORT_H
#define BATHYSCOPE_LVM_REPORT_H

#include <stddef.h>

#include "error.h"

#define LVM_SEPARATOR "\t"

enum lvm_field_type {
  LVM_STRING,  /* char * */
  LVM_UUID,    /* char [32], dashes removed */
  LVM_BYTES,   /* uint64_t */
  LVM_INT,     /* int64_t, -1 where there is none */
  LVM_PERCENT, /* float, -1 where there is none */
};

struct lvm_field {
  const char *name; /* of the column */
  enum lvm_field_type type;
  size_t offset; /* in the struct */
};

/* Parse one line, which is cut up in the process, into a zeroed struct.  Fields
 * up to one with name NULL.  On error the strings that were already stored are
 * freed. */
int lvm_report_line (char *line, const struct lvm_field *fields, void *ret,
                     struct error *err);

/* Parse a report into an array of `size`-byte structs.  An empty report gives
 * an array of no elements, which is not NULL. */
int lvm_report (char *report, const struct lvm_field *fields, size_t size,
                void **ret_array, size_t *ret_len, struct error *err);

#endif
