/* mke2fs with all its options, and the older calls that make a filesystem with
 * its journal on another device. */

#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "actions.h"
#include "command.h"
#include "device.h"
#include "strbuf.h"
#include "strlist.h"

struct arguments {
  struct strlist argv;
  struct strbuf extended; /* what follows -E */
  struct strbuf features; /* what follows -O */
};

#define ARGUMENTS_INIT { STRLIST_INIT, STRBUF_INIT, STRBUF_INIT }

static void
arguments_release (struct arguments *a)
{
  strlist_release (&a->argv);
  strbuf_release (&a->extended);
  strbuf_release (&a->features);
}

/* --- one option each: 0, or -1 with `err` filled --------------------------- */

static int
add (struct arguments *a, const char *option, const char *value,
     struct error *err)
{
  if (strlist_add (&a->argv, option) == -1
      || (value && strlist_add (&a->argv, value) == -1))
    return error_errno (err, "mke2fs");
  return 0;
}

static int
add_number (struct arguments *a, const char *option, const char *name,
            int64_t value, struct error *err)
{
  char text[32];

  if (value < 0)
    return error_set (err, EINVAL, "%s must not be negative: %" PRIi64, name,
                      value);
  snprintf (text, sizeof text, "%" PRIi64, value);
  return add (a, option, text, err);
}

static int
extend (struct strbuf *b, const char *name, const char *value,
        struct error *err)
{
  if (strbuf_addf (b, "%s%s%s%s", b->len ? "," : "", name, value ? "=" : "",
                   value ? value : "") == -1)
    return error_errno (err, "mke2fs");
  return 0;
}

static int
extend_number (struct arguments *a, const char *name, int64_t value,
               struct error *err)
{
  char text[32];

  if (value < 0)
    return error_set (err, EINVAL, "%s must not be negative: %" PRIi64, name,
                      value);
  snprintf (text, sizeof text, "%" PRIi64, value);
  return extend (&a->extended, name, text, err);
}

static int
feature (struct arguments *a, const char *name, int on, struct error *err)
{
  char text[32];

  snprintf (text, sizeof text, "%s%s", on ? "" : "^", name);
  return extend (&a->features, text, NULL, err);
}

/* --- groups of options ----------------------------------------------------- */

typedef const struct guestfs_mke2fs_argv options;

#define GIVEN(o, name) ((o)->bitmask & GUESTFS_MKE2FS_##name##_BITMASK)

static int
numbers (struct arguments *a, options *o, struct error *err)
{
  const struct {
    uint64_t given;
    const char *option, *name;
    int64_t value;
  } table[] = {
    { GIVEN (o, BLOCKSIZE), "-b", "blocksize", o->blocksize },
    { GIVEN (o, FRAGSIZE), "-C", "fragsize", o->fragsize },
    { GIVEN (o, BLOCKSPERGROUP), "-g", "blockspergroup", o->blockspergroup },
    { GIVEN (o, NUMBEROFGROUPS), "-G", "numberofgroups", o->numberofgroups },
    { GIVEN (o, BYTESPERINODE), "-i", "bytesperinode", o->bytesperinode },
    { GIVEN (o, INODESIZE), "-I", "inodesize", o->inodesize },
    { GIVEN (o, NUMBEROFINODES), "-N", "numberofinodes", o->numberofinodes },
    { GIVEN (o, RESERVEDBLOCKSPERCENTAGE), "-m", "reservedblockspercentage",
      o->reservedblockspercentage },
  };
  size_t i;

  for (i = 0; i < sizeof table / sizeof table[0]; ++i)
    if (table[i].given
        && add_number (a, table[i].option, table[i].name, table[i].value,
                       err) == -1)
      return -1;
  return 0;
}

