/* Listing physical volumes, volume groups and logical volumes, and their
 * UUIDs. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actions.h"
#include "io.h"
#include "lvm-report.h"
#include "lvm.h"
#include "scan.h"
#include "strbuf.h"
#include "strlist.h"
#include "sysblock.h"

/* Volumes as users know them: neither parts of others nor snapshots that are
 * not meant to be activated. */
#define PUBLIC_VOLUMES "lv_role=public && lv_skip_activation!=yes"

/* --- names ---------------------------------------------------------------- */

/* A report of one column (or several, with `separator` between), a line an
 * object, without indentation. */
static char **
column (const char *command, const char *columns, const char *select,
        const char *object, const char *prefix, struct error *err)
{
  CLEANUP_FREE char *out = NULL;
  CLEANUP_STRLIST struct strlist ret = STRLIST_INIT;
  char *extra[] = { (char *) object, NULL };
  char **list;
  char *rest, *line;

  if (lvm_run (&out, err, extra, command, "-o", columns, "--noheadings",
               "--unbuffered", "--separator", "/", "--select", select,
               NULL) == -1)
    return NULL;
  rest = out;
  while ((line = strsep (&rest, "\n"))) {
    line += strspn (line, " ");
    /* A physical volume that is missing has such a name. */
    if (*line && *line != '['
        && strlist_addf (&ret, "%s%s", prefix, line) == -1) {
      error_errno (err, "lvm");
      return NULL;
    }
  }
  strlist_sort (&ret);
  list = strlist_take (&ret);
  if (!list)
    error_errno (err, "lvm");
  return list;
}

char **
do_pvs (struct error *err)
{
  storage_scan ();
  return column ("pvs", "pv_name", "all", NULL, "", err);
}

char **
do_vgs (struct error *err)
{
  storage_scan ();
  return column ("vgs", "vg_name", "all", NULL, "", err);
}

char **
do_lvs (struct error *err)
{
  storage_scan ();
  return column ("lvs", "vg_name,lv_name", PUBLIC_VOLUMES, NULL, "/dev/", err);
}

/* --- everything ----------------------------------------------------------- */

#define STRING(s, f) { #f, LVM_STRING, offsetof (struct guestfs_lvm_##s, f) }
#define UUID(s, f) { #f, LVM_UUID, offsetof (struct guestfs_lvm_##s, f) }
#define BYTES(s, f) { #f, LVM_BYTES, offsetof (struct guestfs_lvm_##s, f) }
#define INT(s, f) { #f, LVM_INT, offsetof (struct guestfs_lvm_##s, f) }
#define PERCENT(s, f) { #f, LVM_PERCENT, offsetof (struct guestfs_lvm_##s, f) }

static const struct lvm_field pv_fields[] = {
  STRING (pv, pv_name), UUID (pv, pv_uuid), STRING (pv, pv_fmt),
  BYTES (pv, pv_size), BYTES (pv, dev_size), BYTES (pv, pv_free),
  BYTES (pv, pv_used), STRING (pv, pv_attr), INT (pv, pv_pe_count),
  INT (pv, pv_pe_alloc_count), STRING (pv, pv_tags), BYTES (pv, pe_start),
  INT (pv, pv_mda_count), BYTES (pv, pv_mda_free), { NULL },
};

static const struct lvm_field vg_fields[] = {
  STRING (vg, vg_name), UUID (vg, vg_uuid), STRING (vg, vg_fmt),
  STRING (vg, vg_attr), BYTES (vg, vg_size), BYTES (vg, vg_free),
  STRING (vg, vg_sysid), BYTES (vg, vg_extent_size), INT (vg, vg_extent_count),
  INT (vg, vg_free_count), INT (vg, max_lv), INT (vg, max_pv),
  INT (vg, pv_count), INT (vg, lv_count), INT (vg, snap_count),
  INT (vg, vg_seqno), STRING (vg, vg_tags), INT (vg, vg_mda_count),
  BYTES (vg, vg_mda_free), { NULL },
};

static const struct lvm_field lv_fields[] = {
  STRING (lv, lv_name), UUID (lv, lv_uuid), STRING (lv, lv_attr),
  INT (lv, lv_major), INT (lv, lv_minor), INT (lv, lv_kernel_major),
  INT (lv, lv_kernel_minor), BYTES (lv, lv_size), INT (lv, seg_count),
  STRING (lv, origin), PERCENT (lv, snap_percent), PERCENT (lv, copy_percent),
  STRING (lv, move_pv), STRING (lv, lv_tags), STRING (lv, mirror_log),
  STRING (lv, modules), { NULL },
};

