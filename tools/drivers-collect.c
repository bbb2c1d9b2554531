/* Asking a guest how it boots: see drivers.h. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers.h"
#include "prefix.h"
#include "strlist.h"

#define ESP_GPT "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
#define ESP_MBR 0xef

const struct boot_support boot_supports[] = {
  { "virtio_blk", { "virtio_blk" } },
  { "virtio_net", { "virtio_net" } },
  { "virtio_rng", { "virtio_rng" } },
  { "virtio_balloon", { "virtio_balloon" } },
  { "isa_pvpanic", { "pvpanic_mmio", "pvpanic" } },
  { "virtio_socket", { "vmw_vsock_virtio_transport" } },
  { NULL, { NULL } },
};

/* --- firmware ----------------------------------------------------------------- */

static bool
is_esp (guestfs_h *g, const char *partition)
{
  CLEANUP_FREE char *disk = guestfs_part_to_dev (g, partition);
  int number = guestfs_part_to_partnum (g, partition);
  CLEANUP_FREE char *type = NULL, *table = NULL;

  if (!disk || number == -1)
    return false;
  table = guestfs_part_get_parttype (g, disk);
  if (table && strcmp (table, "gpt") != 0)
    return guestfs_part_get_mbr_id (g, disk, number) == ESP_MBR;
  type = table ? guestfs_part_get_gpt_type (g, disk, number) : NULL;
  return type && strcasecmp (type, ESP_GPT) == 0;
}

/* What has no partition for UEFI, and no more to tell, is for a BIOS. */
static void
collect_firmware (guestfs_h *g, char **roots, struct boot_report *r)
{
  CLEANUP_STRLIST struct strlist esp = STRLIST_INIT;
  CLEANUP_STRINGS char **partitions = NULL;
  size_t i;

  guestfs_push_error_handler (g, NULL, NULL);
  for (i = 0; roots[i]; ++i) {
    CLEANUP_FREE char *kind = guestfs_inspect_get_firmware (g, roots[i]);

    r->bios |= kind && strstr (kind, "bios");
    r->uefi |= kind && strstr (kind, "uefi");
  }
  partitions = guestfs_list_partitions (g);
  for (i = 0; partitions && partitions[i]; ++i)
    if (is_esp (g, partitions[i]))
      (void) strlist_add (&esp, partitions[i]);
  guestfs_pop_error_handler (g);
  r->uefi |= esp.len > 0;
  r->bios |= !r->uefi;
  r->esp = strlist_take (&esp);
}

/* --- kernels ------------------------------------------------------------------ */

/* Packages of dpkg are named after the kernel; those of RPM and pacman have its
 * version, of which the shortest name is that of the kernel itself. */
static char *
package_of (const char *version, const struct guestfs_application2_list *apps)
{
  static const char *const prefixes[] = { "linux-image-",
                                          "linux-image-unsigned-" };
  const char *best = NULL, *rest;
  uint32_t i;
  size_t j;

  for (i = 0; apps && i < apps->len; ++i) {
    const struct guestfs_application2 *app = &apps->val[i];
    CLEANUP_FREE char *full = NULL;

    for (j = 0; j < sizeof prefixes / sizeof prefixes[0]; ++j)
      if ((rest = skip_prefix (app->app2_name, prefixes[j]))
          && strcmp (rest, version) == 0)
        return xstrdup (app->app2_name);
    if (!has_prefix (app->app2_name, "kernel")
        || asprintf (&full, "%s-%s", app->app2_version,
                     app->app2_release) == -1)
      continue;
    if (has_prefix (version, full)
        && (!best || strlen (app->app2_name) < strlen (best)))
      best = app->app2_name;
  }
  return xstrdup (best ? best : "kernel");
}

static char *
find_config (guestfs_h *g, const struct guestfs_inspect_kernel *k)
{
  char *paths[2] = { NULL, NULL }, *ret = NULL;
  size_t i;

  if (asprintf (&paths[0], "/boot/config-%s", k->kernel_version) == -1)
    paths[0] = NULL;
  if (asprintf (&paths[1], "%s/config", k->kernel_modules) == -1)
    paths[1] = NULL;
  for (i = 0; i < 2; ++i)
    if (!ret && paths[i] && paths[i][0] == '/'
        && guestfs_is_file (g, paths[i]) == 1)
      ret = paths[i];
    else
      free (paths[i]);
  return ret;
}

