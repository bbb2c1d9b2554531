/* clevis_luks_unlock: LUKS devices whose keys are kept elsewhere, by the scripts
 * of clevis.
 *
 * What the device's header says (a server, shares of several) is read by these
 * alone.  They try every binding, so that a message is of the last ones that
 * failed.
 */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "actions.h"
#include "command.h"
#include "dmname.h"
#include "probe.h"

static int
check_luks (const char *device, struct error *err)
{
  CLEANUP_FREE char *type = probe_value (device, "TYPE", err);

  if (!type)
    return -1;
  return strcmp (type, "crypto_LUKS") == 0 ? 0
    : error_set (err, EINVAL, "%s is not a LUKS device", device);
}

/* Before servers are asked for nothing. */
static int
check_free (const char *mapname, struct error *err)
{
  CLEANUP_FREE char *path = NULL;

  if (dm_check_map_name (mapname, err) == -1)
    return -1;
  if (asprintf (&path, "/dev/mapper/%s", mapname) == -1) {
    path = NULL;
    return error_errno (err, "%s", mapname);
  }
  return access (path, F_OK) == -1 ? 0
    : error_set (err, EEXIST, "%s: there is a device of this name", path);
}

int
do_clevis_luks_unlock (const char *device, const char *mapname,
                       struct error *err)
{
  CLEANUP_ERROR struct error cause = ERROR_INIT;

  if (check_free (mapname, err) == -1
      || check_luks (device, err) == -1)
    return -1;
  if (run (NULL, &cause, "clevis-luks-unlock", "-d", device, "-n", mapname, NULL)
      == -1)
    return error_set (err, EIO, "%s: no binding of clevis gives a key that "
                      "fits: %s", device,
                      cause.message ? cause.message : "");
  return 0;
}