static int
full_report (const char *command, const struct lvm_field *fields, size_t size,
             void **ret_array, size_t *ret_len, struct error *err)
{
  CLEANUP_STRBUF struct strbuf columns = STRBUF_INIT;
  CLEANUP_FREE char *out = NULL;
  size_t i;

  storage_scan ();
  for (i = 0; fields[i].name; ++i)
    if (strbuf_addf (&columns, "%s%s", i ? "," : "", fields[i].name) == -1)
      return error_errno (err, "lvm");
  if (lvm_run (&out, err, NULL, command, "-o", columns.data, "--noheadings",
               "--unbuffered", "--nosuffix", "--units", "b", "--separator",
               LVM_SEPARATOR, NULL) == -1)
    return -1;
  return lvm_report (out, fields, size, ret_array, ret_len, err);
}

/* A list struct of the API, from lvm's report. */
#define DEFINE_FULL(s, what)                                            \
  struct guestfs_lvm_##s##_list *                                       \
  do_##what##_full (struct error *err)                                  \
  {                                                                     \
    struct guestfs_lvm_##s##_list *ret = calloc (1, sizeof *ret);       \
    void *array = NULL;                                                 \
    size_t len = 0;                                                     \
                                                                        \
    if (!ret) {                                                         \
      error_errno (err, "lvm");                                         \
      return NULL;                                                      \
    }                                                                   \
    if (full_report (#what, s##_fields, sizeof ret->val[0], &array,     \
                     &len, err) == -1) {                                \
      free (ret);                                                       \
      return NULL;                                                      \
    }                                                                   \
    ret->val = array;                                                   \
    ret->len = len;                                                     \
    return ret;                                                         \
  }

DEFINE_FULL (pv, pvs)
DEFINE_FULL (vg, vgs)
DEFINE_FULL (lv, lvs)

/* --- UUIDs ---------------------------------------------------------------- */

static char *
one_uuid (const char *command, const char *name, const char *object,
          struct error *err)
{
  CLEANUP_STRINGS char **list = NULL;
  char *ret;

  if (lvm_check_name (object, err) == -1
      || !(list = column (command, name, "all", object, "", err)))
    return NULL;
  if (!list[0]) {
    error_set (err, ENOENT, "%s: lvm knows no UUID of it", object);
    return NULL;
  }
  ret = strdup (list[0]);
  if (!ret)
    error_errno (err, "lvm");
  return ret;
}

char *
do_pvuuid (const char *device, struct error *err)
{
  return one_uuid ("pvs", "pv_uuid", device, err);
}

char *
do_vguuid (const char *vgname, struct error *err)
{
  return one_uuid ("vgs", "vg_uuid", vgname, err);
}

char *
do_lvuuid (const char *device, struct error *err)
{
  return one_uuid ("lvs", "lv_uuid", device, err);
}

char **
do_vgpvuuids (const char *vgname, struct error *err)
{
  if (lvm_check_name (vgname, err) == -1)
    return NULL;
  return column ("vgs", "pv_uuid", "all", vgname, "", err);
}

char **
do_vglvuuids (const char *vgname, struct error *err)
{
  if (lvm_check_name (vgname, err) == -1)
    return NULL;
  return column ("vgs", "lv_uuid", "all", vgname, "", err);
}

/* --- other questions ------------------------------------------------------ */

int
do_is_lv (const struct mountable *mountable, struct error *err)
{
  return !mountable->volume && sysblock_is_lv (mountable->device);
}

char *
do_lvm_canonical_lv_name (const char *lvname, struct error *err)
{
  if (storage_scan_may_help (lvname))
    storage_scan ();
  if (access (lvname, F_OK) == -1) {
    error_errno (err, "%s", lvname);
    return NULL;
  }
  if (!sysblock_is_lv (lvname)) {
    error_set (err, EINVAL, "%s is not a logical volume", lvname);
    return NULL;
  }
  return sysblock_canonical (lvname, err);
}

/* lvm writes metadata to a file only. */
char *
do_vgmeta (const char *vgname, size_t *ret_size, struct error *err)
{
  char name[] = "/tmp/vgmetaXXXXXX";
  CLEANUP_CLOSE int fd = -1;
  char *ret = NULL;
  char *extra[] = { (char *) vgname, NULL };

  if (lvm_check_name (vgname, err) == -1)
    return NULL;
  fd = mkostemp (name, O_CLOEXEC);
  if (fd == -1) {
    error_errno (err, "%s", name);
    return NULL;
  }
  if (lvm_run (NULL, err, extra, "vgcfgbackup", "--file", name, NULL) == 0) {
    CLEANUP_CLOSE int result = open (name, O_RDONLY | O_CLOEXEC);

    if (result != -1)
      ret = read_whole_fd (result, 64 * 1024 * 1024, ret_size);
    if (!ret)
      error_errno (err, "%s", name);
  }
  unlink (name);
  return ret;
}
