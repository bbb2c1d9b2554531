/* Alpine packages: /lib/apk/db/installed, records of lines "X:value" with an
 * empty line after each.  wiki.alpinelinux.org, "Apk spec". */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "applications.h"
#include "linereader.h"
#include "rootfs.h"

static const char *const databases[] = {
  "/lib/apk/db/installed", "/usr/lib/apk/db/installed",
};

static const struct {
  char letter;
  enum app_field field;
} fields[] = {
  { 'A', APP_ARCH },
  { 'P', APP_NAME },
  { 'T', APP_DESCRIPTION },
  { 'U', APP_URL },
  { 'm', APP_PUBLISHER },
  { 'o', APP_SOURCE_PACKAGE },
};

/* "1.2.3-r0": the release is 0. */
static int
set_version (struct application *app, const char *text, size_t len)
{
  char *release;

  if (app_set_version (app, text, len) == -1)
    return -1;
  release = app->text[APP_RELEASE];
  if (release && release[0] == 'r' && release[1])
    memmove (release, release + 1, strlen (release));
  return 0;
}

static int
field_line (struct application *app, const char *line, size_t len)
{
  size_t i;

  if (len < 2 || line[1] != ':')
    return 0;
  if (*line == 'V')
    return set_version (app, line + 2, len - 2);
  /* One line says all. */
  if (*line == 'T' && app_set (app, APP_SUMMARY, line + 2, len - 2) == -1)
    return -1;
  for (i = 0; i < sizeof fields / sizeof fields[0]; ++i)
    if (fields[i].letter == *line)
      return app_set (app, fields[i].field, line + 2, len - 2);
  return 0;
}

static int
read_installed (int fd, const char *path, struct app_list *list,
                struct error *err)
{
  CLEANUP_LINE_READER struct line_reader lines = LINE_READER_INIT (fd);
  CLEANUP_APPLICATION struct application app = APPLICATION_INIT;
  size_t len, before = list->apps.len;
  char *line;

  while ((line = line_reader_next (&lines, &len)))
    if (len == 0) {
      if (app_list_add (list, &app, err) == -1)
        return -1;
    }
    else if (field_line (&app, line, len) == -1)
      return error_errno (err, "%s", path);
  if (lines.errnum != 0) {
    errno = lines.errnum;
    return error_errno (err, "%s", path);
  }
  if (app_list_add (list, &app, err) == -1)
    return -1;
  if (lines.total > 0 && list->apps.len == before)
    return app_list_warn (list, err, "%s names no package", path);
  return 0;
}

int
apps_apk (int root, const struct app_hints *hints, struct app_list *list,
          struct error *err)
{
  size_t i;

  (void) hints;
  for (i = 0; i < sizeof databases / sizeof databases[0]; ++i) {
    CLEANUP_CLOSE int fd = rootfs_open (root, databases[i]);

    if (fd == -1 && (errno == ENOENT || errno == ENOTDIR))
      continue;
    if (fd == -1)
      return error_errno (err, "%s", databases[i]);
    return read_installed (fd, databases[i], list, err) == -1 ? -1 : 1;
  }
  return 0;
}
