/* Operations of virt-sysprep on the network's settings. */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "sysprep.h"

/* Drop NAME=... lines; `data` is a list of names. */
static char *
drop_variables (const char *line, bool *ret_drop, void *data)
{
  const char *const *name;
  const char *p = line + strspn (line, " \t");

  for (name = data; *name; ++name) {
    size_t len = strlen (*name);

    if (strncmp (p, *name, len) == 0 && p[len] == '=')
      *ret_drop = true;
  }
  return NULL;
}

static int
drop_from_interfaces (struct guest *guest, const char *const *names,
                      struct error *err)
{
  CLEANUP_STRINGS char **files = guestfs_glob_expand
    (guest->g, "/etc/sysconfig/network-scripts/ifcfg-*");
  size_t i;

  if (!files)
    return guest_failed (guest, err);
  for (i = 0; files[i]; ++i)
    if (guest_edit_lines (guest, files[i], drop_variables, (void *) names,
                          err) == -1)
      return -1;
  return 0;
}

int
sysprep_net_hostname (struct guest *guest, const struct sysprep_settings *s,
                      struct error *err)
{
  static const char *const names[] = { "HOSTNAME", "DHCP_HOSTNAME", NULL };

  return drop_from_interfaces (guest, names, err);
}

int
sysprep_net_hwaddr (struct guest *guest, const struct sysprep_settings *s,
                    struct error *err)
{
  static const char *const names[] = { "HWADDR", NULL };

  return drop_from_interfaces (guest, names, err);
}

/* Elsewhere people put connections there that the guest is to keep. */
int
sysprep_net_nmconn (struct guest *guest, const struct sysprep_settings *s,
                    struct error *err)
{
  if (strcmp (guest->packages, "dnf") != 0
      && strcmp (guest->packages, "yum") != 0)
    return 0;
  return sysprep_delete
    (guest, "/etc/NetworkManager/system-connections/*.nmconnection", NULL, true,
     err);
}
