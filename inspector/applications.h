/* What is installed in a guest: the databases of its package managers.
 *
 * applications_list reads them below a root directory, only through rootfs.h
 * and dbfile.h; each reader is in a file apps-*.c of its own.  The databases
 * are hostile: every reader bounds what it reads, and what it keeps is counted
 * by app_list_add, so that no database can use up the memory.
 */
#ifndef BATHYSCOPE_APPLICATIONS_H
#define BATHYSCOPE_APPLICATIONS_H

#include <stdint.h>

#include "cleanup.h"
#include "error.h"
#include "guestdir.h"
#include "strlist.h"
#include "vector.h"

enum app_field {
  APP_NAME,
  APP_DISPLAY_NAME,
  APP_VERSION,
  APP_RELEASE,
  APP_ARCH,
  APP_INSTALL_PATH,
  APP_PUBLISHER,
  APP_URL,
  APP_SOURCE_PACKAGE,
  APP_SUMMARY,
  APP_DESCRIPTION,
  APP_CLASS,
  APP_NR_FIELDS,
};

struct application {
  char *text[APP_NR_FIELDS]; /* owned; NULL where there is nothing to say */
  int32_t epoch;
};

#define APPLICATION_INIT { { NULL }, 0 }

DEFINE_VECTOR (app_vector, struct application)

struct app_list {
  struct app_vector apps;
  struct strlist warnings; /* what was left out, and why */
  size_t bytes;            /* kept so far */
};

#define APP_LIST_INIT { VECTOR_INIT, STRLIST_INIT, 0 }

/* Beyond these a database is refused, with EFBIG. */
#define APP_LIST_MAX 200000
#define APP_LIST_MAX_BYTES (48 * 1024 * 1024)
/* Longer fields are cut. */
#define APP_FIELD_MAX (64 * 1024)

/* What is known of the guest: which databases are its own. */
struct app_hints {
  const char *package_format; /* "deb"; "unknown" */
  const char *type;           /* "linux" */
  const char *software_hive;  /* path in the guest, or NULL */
  const char *systemroot;
};

/* The applications by name, in *ret, which the caller initialises and
 * releases.  A system that is known to have a package manager without a
 * database that could be read is an error; parts of a database that could not
 * be read are warnings.  0 or -1. */
int applications_list (int root, const struct app_hints *hints,
                       struct app_list *ret, struct error *err);

void app_list_release (struct app_list *list);
void application_release (struct application *app);

#define CLEANUP_APP_LIST CLEANUP (app_list_release)
#define CLEANUP_APPLICATION CLEANUP (application_release)

/* --- for the readers --------------------------------------------------------- */

/* 1 when there was a database and it was read, 0 when there is none, -1 on
 * error. */
typedef int app_reader (int root, const struct app_hints *hints,
                        struct app_list *list, struct error *err);

app_reader apps_apk, apps_dpkg, apps_freebsd, apps_pacman, apps_pkg_dirs,
  apps_portage, apps_rpm, apps_windows, apps_xbps;

/* Set a field to a copy of `len` bytes up to the first NUL, without blanks
 * around it.  0, or -1 with errno ENOMEM. */
int app_set (struct application *app, enum app_field field, const char *text,
             size_t len);
/* A field that a package has in a file of its own. */
struct app_file {
  const char *file;
  enum app_field field;
};

/* Set the fields that the package's folder `name` has files of, none larger than
 * APP_FIELD_MAX; how many, or -1 with errno ENOMEM. */
int app_set_files (struct application *app, const struct guestdir *dir,
                   const char *name, const struct app_file *files, size_t nr);
/* "[epoch:]version[-release]" into the fields. */
int app_set_version (struct application *app, const char *text, size_t len);

/* Move *app to the list and leave it empty.  One without a name is dropped. */
int app_list_add (struct app_list *list, struct application *app,
                  struct error *err);

/* Note something that was left out; only the first hundred are kept. */
int app_list_warn (struct app_list *list, struct error *err,
                   const char *fmt, ...) __attribute__ ((format (printf, 3, 4)));

#endif
