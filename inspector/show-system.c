/* Prints what inspection says of the root directory of a system, for tests:
 *
 *   show-system DIRECTORY FILESYSTEM-TYPE
 *
 * One "key value" line a fact; nothing where there is no system.
 */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "osinfo.h"
#include "show.h"

static void
show (const char *key, const char *value)
{
  printf ("%s %s\n", key, value ? value : "unknown");
}

static void
show_windows (const struct windows_info *w)
{
  size_t i;

  if (!w->systemroot)
    return;
  show ("systemroot", w->systemroot);
  show ("software_hive", w->software_hive);
  show ("system_hive", w->system_hive);
  show ("control_set", w->control_set);
  printf ("group_policy %d\n", w->group_policy);
  printf ("state %s\n", w->hibernated ? "hibernated" : w->unclean ? "unclean"
          : "clean");
  for (i = 0; i < w->letters.len; ++i)
    if (w->letters.ptr[i].gpt)
      printf ("drive_%c %s\n", w->letters.ptr[i].letter,
              w->letters.ptr[i].guid);
    else
      printf ("drive_%c %08x+%llu\n", w->letters.ptr[i].letter,
              (unsigned) w->letters.ptr[i].disk_id,
              (unsigned long long) w->letters.ptr[i].offset);
}

static int
show_system (int root, const struct system_info *info)
{
  CLEANUP_FREE char *osinfo = osinfo_id (info);
  size_t i;

  (void) root;
  show ("type", info->type);
  show ("distro", info->distro);
  show ("package_format", info->package_format);
  show ("package_management", info->package_management);
  show ("arch", info->arch);
  show ("format", info->format);
  printf ("live %d\nnetinst %d\nmultipart %d\n", info->live, info->netinst,
          info->multipart);
  printf ("major %d\nminor %d\n", info->major_version, info->minor_version);
  show ("product", info->product_name);
  show ("variant", info->product_variant);
  show ("hostname", info->hostname);
  show ("build_id", info->build_id);
  show ("osinfo", osinfo);
  show ("tree", info->tree);
  show_windows (&info->windows);
  for (i = 0; i < info->warnings.len; ++i)
    printf ("warning_%zu %s\n", i, info->warnings.items[i]);
  return 0;
}

int
main (int argc, char *argv[])
{
  return show_main (argc, argv, show_system);
}
