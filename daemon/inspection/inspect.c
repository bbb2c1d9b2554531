/* The calls of inspection: inspect_os looks, the others look things up in what
 * it found. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "elfarch.h"
#include "guestpath.h"
#include "inspection.h"
#include "io.h"
#include "strlist.h"

char **
do_inspect_os (struct error *err)
{
  return inspection_run (err) == -1 ? NULL : do_inspect_get_roots (err);
}

char **
do_inspect_get_roots (struct error *err)
{
  const struct inspected_vector *systems = &inspection_result ()->systems;
  CLEANUP_STRLIST struct strlist roots = STRLIST_INIT;
  char **ret = NULL;
  size_t i;
  int r = 0;

  for (i = 0; i < systems->len; ++i)
    r |= strlist_add (&roots, systems->ptr[i].root);
  if (r == 0)
    ret = strlist_take (&roots);
  if (!ret)
    error_errno (err, "inspect_get_roots");
  return ret;
}

static char *
copy (const char *text, struct error *err)
{
  char *ret = strdup (text ? text : "unknown");

  if (!ret)
    error_errno (err, "inspection");
  return ret;
}

#define DEFINE_TEXT(name, field)                                        \
  char *                                                                \
  do_inspect_get_##name (const struct mountable *root, struct error *err) \
  {                                                                     \
    const struct inspected *f = inspection_find (root, err);                           \
                                                                        \
    return f ? copy (f->info.field, err) : NULL;                        \
  }

DEFINE_TEXT (type, type)
DEFINE_TEXT (format, format)
DEFINE_TEXT (distro, distro)
DEFINE_TEXT (product_name, product_name)
DEFINE_TEXT (product_variant, product_variant)
DEFINE_TEXT (hostname, hostname)
DEFINE_TEXT (package_format, package_format)
DEFINE_TEXT (package_management, package_management)
DEFINE_TEXT (arch, arch)
DEFINE_TEXT (build_id, build_id)

int
do_inspect_get_major_version (const struct mountable *root, struct error *err)
{
  const struct inspected *f = inspection_find (root, err);

  return f ? f->info.major_version : -1;
}

int
do_inspect_get_minor_version (const struct mountable *root, struct error *err)
{
  const struct inspected *f = inspection_find (root, err);

  return f ? f->info.minor_version : -1;
}

static char **
copy_list (char *const *list, struct error *err)
{
  char **ret = strings_copy (list);

  if (!ret)
    error_errno (err, "inspection");
  return ret;
}

char **
do_inspect_get_mountpoints (const struct mountable *root, struct error *err)
{
  const struct inspected *f = inspection_find (root, err);

  return f ? copy_list (f->mountpoints, err) : NULL;
}

char **
do_inspect_get_filesystems (const struct mountable *root, struct error *err)
{
  const struct inspected *f = inspection_find (root, err);

  return f ? copy_list (f->filesystems, err) : NULL;
}

#define DEFINE_BOOL(name, field)                                        \
  int                                                                   \
  do_inspect_##name (const struct mountable *root, struct error *err)   \
  {                                                                     \
    const struct inspected *f = inspection_find (root, err);            \
                                                                        \
    return f ? f->info.field : -1;                                      \
  }

DEFINE_BOOL (is_live, live)
DEFINE_BOOL (is_multipart, multipart)
DEFINE_BOOL (is_netinst, netinst)

char *
do_file_architecture (const char *filename, struct error *err)
{
  CLEANUP_CLOSE int fd = guest_open (filename, O_RDONLY | O_NONBLOCK, 0, err);
  unsigned char head[ELF_HEAD_SIZE];
  const char *arch;
  ssize_t n;

  if (fd == -1)
    return NULL;
  n = read_full (fd, head, sizeof head);
  if (n == -1) {
    error_errno (err, "%s", filename);
    return NULL;
  }
  arch = elf_architecture (head, n);
  if (!arch) {
    error_set (err, ENOTSUP, "%s: not an ELF file of a known architecture",
               filename);
    return NULL;
  }
  return copy (arch, err);
}
