/* Inspection: finding the systems that are installed on the disks.
 *
 * inspect_os mounts every filesystem read-only, out of the caller's sight, and
 * lets inspector/ look at it.  What it found stays until the next inspect_os;
 * the inspect_get_ calls only look it up.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "elfarch.h"
#include "feature.h"
#include "guestpath.h"
#include "inspectmounts.h"
#include "inspector.h"
#include "io.h"
#include "listfs.h"
#include "mountpoint.h"
#include "strlist.h"
#include "vector.h"

struct found {
  char *root; /* a mountable */
  struct system_info info;
  char **mountpoints, **filesystems;
};

DEFINE_VECTOR (found_vector, struct found)

static struct found_vector systems = VECTOR_INIT;
static bool inspected;

static void
found_release (struct found *f)
{
  free (f->root);
  system_info_release (&f->info);
  strings_free (f->mountpoints);
  strings_free (f->filesystems);
}

static void
forget (void)
{
  size_t i;

  for (i = 0; i < systems.len; ++i)
    found_release (&systems.ptr[i]);
  found_vector_release (&systems);
  inspected = false;
}

/* --- looking -------------------------------------------------------------------- */

/* Mount a filesystem and let the detectors look: 1, 0 or -1. */
static int
look (const char *mountable, const char *type, struct system_info *ret,
      struct error *err)
{
  CLEANUP_MOUNTABLE struct mountable m = MOUNTABLE_INIT;
  CLEANUP_MOUNTPOINT struct mountpoint mp = MOUNTPOINT_INIT;
  CLEANUP_FREE char *options = NULL;
  CLEANUP_CLOSE int root = -1;

  if (mountable_parse (mountable, &m, err) == -1)
    return -1;
  if (m.volume && asprintf (&options, "subvol=%s", m.volume) < 0) {
    options = NULL;
    return error_errno (err, "%s", mountable);
  }
  /* One that cannot be mounted holds no system that could be used. */
  if (mountpoint_mount (&mp, m.device, type, options, NULL) == -1)
    return 0;
  root = open (mp.path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  return root == -1 ? 0 : inspector_look (root, ret, err);
}

/* Put a system on the list; takes over *info. */
static int
add_system (const char *root, struct system_info *info, struct error *err)
{
  CLEANUP_STRLIST struct strlist mountpoints = STRLIST_INIT;
  CLEANUP_STRLIST struct strlist filesystems = STRLIST_INIT;
  struct found f = { .root = strdup (root), .info = *info };

  *info = (struct system_info) { 0 };
  if (inspect_mounts (root, &f.info.fstab, &mountpoints, &filesystems,
                      err) == -1) {
    found_release (&f);
    return -1;
  }
  f.mountpoints = strlist_take (&mountpoints);
  f.filesystems = strlist_take (&filesystems);
  if (!f.root || !f.mountpoints || !f.filesystems
      || found_vector_append (&systems, f) == -1) {
    found_release (&f);
    return error_errno (err, "%s", root);
  }
  return 0;
}

static int
inspect_all (struct error *err)
{
  CLEANUP_STRLIST struct strlist list = STRLIST_INIT;
  size_t i;

  if (listfs (&list, err) == -1)
    return -1;
  for (i = 0; i + 1 < list.len; i += 2) {
    const char *mountable = list.items[i], *type = list.items[i + 1];
    struct system_info info = { 0 };
    int r;

    if (feature_filesystem (type, NULL) != 1)
      continue;
    r = look (mountable, type, &info, err);
    if (r == 1)
      r = add_system (mountable, &info, err);
    if (r == -1)
      return -1;
  }
  return 0;
}

char **
do_inspect_os (struct error *err)
{
  forget ();
  if (inspect_all (err) == -1) {
    forget ();
    return NULL;
  }
  inspected = true;
  return do_inspect_get_roots (err);
}

char **
do_inspect_get_roots (struct error *err)
{
  CLEANUP_STRLIST struct strlist roots = STRLIST_INIT;
  char **ret = NULL;
  size_t i;
  int r = 0;

  for (i = 0; i < systems.len; ++i)
    r |= strlist_add (&roots, systems.ptr[i].root);
  if (r == 0)
    ret = strlist_take (&roots);
  if (!ret)
    error_errno (err, "inspect_get_roots");
  return ret;
}

/* --- answers --------------------------------------------------------------------- */

static const struct found *
find (const struct mountable *root, struct error *err)
{
  size_t i;

  if (!inspected) {
    error_set (err, EINVAL, "nothing is known of %s: call inspect_os first",
               root->string);
    return NULL;
  }
  for (i = 0; i < systems.len; ++i) {
    CLEANUP_MOUNTABLE struct mountable m = MOUNTABLE_INIT;

    if (mountable_parse (systems.ptr[i].root, &m, NULL) == -1)
      continue;
    if (strcmp (m.device, root->device) == 0
        && strcmp (m.volume ? m.volume : "", root->volume ? root->volume : "")
           == 0)
      return &systems.ptr[i];
  }
  error_set (err, EINVAL, "%s is not the root of a system that inspect_os "
             "found", root->string);
  return NULL;
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
    const struct found *f = find (root, err);                           \
                                                                        \
    return f ? copy (f->info.field, err) : NULL;                        \
  }

DEFINE_TEXT (type, type)
DEFINE_TEXT (distro, distro)
DEFINE_TEXT (product_name, product_name)
DEFINE_TEXT (product_variant, product_variant)
DEFINE_TEXT (hostname, hostname)
DEFINE_TEXT (package_format, package_format)
DEFINE_TEXT (package_management, package_management)
DEFINE_TEXT (arch, arch)
DEFINE_TEXT (build_id, build_id)

char *
do_inspect_get_format (const struct mountable *root, struct error *err)
{
  return find (root, err) ? copy ("installed", err) : NULL;
}

int
do_inspect_get_major_version (const struct mountable *root, struct error *err)
{
  const struct found *f = find (root, err);

  return f ? f->info.major_version : -1;
}

int
do_inspect_get_minor_version (const struct mountable *root, struct error *err)
{
  const struct found *f = find (root, err);

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
  const struct found *f = find (root, err);

  return f ? copy_list (f->mountpoints, err) : NULL;
}

char **
do_inspect_get_filesystems (const struct mountable *root, struct error *err)
{
  const struct found *f = find (root, err);

  return f ? copy_list (f->filesystems, err) : NULL;
}

/* Discs to install a system from are not looked for: none of these is ever
 * true. */

int
do_inspect_is_live (const struct mountable *root, struct error *err)
{
  return find (root, err) ? 0 : -1;
}

int
do_inspect_is_multipart (const struct mountable *root, struct error *err)
{
  return find (root, err) ? 0 : -1;
}

int
do_inspect_is_netinst (const struct mountable *root, struct error *err)
{
  return find (root, err) ? 0 : -1;
}

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
