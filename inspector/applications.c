/* The list of applications, and which reader knows which package format: see
 * applications.h. */

#include <config.h>

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "applications.h"

#define WARNINGS_MAX 100

void
application_release (struct application *app)
{
  size_t i;

  for (i = 0; i < APP_NR_FIELDS; ++i)
    free (app->text[i]);
  *app = (struct application) APPLICATION_INIT;
}

void
app_list_release (struct app_list *list)
{
  size_t i;

  for (i = 0; i < list->apps.len; ++i)
    application_release (&list->apps.ptr[i]);
  app_vector_release (&list->apps);
  strlist_release (&list->warnings);
  list->bytes = 0;
}

/* --- filling an entry ---------------------------------------------------------- */

static bool
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Not in the middle of a UTF-8 sequence. */
static size_t
cut (const char *text, size_t len)
{
  if (len <= APP_FIELD_MAX)
    return len;
  len = APP_FIELD_MAX;
  while (len > APP_FIELD_MAX - 4 && ((unsigned char) text[len] & 0xc0) == 0x80)
    --len;
  return len;
}

int
app_set (struct application *app, enum app_field field, const char *text,
         size_t len)
{
  char *copy;

  len = cut (text, strnlen (text, len));
  while (len > 0 && is_blank (*text))
    ++text, --len;
  while (len > 0 && is_blank (text[len - 1]))
    --len;
  if (len == 0)
    return 0;
  copy = strndup (text, len);
  if (!copy)
    return -1;
  free (app->text[field]);
  app->text[field] = copy;
  return 0;
}

/* A number of digits alone; -1 where it is none, or too large. */
static int32_t
parse_epoch (const char *text, size_t len)
{
  int32_t ret = 0;
  size_t i;

  for (i = 0; i < len; ++i) {
    if (text[i] < '0' || text[i] > '9' || ret > (INT32_MAX - 9) / 10)
      return -1;
    ret = ret * 10 + (text[i] - '0');
  }
  return len == 0 ? -1 : ret;
}

int
app_set_version (struct application *app, const char *text, size_t len)
{
  const char *colon, *dash;
  int32_t epoch;

  len = strnlen (text, len);
  colon = memchr (text, ':', len);
  epoch = colon ? parse_epoch (text, colon - text) : -1;
  if (epoch >= 0) {
    app->epoch = epoch;
    len -= colon + 1 - text;
    text = colon + 1;
  }
  dash = memrchr (text, '-', len);
  if (!dash)
    return app_set (app, APP_VERSION, text, len);
  if (app_set (app, APP_VERSION, text, dash - text) == -1)
    return -1;
  return app_set (app, APP_RELEASE, dash + 1, text + len - (dash + 1));
}

int
app_set_files (struct application *app, const struct guestdir *dir,
               const char *name, const struct app_file *files, size_t nr)
{
  int found = 0;
  size_t i;

  for (i = 0; i < nr; ++i) {
    char path[NAME_MAX + 32];
    CLEANUP_FREE char *text = NULL;
    size_t len;

    snprintf (path, sizeof path, "%s/%s", name, files[i].file);
    text = guestdir_read (dir, path, APP_FIELD_MAX, &len);
    if (!text)
      continue;
    found++;
    if (app_set (app, files[i].field, text, len) == -1)
      return -1;
  }
  return found;
}

/* --- the list -------------------------------------------------------------------- */

int
app_list_add (struct app_list *list, struct application *app,
              struct error *err)
{
  size_t i, bytes = sizeof *app;

  if (!app->text[APP_NAME]) {
    application_release (app);
    return 0;
  }
  for (i = 0; i < APP_NR_FIELDS; ++i)
    if (app->text[i])
      bytes += strlen (app->text[i]) + 16;
  if (list->apps.len >= APP_LIST_MAX
      || bytes > APP_LIST_MAX_BYTES - list->bytes)
    return error_set (err, EFBIG, "there are more than %zu packages, or their "
                      "descriptions are too long", list->apps.len);
  if (app_vector_append (&list->apps, *app) == -1)
    return error_errno (err, "packages");
  list->bytes += bytes;
  *app = (struct application) APPLICATION_INIT;
  return 0;
}

int
app_list_warn (struct app_list *list, struct error *err, const char *fmt, ...)
{
  char text[512];
  va_list args;

  if (list->warnings.len > WARNINGS_MAX)
    return 0;
  va_start (args, fmt);
  vsnprintf (text, sizeof text, fmt, args);
  va_end (args);
  if (strlist_add (&list->warnings, list->warnings.len == WARNINGS_MAX
                   ? "more of the kind" : text) == -1)
    return error_errno (err, "warning");
  return 0;
}

static int
compare (const void *a, const void *b)
{
  static const enum app_field order[] = {
    APP_NAME, APP_ARCH, APP_VERSION, APP_RELEASE,
  };
  const struct application *x = a, *y = b;
  size_t i;

  for (i = 0; i < sizeof order / sizeof order[0]; ++i) {
    const char *s = x->text[order[i]], *t = y->text[order[i]];
    int r = strcmp (s ? s : "", t ? t : "");

    if (r != 0)
      return r;
  }
  return 0;
}

/* --- readers ---------------------------------------------------------------------- */

static const struct {
  const char *format; /* of the system, or NULL: of any */
  app_reader *read;
} readers[] = {
  { "apk", apps_apk },
  { "deb", apps_dpkg },
  { "ebuild", apps_portage },
  { "pacman", apps_pacman },
  { "pkgsrc", apps_freebsd },
  { "pkgsrc", apps_pkg_dirs },
  { "rpm", apps_rpm },
  { "xbps", apps_xbps },
};

static void
sort (struct app_list *list)
{
  if (list->apps.len > 0)
    qsort (list->apps.ptr, list->apps.len, sizeof *list->apps.ptr, compare);
}

/* The readers that know the system's format, or all. */
static int
read_packages (int root, const struct app_hints *hints, struct app_list *ret,
               struct error *err)
{
  bool is_unknown = strcmp (hints->package_format, "unknown") == 0;
  bool is_known = false, is_found = false;
  size_t i;

  for (i = 0; i < sizeof readers / sizeof readers[0]; ++i) {
    bool is_its = strcmp (hints->package_format, readers[i].format) == 0;
    int r;

    if (!is_its && !is_unknown)
      continue;
    is_known |= is_its;
    r = readers[i].read (root, hints, ret, err);
    if (r == -1)
      return -1;
    is_found |= r == 1;
  }
  if (is_known && !is_found)
    return error_set (err, ENOENT, "the database of the %s packages is "
                      "missing", hints->package_format);
  return 0;
}

int
applications_list (int root, const struct app_hints *hints,
                   struct app_list *ret, struct error *err)
{
  int r;

  if (strcmp (hints->type, "windows") != 0)
    r = read_packages (root, hints, ret, err);
  else {
    r = apps_windows (root, hints, ret, err);
    if (r == 0)
      r = error_set (err, ENOENT, "the registry is missing");
  }
  if (r == -1)
    return -1;
  sort (ret);
  return 0;
}
