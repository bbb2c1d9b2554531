/* The calls of inspection that read more of a system when they are asked: its
 * filesystems are mounted for each. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "facts.h"
#include "inspectbsd.h"
#include "inspection.h"
#include "strlist.h"
#include "sysblock.h"

/* Types of partitions that only one kind of firmware boots from. */
static const struct {
  const char *gpt;
  int mbr; /* 0: none */
  bool uefi;
} boot_partitions[] = {
  { "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", 0xef, true }, /* EFI system */
  { "21686148-6449-6E6F-744E-656564454649", 0, false },   /* BIOS boot */
  { "83BD6B9D-7F41-11DC-BE0B-001560B84F0F", 0, false },   /* FreeBSD's */
};

/* A system with its filesystems in place. */
struct opened {
  struct inspect_tree tree;
  const struct inspected *system;
};

#define OPENED_INIT { INSPECT_TREE_INIT, NULL }

static void
opened_release (struct opened *o)
{
  inspect_tree_release (&o->tree);
}

#define CLEANUP_OPENED CLEANUP (opened_release)

static int
open_system (struct opened *o, const struct mountable *root, struct error *err)
{
  o->system = inspection_find (root, err);
  return o->system ? inspection_open_tree (o->system, &o->tree, err) : -1;
}

static char *
text_or_unknown (char *text, struct error *err)
{
  char *ret = text ? text : strdup ("unknown");

  if (!ret)
    error_errno (err, "inspection");
  return ret;
}

/* --- texts -------------------------------------------------------------------------- */

char *
do_inspect_get_machine_id (const struct mountable *root, struct error *err)
{
  CLEANUP_OPENED struct opened o = OPENED_INIT;

  if (open_system (&o, root, err) == -1)
    return NULL;
  return text_or_unknown (facts_machine_id (o.tree.root, &o.system->info), err);
}

char *
do_inspect_get_timezone (const struct mountable *root, struct error *err)
{
  CLEANUP_OPENED struct opened o = OPENED_INIT;

  if (open_system (&o, root, err) == -1)
    return NULL;
  return text_or_unknown (facts_timezone (o.tree.root, &o.system->info), err);
}

char *
do_inspect_get_bootloader (const struct mountable *root, struct error *err)
{
  CLEANUP_OPENED struct opened o = OPENED_INIT;

  if (open_system (&o, root, err) == -1)
    return NULL;
  return text_or_unknown (strdup (facts_bootloader (o.tree.root,
                                                    &o.system->info)), err);
}

char *
do_inspect_get_bootloader_config (const struct mountable *root,
                                  struct error *err)
{
  CLEANUP_OPENED struct opened o = OPENED_INIT;
  char *ret;

  if (open_system (&o, root, err) == -1)
    return NULL;
  ret = strdup (facts_bootloader_config (o.tree.root, &o.system->info));
  if (!ret)
    error_errno (err, "inspection");
  return ret;
}

static void
add_partition (const char *disk, int number, bool gpt,
               struct facts_firmware *f)
{
  CLEANUP_FREE char *type = gpt ? do_part_get_gpt_type (disk, number, NULL)
    : NULL;
  int id = gpt ? -1 : do_part_get_mbr_id (disk, number, NULL);
  size_t i;

  for (i = 0; i < sizeof boot_partitions / sizeof boot_partitions[0]; ++i)
    if ((type && strcasecmp (type, boot_partitions[i].gpt) == 0)
        || (id > 0 && id == boot_partitions[i].mbr)) {
      f->uefi |= boot_partitions[i].uefi;
      f->bios |= !boot_partitions[i].uefi;
    }
}

/* Systems need not mount the partitions that they boot from; those on the disk
 * of the root filesystem count. */
static void
add_boot_partitions (const struct mountable *root, struct facts_firmware *f)
{
  CLEANUP_STRINGS char **partitions = NULL;
  CLEANUP_FREE char *disk = NULL;
  CLEANUP_FREE char *table = NULL;
  size_t i;

  disk = inspect_bsd_disk (root->device);
  if (!disk)
    return;
  table = do_part_get_parttype (disk, NULL);
  partitions = table ? do_list_partitions (NULL) : NULL;
  for (i = 0; partitions && partitions[i]; ++i) {
    CLEANUP_FREE char *its_disk = NULL;
    int number;

    if (sysblock_partition (partitions[i], &its_disk, &number, NULL) == 0
        && strcmp (its_disk, disk) == 0)
      add_partition (disk, number, strcmp (table, "gpt") == 0, f);
  }
}

char *
do_inspect_get_firmware (const struct mountable *root, struct error *err)
{
  static const char *const names[] = { "unknown", "bios", "uefi", "bios,uefi" };
  CLEANUP_OPENED struct opened o = OPENED_INIT;
  struct facts_firmware f;

  if (open_system (&o, root, err) == -1)
    return NULL;
  f = facts_firmware (o.tree.root, &o.system->info);
  add_boot_partitions (root, &f);
  if (o.system->info.windows.systemroot && !f.uefi)
    f.bios = true;
  return text_or_unknown (strdup (names[f.bios + 2 * f.uefi]), err);
}