/* Rows of a kernel stand together. */
static void
find_drivers (const struct boot_system *s, struct boot_kernel *k)
{
  const struct guestfs_inspect_driver *rows = s->drivers->val;
  size_t i, end = s->drivers->len;

  for (i = 0; i < end; ++i)
    if (strcmp (rows[i].driver_kernel, k->kernel->kernel_version) == 0)
      break;
  for (k->first = i; i < end; ++i)
    if (strcmp (rows[i].driver_kernel, k->kernel->kernel_version) != 0)
      break;
  k->nr = i - k->first;
}

static void
collect_kernels (const struct options *o, struct boot_system *s)
{
  struct guestfs_application2_list *apps;
  uint32_t i, n = s->kernel_list->len;

  s->kernels = xrealloc (NULL, n + 1, sizeof *s->kernels);
  if (n == 0)
    return;
  guestfs_push_error_handler (o->g, NULL, NULL);
  apps = guestfs_inspect_list_applications2 (o->g, s->system->root);
  guestfs_pop_error_handler (o->g);
  mount_root (o, o->g, s->system->root, NULL);
  for (i = 0; i < n; ++i) {
    struct boot_kernel *k = &s->kernels[i];

    *k = (struct boot_kernel) { .kernel = &s->kernel_list->val[n - 1 - i] };
    k->package = package_of (k->kernel->kernel_version, apps);
    k->config = find_config (o->g, k->kernel);
    find_drivers (s, k);
    s->nr_kernels++;
  }
  (void) guestfs_umount_all (o->g);
  guestfs_free_application2_list (apps);
}

bool
boot_has_module (const struct boot_system *s, const struct boot_kernel *k,
                 const char *module)
{
  size_t i;

  for (i = k->first; i < k->first + k->nr; ++i)
    if (strcmp (s->drivers->val[i].driver_name, module) == 0)
      return true;
  return false;
}

bool
boot_supported (const struct boot_system *s, const struct boot_kernel *k,
                const struct boot_support *support)
{
  size_t i;

  for (i = 0; support->modules[i]; ++i)
    if (boot_has_module (s, k, support->modules[i]))
      return true;
  return false;
}

/* Kernels of the time when Xen's had a tree of their own. */
bool
boot_is_xen_only (const struct boot_system *s, const struct boot_kernel *k)
{
  const char *version = k->kernel->kernel_version;
  size_t len = strlen (version);

  return len > 3 && strcmp (version + len - 3, "xen") == 0
    && !boot_has_module (s, k, "virtio_blk");
}

bool
boot_is_debug (const struct boot_kernel *k)
{
  const char *version = k->kernel->kernel_version;
  const char *end = strrchr (version, '.');

  return strstr (version, "debug") || (end && strcmp (end, ".dbg") == 0);
}

/* --- all of it ------------------------------------------------------------------ */

static int
collect_system (const struct options *o, const struct report_system *system,
                struct boot_system *s)
{
  const char *root = system->root;

  *s = (struct boot_system) { .system = system };
  s->loader = guestfs_inspect_get_bootloader (o->g, root);
  s->loader_config = guestfs_inspect_get_bootloader_config (o->g, root);
  s->kernel_list = guestfs_inspect_list_kernels (o->g, root);
  s->drivers = guestfs_inspect_list_drivers (o->g, root);
  if (!s->loader || !s->loader_config || !s->kernel_list || !s->drivers)
    return -1;
  collect_kernels (o, s);
  return 0;
}

int
boot_collect (const struct options *o, char **roots, struct boot_report *ret)
{
  const struct report_settings settings = { .applications = false };
  size_t i;

  collect_firmware (o->g, roots, ret);
  if (!ret->esp || report_collect (o->g, roots, &settings, &ret->report) == -1)
    return -1;
  ret->systems = xrealloc (NULL, ret->report.nr_systems + 1,
                           sizeof *ret->systems);
  for (i = 0; i < ret->report.nr_systems; ++i) {
    ret->nr_systems++;
    if (collect_system (o, &ret->report.systems[i], &ret->systems[i]) == -1)
      return -1;
  }
  return 0;
}

void
boot_release (struct boot_report *r)
{
  size_t i, j;

  for (i = 0; i < r->nr_systems; ++i) {
    struct boot_system *s = &r->systems[i];

    for (j = 0; j < s->nr_kernels; ++j) {
      free (s->kernels[j].package);
      free (s->kernels[j].config);
    }
    free (s->kernels);
    free (s->loader);
    free (s->loader_config);
    guestfs_free_inspect_kernel_list (s->kernel_list);
    guestfs_free_inspect_driver_list (s->drivers);
  }
  free (r->systems);
  strings_free (r->esp);
  report_release (&r->report);
}