static int
texts (struct arguments *a, options *o, struct error *err)
{
  const struct {
    uint64_t given;
    const char *option, *value;
  } table[] = {
    { GIVEN (o, LABEL), "-L", o->label },
    { GIVEN (o, LASTMOUNTEDDIR), "-M", o->lastmounteddir },
    { GIVEN (o, CREATOROS), "-o", o->creatoros },
    { GIVEN (o, FSTYPE), "-t", o->fstype },
    { GIVEN (o, USAGETYPE), "-T", o->usagetype },
    { GIVEN (o, UUID), "-U", o->uuid },
  };
  size_t i;

  for (i = 0; i < sizeof table / sizeof table[0]; ++i)
    if (table[i].given
        && add (a, table[i].option, table[i].value, err) == -1)
      return -1;
  if (GIVEN (o, FORCECREATE) && o->forcecreate && add (a, "-F", NULL, err) == -1)
    return -1;
  if (GIVEN (o, WRITESBANDGROUPONLY) && o->writesbandgrouponly
      && add (a, "-S", NULL, err) == -1)
    return -1;
  return 0;
}

static int
extended (struct arguments *a, options *o, struct error *err)
{
  const struct {
    uint64_t given;
    const char *name;
    int64_t value;
  } table[] = {
    { GIVEN (o, STRIDESIZE), "stride", o->stridesize },
    { GIVEN (o, STRIPEWIDTH), "stripe_width", o->stripewidth },
    { GIVEN (o, MAXONLINERESIZE), "resize", o->maxonlineresize },
    { GIVEN (o, MMPUPDATEINTERVAL), "mmp_update_interval",
      o->mmpupdateinterval },
    { GIVEN (o, LAZYITABLEINIT), "lazy_itable_init", !!o->lazyitableinit },
    { GIVEN (o, LAZYJOURNALINIT), "lazy_journal_init", !!o->lazyjournalinit },
  };
  size_t i;

  for (i = 0; i < sizeof table / sizeof table[0]; ++i)
    if (table[i].given
        && extend_number (a, table[i].name, table[i].value, err) == -1)
      return -1;
  if (GIVEN (o, TESTFS) && o->testfs
      && extend (&a->extended, "test_fs", NULL, err) == -1)
    return -1;
  if (GIVEN (o, DISCARD)
      && extend (&a->extended, o->discard ? "discard" : "nodiscard", NULL,
                 err) == -1)
    return -1;
  if (GIVEN (o, QUOTATYPE) && o->quotatype
      && extend (&a->extended, "quotatype", "usrquota:grpquota", err) == -1)
    return -1;
  return 0;
}

static int
features (struct arguments *a, options *o, struct error *err)
{
  const struct {
    uint64_t given;
    const char *name;
    int on;
  } table[] = {
    { GIVEN (o, EXTENT), "extent", o->extent },
    { GIVEN (o, FILETYPE), "filetype", o->filetype },
    { GIVEN (o, FLEXBG), "flex_bg", o->flexbg },
    { GIVEN (o, HASJOURNAL), "has_journal", o->hasjournal },
    { GIVEN (o, JOURNALDEV), "journal_dev", o->journaldev },
    { GIVEN (o, LARGEFILE), "large_file", o->largefile },
    { GIVEN (o, QUOTA), "quota", o->quota },
    { GIVEN (o, RESIZEINODE), "resize_inode", o->resizeinode },
    { GIVEN (o, SPARSESUPER), "sparse_super", o->sparsesuper },
    { GIVEN (o, UNINITBG), "uninit_bg", o->uninitbg },
  };
  size_t i;

  for (i = 0; i < sizeof table / sizeof table[0]; ++i)
    if (table[i].given && feature (a, table[i].name, table[i].on, err) == -1)
      return -1;
  return 0;
}

/* "-J size=N,device=D"; D may also be LABEL=... or UUID=... */
static int
journal (struct arguments *a, options *o, struct error *err)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;

  if (GIVEN (o, JOURNALSIZE)) {
    char text[32];

    if (o->journalsize < 0)
      return error_set (err, EINVAL, "journalsize must not be negative: %"
                        PRIi64, o->journalsize);
    snprintf (text, sizeof text, "%" PRIi64, o->journalsize);
    if (extend (&b, "size", text, err) == -1)
      return -1;
  }
  if (GIVEN (o, JOURNALDEVICE)) {
    CLEANUP_FREE char *real = NULL;

    if (is_device_name (o->journaldevice)
        && !(real = device_resolve (o->journaldevice, err)))
      return -1;
    if (extend (&b, "device", real ? real : o->journaldevice, err) == -1)
      return -1;
  }
  return b.len ? add (a, "-J", b.data, err) : 0;
}

