/* The parts of reading rpm's databases: a header, and the three forms of file
 * that hold one header for each package. */
#ifndef BATHYSCOPE_APPS_RPM_H
#define BATHYSCOPE_APPS_RPM_H

#include <stddef.h>

#include "applications.h"
#include "dbfile.h"

/* rpm's own limit is 256 MB; real ones stay below 20. */
#define RPM_HEADER_MAX (32 << 20)

/* The fields of a package's header as databases have it, without magic bytes,
 * in *app.  0; -1 with errno EINVAL for what is no header, or ENOMEM. */
int rpm_header_parse (const void *blob, size_t len, struct application *app);

/* Called with each header; -1 stops. */
typedef int rpm_blob_fn (const void *blob, size_t len, void *data,
                         struct error *err);

/* All headers of a file; those that cannot be read are warnings of `list`. */
typedef int rpm_db_reader (struct dbfile *f, rpm_blob_fn *fn,
                           struct app_list *list, struct error *err);

rpm_db_reader rpm_bdb_read, rpm_ndb_read;

#endif
