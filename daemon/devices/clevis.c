/* clevis_luks_unlock: not in this appliance.
 *
 * clevis is shell scripts on top of bash, jose, curl and luksmeta, too much to
 * carry; the group clevisluks says that it is not there.
 */

#include <config.h>

#include "absent.h"
#include "actions.h"

ABSENT (int, -1, do_clevis_luks_unlock,
        (const char *device, const char *mapname, struct error *err))
