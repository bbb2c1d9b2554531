/* What facts.h says of the system in a directory, for the tests: a line for
 * each, lists with a line a row and | between the columns. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "show.h"

static void
show (const char *name, char *value)
{
  printf ("%s %s\n", name, value ? value : "unknown");
  free (value);
}

static int
show_rows (const char *name, size_t columns, int root,
           const struct system_info *info,
           int (*facts) (int root, const struct system_info *info,
                         struct strlist *ret))
{
  CLEANUP_STRLIST struct strlist rows = STRLIST_INIT;
  size_t i;

  if (facts (root, info, &rows) == -1)
    return -1;
  for (i = 0; i < rows.len; ++i)
    printf ("%s%s%s%s", i % columns ? "|" : name, i % columns ? "" : " ",
            rows.items[i], (i + 1) % columns ? "" : "\n");
  return 0;
}

static int
show_facts (int root, const struct system_info *info)
{
  struct facts_firmware f = facts_firmware (root, info);

  show ("machine_id", facts_machine_id (root, info));
  show ("timezone", facts_timezone (root, info));
  printf ("bootloader %s\n", facts_bootloader (root, info));
  printf ("config %s\n", facts_bootloader_config (root, info));
  printf ("firmware%s%s\n", f.bios ? " bios" : "", f.uefi ? " uefi" : "");
  return show_rows ("kernel", FACTS_KERNEL_COLUMNS, root, info, facts_kernels)
    | show_rows ("driver", FACTS_DRIVER_COLUMNS, root, info, facts_drivers)
    | show_rows ("user", FACTS_USER_COLUMNS, root, info, facts_users)
    | show_rows ("service", 1, root, info, facts_services)
    | show_rows ("network", FACTS_NETWORK_COLUMNS, root, info, facts_networks);
}

int
main (int argc, char *argv[])
{
  return show_main (argc, argv, show_facts);
}
