/* Debian packages: /var/lib/dpkg/status, and status.d, where images without
 * dpkg have one file for each package.  deb-status(5), deb-control(5). */

#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "applications.h"
#include "guestdir.h"
#include "linereader.h"
#include "rootfs.h"
#include "strbuf.h"

#define STATUS "/var/lib/dpkg/status"
#define STATUS_D "/var/lib/dpkg/status.d"

struct paragraph {
  struct application app;
  struct strbuf description;
  bool in_description, is_installed, has_status;
};

/* The states in which the files of a package are there. */
static bool
status_is_installed (const char *value)
{
  static const char *const states[] = {
    "installed", "unpacked", "half-configured", "triggers-awaited",
    "triggers-pending",
  };
  const char *last = strrchr (value, ' ');
  size_t i;

  last = last ? last + 1 : value;
  for (i = 0; i < sizeof states / sizeof states[0]; ++i)
    if (strcmp (last, states[i]) == 0)
      return true;
  return false;
}

static const struct {
  const char *name;
  enum app_field field;
} fields[] = {
  { "Architecture", APP_ARCH },
  { "Homepage", APP_URL },
  { "Maintainer", APP_PUBLISHER },
  { "Package", APP_NAME },
  { "Source", APP_SOURCE_PACKAGE },
  { "Description", APP_SUMMARY },
};

static int
field_line (struct paragraph *p, char *line, size_t len)
{
  char *colon = memchr (line, ':', len);
  const char *value;
  size_t i, value_len;

  p->in_description = false;
  if (!colon)
    return 0;
  *colon = '\0';
  value = colon + 1;
  while (*value == ' ' || *value == '\t')
    ++value;
  value_len = line + len - value;
  if (strcasecmp (line, "Status") == 0) {
    p->has_status = true;
    p->is_installed = status_is_installed (value);
    return 0;
  }
  if (strcasecmp (line, "Version") == 0)
    return app_set_version (&p->app, value, value_len);
  for (i = 0; i < sizeof fields / sizeof fields[0]; ++i)
    if (strcasecmp (line, fields[i].name) == 0) {
      p->in_description = fields[i].field == APP_SUMMARY;
      if (fields[i].field == APP_SOURCE_PACKAGE)
        value_len = strcspn (value, " "); /* "name (version)" */
      return app_set (&p->app, fields[i].field, value, value_len);
    }
  return 0;
}

/* Lines after the first start with a blank.  A dot stands for an empty one, and
 * stays: libguestfs gives it to callers, too. */
static int
continuation (struct paragraph *p, const char *line, size_t len)
{
  if (!p->in_description || p->description.len > APP_FIELD_MAX)
    return 0;
  if (p->description.len > 0 && strbuf_addch (&p->description, '\n') == -1)
    return -1;
  return strbuf_add (&p->description, line + 1, len - 1);
}

/* Put the paragraph on the list, and start anew. */
static int
finish (struct paragraph *p, struct app_list *list, struct error *err)
{
  int r = 0;

  if (p->description.len > 0
      && app_set (&p->app, APP_DESCRIPTION, p->description.data,
                  p->description.len) == -1)
    r = error_errno (err, "packages");
  else if (p->is_installed || !p->has_status)
    r = app_list_add (list, &p->app, err);
  application_release (&p->app);
  p->description.len = 0;
  p->in_description = p->is_installed = p->has_status = false;
  return r;
}

static int
read_control (int fd, const char *path, struct app_list *list,
              struct error *err)
{
  CLEANUP_LINE_READER struct line_reader lines = LINE_READER_INIT (fd);
  struct paragraph p = { .app = APPLICATION_INIT, .description = STRBUF_INIT };
  char *line;
  size_t len;
  int r = 0;

  while (r == 0 && (line = line_reader_next (&lines, &len))) {
    if (len == 0)
      r = finish (&p, list, err);
    else {
      r = *line == ' ' || *line == '\t' ? continuation (&p, line, len)
        : field_line (&p, line, len);
      if (r == -1)
        error_errno (err, "%s", path);
    }
  }
  if (r == 0 && lines.errnum != 0) {
    errno = lines.errnum;
    r = error_errno (err, "%s", path);
  }
  if (r == 0)
    r = finish (&p, list, err);
  application_release (&p.app);
  strbuf_release (&p.description);
  return r;
}

static int
read_status_d (const struct guestdir *dir, const char *name, void *data,
               struct error *err)
{
  const char *dot = strrchr (name, '.');
  struct app_list *list = data;
  CLEANUP_CLOSE int fd = -1;

  if (dot && strcmp (dot, ".md5sums") == 0)
    return 0;
  fd = rootfs_open (dir->fd, name);
  if (fd == -1)
    return app_list_warn (list, err, STATUS_D "/%s: %s", name,
                          strerror (errno));
  return read_control (fd, STATUS_D, list, err);
}

int
apps_dpkg (int root, const struct app_hints *hints, struct app_list *list,
           struct error *err)
{
  CLEANUP_CLOSE int fd = rootfs_open (root, STATUS);
  size_t before = list->apps.len;
  int r;

  (void) hints;
  if (fd == -1 && errno != ENOENT && errno != ENOTDIR)
    return error_errno (err, STATUS);
  if (fd != -1) {
    if (read_control (fd, STATUS, list, err) == -1)
      return -1;
    /* dpkg's is never empty once something is installed, by dpkg if nothing
     * else; a new root directory has an empty one. */
    if (list->apps.len == before && lseek (fd, 0, SEEK_CUR) > 0
        && app_list_warn (list, err, STATUS " names no package that is "
                          "installed") == -1)
      return -1;
  }
  r = guestdir_each (root, STATUS_D, read_status_d, list, err);
  return r == -1 ? -1 : fd != -1 || r == 1;
}
