/* Facts of a system that are not in libguestfs's XML: kernels, users, networks,
 * services, and how it boots.  Each list is a table of texts, which all forms
 * of a report print in their way. */

#include <config.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "known.h"
#include "options.h"
#include "report.h"
#include "strlist.h"

static const struct report_column kernel_columns[] = {
  { "version", "Version", false }, { "path", "Kernel", false },
  { "initrd", "Ramdisk", false }, { "modules", "Modules", false },
};
static const struct report_column network_columns[] = {
  { "interface", "Interface", false }, { "method", "Method", false },
  { "addresses", "Addresses", false }, { "gateways", "Gateways", false },
  { "nameservers", "Name servers", false }, { "mac", "MAC", false },
  { "source", "Set in", false },
};
static const struct report_column user_columns[] = {
  { "name", "User", false }, { "uid", "UID", true }, { "gid", "GID", true },
  { "comment", "Name", false }, { "home", "Home", false },
  { "shell", "Shell", false },
};
static const struct report_column service_columns[] = {
  { NULL, "Service", false },
};

#define TABLE(key, title, columns) \
  { key, title, columns, sizeof columns / sizeof *columns, 0, NULL }

static const struct report_table empty[REPORT_TABLES] = {
  TABLE ("networks", "Networks", network_columns),
  TABLE ("users", "Users", user_columns),
  TABLE ("kernels", "Kernels", kernel_columns),
  TABLE ("services", "Services", service_columns),
};

/* A row; numbers are texts, too. */
static void
add_row (struct report_table *t, const char *const *cells)
{
  size_t i;

  t->cells = xrealloc (t->cells, (t->rows + 1) * t->nr_columns,
                       sizeof *t->cells);
  for (i = 0; i < t->nr_columns; ++i)
    t->cells[t->rows * t->nr_columns + i]
      = cells[i] && *cells[i] ? xstrdup (cells[i]) : NULL;
  t->rows++;
}

static void
collect_networks (guestfs_h *g, const char *root, struct report_table *t)
{
  struct guestfs_inspect_network_list *list
    = guestfs_inspect_list_networks (g, root);
  uint32_t i;

  for (i = 0; list && i < list->len; ++i) {
    const struct guestfs_inspect_network *n = &list->val[i];

    add_row (t, (const char *const[]) {
      n->network_interface, n->network_method, n->network_addresses,
      n->network_gateways, n->network_nameservers, n->network_mac,
      n->network_source });
  }
  guestfs_free_inspect_network_list (list);
}

static void
collect_users (guestfs_h *g, const char *root, struct report_table *t)
{
  struct guestfs_inspect_user_list *list
    = guestfs_inspect_list_users (g, root);
  uint32_t i;

  for (i = 0; list && i < list->len; ++i) {
    const struct guestfs_inspect_user *u = &list->val[i];
    char uid[24], gid[24];

    snprintf (uid, sizeof uid, "%" PRIi64, u->user_uid);
    snprintf (gid, sizeof gid, "%" PRIi64, u->user_gid);
    add_row (t, (const char *const[]) {
      u->user_name, u->user_uid < 0 ? NULL : uid, u->user_gid < 0 ? NULL : gid,
      u->user_comment, u->user_home, u->user_shell });
  }
  guestfs_free_inspect_user_list (list);
}

static void
collect_kernels (guestfs_h *g, const char *root, struct report_table *t)
{
  struct guestfs_inspect_kernel_list *list
    = guestfs_inspect_list_kernels (g, root);
  uint32_t i;

  for (i = 0; list && i < list->len; ++i) {
    const struct guestfs_inspect_kernel *k = &list->val[i];

    add_row (t, (const char *const[]) {
      k->kernel_version, k->kernel_path, k->kernel_initrd,
      k->kernel_modules });
  }
  guestfs_free_inspect_kernel_list (list);
}

static void
collect_services (guestfs_h *g, const char *root, struct report_table *t)
{
  CLEANUP_STRINGS char **list = guestfs_inspect_list_services (g, root);
  size_t i;

  for (i = 0; list && list[i]; ++i)
    add_row (t, (const char *const *) &list[i]);
}

void
report_collect_facts (guestfs_h *g, struct report_system *s)
{
  guestfs_push_error_handler (g, NULL, NULL);
  s->bootloader = known (guestfs_inspect_get_bootloader (g, s->root));
  s->firmware = known (guestfs_inspect_get_firmware (g, s->root));
  s->machine_id = known (guestfs_inspect_get_machine_id (g, s->root));
  s->timezone = known (guestfs_inspect_get_timezone (g, s->root));
  if (strcmp (s->type, "windows") == 0)
    s->windows_state = known (guestfs_inspect_get_windows_state (g, s->root));
  memcpy (s->facts, empty, sizeof empty);
  collect_networks (g, s->root, &s->facts[0]);
  collect_users (g, s->root, &s->facts[1]);
  collect_kernels (g, s->root, &s->facts[2]);
  collect_services (g, s->root, &s->facts[3]);
  guestfs_pop_error_handler (g);
}

void
report_free_facts (struct report_system *s)
{
  char *texts[] = { s->bootloader, s->firmware, s->machine_id, s->timezone,
                    s->windows_state };
  size_t i, j;

  for (i = 0; i < sizeof texts / sizeof *texts; ++i)
    free (texts[i]);
  for (i = 0; i < REPORT_TABLES; ++i) {
    for (j = 0; j < s->facts[i].rows * s->facts[i].nr_columns; ++j)
      free (s->facts[i].cells[j]);
    free (s->facts[i].cells);
  }
}
