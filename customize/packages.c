/* Package managers: see packages.h. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "data.h"
#include "packages.h"

/* Nothing that a manager takes for an option, or the shell for more than a
 * word. */
static bool
is_package (const char *name)
{
  return *name && *name != '-'
    && !name[strspn (name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                     "abcdefghijklmnopqrstuvwxyz0123456789+._:@~=/*^-")];
}

char *
package_command (const struct guest *guest, enum package_action action,
                 char *const *names, struct error *err)
{
  static const char *const actions[] = { "install", "uninstall", "update" };
  const struct package_command *p;
  char *command;

  for (p = package_commands; p->manager; ++p)
    if (strcmp (p->manager, guest->packages) == 0
        && strcmp (p->action, actions[action]) == 0)
      break;
  if (!p->manager) {
    error_set (err, ENOTSUP, "not known how to %s packages with the package "
               "manager \"%s\"", actions[action], guest->packages);
    return NULL;
  }
  command = xstrdup (p->command);
  for (; *names; ++names) {
    CLEANUP_FREE char *before = command, *quoted = shell_quote (*names);

    command = NULL;
    if (!is_package (*names)) {
      error_set (err, EINVAL, "\"%s\" is no name of a package", *names);
      return NULL;
    }
    command = xasprintf ("%s %s", before, quoted);
  }
  return command;
}
