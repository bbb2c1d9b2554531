/* guestfs_available: feature_available as an error. */

#include <config.h>

#include <errno.h>

#include "handle.h"
#include "impl.h"

/* The first group that is not there, or NULL. */
static const char *
find_missing (guestfs_h *g, char *const *groups)
{
  size_t i;

  for (i = 0; groups[i]; ++i) {
    char *const one[] = { groups[i], NULL };

    if (impl_feature_available (g, one, NULL) == 0)
      return groups[i];
  }
  return NULL;
}

int
impl_available (guestfs_h *g, char *const *groups, struct error *err)
{
  const char *missing;
  int r = impl_feature_available (g, groups, err);

  if (r != 0)
    return r == 1 ? 0 : -1;
  missing = find_missing (g, groups);
  return error_set (err, EOPNOTSUPP, "%s: this feature is not available in "
                    "the appliance", missing ? missing : "a group");
}
