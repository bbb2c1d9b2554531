/* Running the lvm program (see lvm.h), activation, scanning, and the filter of
 * devices that it looks at. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "command.h"
#include "lvm.h"
#include "scan.h"
#include "strbuf.h"
#include "strlist.h"
#include "sysblock.h"

#define SETTINGS                                                        \
  "activation{udev_sync=0 udev_rules=0 verify_udev_operations=0 "       \
  "monitoring=0} "                                                      \
  "backup{backup=0 archive=0} "                                         \
  "global{event_activation=0 use_lvmpolld=0 notify_dbus=0} "            \
  "devices{obtain_device_list_from_udev=0 "                             \
  "external_device_info_source=\"none\" use_devicesfile=0 "             \
  "hints=\"none\" multipath_component_detection=0"

static char *filter; /* "filter=[ ... ]", or NULL */

int
lvm_check_name (const char *name, struct error *err)
{
  if (!name[0] || name[0] == '-')
    return error_set (err, EINVAL, "\"%s\" is not the name of a volume or "
                      "volume group", name);
  return 0;
}

int
lvm_run (char **ret_out, struct error *err, char *const *extra,
         const char *command, ...)
{
  CLEANUP_FREE char *settings = NULL;
  CLEANUP_STRLIST struct strlist argv = STRLIST_INIT;
  const char *argument;
  va_list args;
  int r = 0;

  if (asprintf (&settings, SETTINGS " %s}", filter ? filter : "") < 0) {
    settings = NULL;
    return error_errno (err, "lvm");
  }
  if (strlist_add (&argv, "lvm") == -1 || strlist_add (&argv, command) == -1
      || strlist_add (&argv, "--config") == -1
      || strlist_add (&argv, settings) == -1)
    return error_errno (err, "lvm");
  va_start (args, command);
  while (r == 0 && (argument = va_arg (args, const char *)))
    r = strlist_add (&argv, argument);
  va_end (args);
  for (; r == 0 && extra && *extra; ++extra)
    r = strlist_add (&argv, *extra);
  if (r == -1)
    return error_errno (err, "lvm");
  return runv (ret_out, err, (const char *const *) argv.items);
}

int
lvm_activate_all (struct error *err)
{
  return lvm_run (NULL, err, NULL, "vgchange", "--activate", "ay",
                  "--sysinit", NULL);
}

int
do_vg_activate (int activate, char *const *volgroups, struct error *err)
{
  size_t i;

  for (i = 0; volgroups[i]; ++i)
    if (lvm_check_name (volgroups[i], err) == -1)
      return -1;
  return lvm_run (NULL, err, volgroups, "vgchange", "--activate",
                  activate ? "y" : "n", NULL);
}

int
do_vg_activate_all (int activate, struct error *err)
{
  char *none[] = { NULL };

  return do_vg_activate (activate, none, err);
}

int
do_lvm_scan (int activate, struct error *err)
{
  if (!activate)
    return lvm_run (NULL, err, NULL, "vgscan", NULL);
  storage_rescan ();
  return 0;
}

int
do_vgscan (struct error *err)
{
  return do_lvm_scan (0, err);
}

/* Activate, or deactivate, around a change of the filter. */
static int
use_filter (char *value, struct error *err)
{
  char *none[] = { NULL };

  if (do_vg_activate (0, none, err) == -1) {
    free (value);
    return -1;
  }
  free (filter);
  filter = value;
  /* Groups that have lost a device to the filter stay inactive. */
  (void) lvm_activate_all (NULL);
  return 0;
}

/* A pattern for one device; for a disk its partitions are meant too. */
static int
add_pattern (struct strbuf *b, const char *device)
{
  const char *p;

  if (strbuf_addstr (b, "\"a|^") == -1)
    return -1;
  for (p = device; *p; ++p)
    if (strbuf_addf (b, isalnum ((unsigned char) *p) || *p == '/' || *p == '_'
                     ? "%c" : "[%c]", *p) == -1)
      return -1;
  return strbuf_addstr (b, sysblock_is_whole (device, NULL) == 1
                        ? "p?[0-9]*$|\"," : "$|\",");
}

int
do_lvm_set_filter (char *const *devices, struct error *err)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  size_t i;

  if (!devices[0])
    return error_set (err, EINVAL, "the list of devices is empty");
  if (strbuf_addstr (&b, "filter=[") == -1)
    return error_errno (err, "lvm filter");
  for (i = 0; devices[i]; ++i)
    if (add_pattern (&b, devices[i]) == -1)
      return error_errno (err, "lvm filter");
  if (strbuf_addstr (&b, "\"r|.*|\"]") == -1)
    return error_errno (err, "lvm filter");
  return use_filter (strbuf_take (&b), err);
}

int
do_lvm_clear_filter (struct error *err)
{
  return use_filter (NULL, err);
}