int
do_mke2fs (const char *device, options *optargs, struct error *err)
{
  CLEANUP (arguments_release) struct arguments a = ARGUMENTS_INIT;

  if (add (&a, "mke2fs", NULL, err) == -1
      || numbers (&a, optargs, err) == -1 || texts (&a, optargs, err) == -1
      || extended (&a, optargs, err) == -1 || features (&a, optargs, err) == -1
      || journal (&a, optargs, err) == -1)
    return -1;
  if ((a.extended.len && add (&a, "-E", a.extended.data, err) == -1)
      || (a.features.len && add (&a, "-O", a.features.data, err) == -1)
      || add (&a, device, NULL, err) == -1)
    return -1;
  if (GIVEN (optargs, BLOCKSCOUNT)) {
    if (optargs->blockscount < 0)
      return error_set (err, EINVAL, "blockscount must not be negative: %"
                        PRIi64, optargs->blockscount);
    if (strlist_addf (&a.argv, "%" PRIi64, optargs->blockscount) == -1)
      return error_errno (err, "mke2fs");
  }
  return runv (NULL, err, (const char *const *) a.argv.items);
}

/* --- journals on other devices ---------------------------------------------- */

static int
with_journal (const char *fstype, int blocksize, const char *device,
              const char *prefix, const char *where, struct error *err)
{
  CLEANUP_FREE char *journaldevice = NULL;
  struct guestfs_mke2fs_argv optargs = {
    .bitmask = GUESTFS_MKE2FS_FSTYPE_BITMASK | GUESTFS_MKE2FS_BLOCKSIZE_BITMASK
      | GUESTFS_MKE2FS_JOURNALDEVICE_BITMASK
      | GUESTFS_MKE2FS_FORCECREATE_BITMASK,
    .fstype = fstype, .blocksize = blocksize, .forcecreate = 1,
  };

  if (asprintf (&journaldevice, "%s%s", prefix, where) < 0) {
    journaldevice = NULL;
    return error_errno (err, "mke2fs");
  }
  optargs.journaldevice = journaldevice;
  return do_mke2fs (device, &optargs, err);
}

int
do_mke2fs_J (const char *fstype, int blocksize, const char *device,
             const char *journaldevice, struct error *err)
{
  return with_journal (fstype, blocksize, device, "", journaldevice, err);
}

int
do_mke2fs_JL (const char *fstype, int blocksize, const char *device,
              const char *label, struct error *err)
{
  return with_journal (fstype, blocksize, device, "LABEL=", label, err);
}

int
do_mke2fs_JU (const char *fstype, int blocksize, const char *device,
              const char *uuid, struct error *err)
{
  return with_journal (fstype, blocksize, device, "UUID=", uuid, err);
}

static int
make_journal (int blocksize, const char *label, const char *uuid,
              const char *device, struct error *err)
{
  struct guestfs_mke2fs_argv optargs = {
    .bitmask = GUESTFS_MKE2FS_BLOCKSIZE_BITMASK
      | GUESTFS_MKE2FS_JOURNALDEV_BITMASK | GUESTFS_MKE2FS_FORCECREATE_BITMASK,
    .blocksize = blocksize, .journaldev = 1, .forcecreate = 1,
  };

  if (label) {
    optargs.bitmask |= GUESTFS_MKE2FS_LABEL_BITMASK;
    optargs.label = label;
  }
  if (uuid) {
    optargs.bitmask |= GUESTFS_MKE2FS_UUID_BITMASK;
    optargs.uuid = uuid;
  }
  return do_mke2fs (device, &optargs, err);
}

int
do_mke2journal (int blocksize, const char *device, struct error *err)
{
  return make_journal (blocksize, NULL, NULL, device, err);
}

int
do_mke2journal_L (int blocksize, const char *label, const char *device,
                  struct error *err)
{
  return make_journal (blocksize, label, NULL, device, err);
}

int
do_mke2journal_U (int blocksize, const char *uuid, const char *device,
                  struct error *err)
{
  return make_journal (blocksize, NULL, uuid, device, err);
}