char *
do_inspect_get_deployment (const struct mountable *root, struct error *err)
{
  const struct inspected *s = inspection_find (root, err);

  return s ? text_or_unknown (strdup (s->info.tree ? s->info.tree : "/"), err)
    : NULL;
}

/* --- lists ---------------------------------------------------------------------------- */

char **
do_inspect_get_warnings (const struct mountable *root, struct error *err)
{
  const struct inspected *s = inspection_find (root, err);
  char *none[] = { NULL };
  char **ret = s ? strings_copy (s->info.warnings.items
                                 ? s->info.warnings.items : none) : NULL;

  if (s && !ret)
    error_errno (err, "%s", root->string);
  return ret;
}

typedef int facts_fn (int root, const struct system_info *info,
                      struct strlist *ret);

/* Run one of facts.h. */
static int
collect (const struct mountable *root, facts_fn *facts, struct strlist *ret,
         struct error *err)
{
  CLEANUP_OPENED struct opened o = OPENED_INIT;

  if (open_system (&o, root, err) == -1)
    return -1;
  if (facts (o.tree.root, &o.system->info, ret) == -1)
    return error_errno (err, "%s", root->string);
  return 0;
}

char **
do_inspect_list_services (const struct mountable *root, struct error *err)
{
  CLEANUP_STRLIST struct strlist list = STRLIST_INIT;
  char **ret;

  if (collect (root, facts_services, &list, err) == -1)
    return NULL;
  ret = strlist_take (&list);
  if (!ret)
    error_errno (err, "%s", root->string);
  return ret;
}

/* Make a list of structs of the rows; `fill` takes a row's strings over. */
#define DEFINE_LIST(call, type, columns, facts, fill)                   \
  struct guestfs_##type##_list *                                        \
  do_##call (const struct mountable *root, struct error *err)           \
  {                                                                     \
    CLEANUP_STRLIST struct strlist rows = STRLIST_INIT;                 \
    struct guestfs_##type##_list *ret;                                  \
    size_t i, n;                                                        \
                                                                        \
    if (collect (root, facts, &rows, err) == -1)                        \
      return NULL;                                                      \
    n = rows.len / (columns);                                           \
    ret = calloc (1, sizeof *ret);                                      \
    if (ret)                                                            \
      ret->val = calloc (n + 1, sizeof ret->val[0]);                    \
    if (!ret || !ret->val) {                                            \
      free (ret);                                                       \
      error_errno (err, #call);                                         \
      return NULL;                                                      \
    }                                                                   \
    for (i = 0; i < n; ++i)                                             \
      fill (&ret->val[i], &rows.items[i * (columns)]);                  \
    ret->len = n;                                                       \
    /* The strings belong to the structs now. */                        \
    rows.len = 0;                                                       \
    if (rows.items)                                                     \
      rows.items[0] = NULL;                                             \
    return ret;                                                         \
  }

static void
fill_kernel (struct guestfs_inspect_kernel *k, char **row)
{
  k->kernel_version = row[0];
  k->kernel_path = row[1];
  k->kernel_initrd = row[2];
  k->kernel_modules = row[3];
}

static void
fill_user (struct guestfs_inspect_user *u, char **row)
{
  u->user_name = row[0];
  u->user_uid = strtoll (row[1], NULL, 10);
  u->user_gid = strtoll (row[2], NULL, 10);
  free (row[1]);
  free (row[2]);
  u->user_comment = row[3];
  u->user_home = row[4];
  u->user_shell = row[5];
}

static void
fill_network (struct guestfs_inspect_network *n, char **row)
{
  n->network_interface = row[0];
  n->network_method = row[1];
  n->network_addresses = row[2];
  n->network_gateways = row[3];
  n->network_nameservers = row[4];
  n->network_mac = row[5];
  n->network_source = row[6];
}

static void
fill_driver (struct guestfs_inspect_driver *d, char **row)
{
  d->driver_kernel = row[0];
  d->driver_name = row[1];
  d->driver_file = row[2];
  d->driver_bus = row[3];
  d->driver_class = row[4];
  d->driver_vendor = row[5];
  d->driver_device = row[6];
  d->driver_subsystem = row[7];
  d->driver_revision = row[8];
  d->driver_identifier = row[9];
  d->driver_collection = row[10];
  d->driver_match = row[11];
}

DEFINE_LIST (inspect_list_drivers, inspect_driver, FACTS_DRIVER_COLUMNS,
             facts_drivers, fill_driver)
DEFINE_LIST (inspect_list_kernels, inspect_kernel, FACTS_KERNEL_COLUMNS,
             facts_kernels, fill_kernel)
DEFINE_LIST (inspect_list_users, inspect_user, FACTS_USER_COLUMNS,
             facts_users, fill_user)
DEFINE_LIST (inspect_list_networks, inspect_network, FACTS_NETWORK_COLUMNS,
             facts_networks, fill_network)
