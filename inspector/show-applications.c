/* show-applications DIR FORMAT: print what the databases of the packages of
 * FORMAT ("unknown": all) below DIR hold, a line for each, fields separated by
 * tabs; warnings go to stderr.  For tests that make databases with the tools
 * they come from. */

#include <config.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "applications.h"

static void
print (const struct application *app)
{
  size_t i;

  for (i = 0; i < APP_NR_FIELDS; ++i) {
    const char *p = app->text[i] ? app->text[i] : "";

    if (i == APP_VERSION)
      printf ("%d\t", (int) app->epoch);
    for (; *p; ++p)
      fputs (*p == '\n' ? "\\n" : *p == '\t' ? "\\t" : (char[]) { *p, '\0' },
             stdout);
    putchar (i + 1 == APP_NR_FIELDS ? '\n' : '\t');
  }
}

int
main (int argc, char *argv[])
{
  CLEANUP_APP_LIST struct app_list list = APP_LIST_INIT;
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct app_hints hints = { .type = "linux" };
  size_t i;
  int root;

  if (argc != 3)
    return 2;
  root = open (argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC);
  hints.package_format = argv[2];
  if (root == -1 || applications_list (root, &hints, &list, &err) == -1) {
    fprintf (stderr, "error: %s\n", err.message ? err.message : argv[1]);
    return 1;
  }
  for (i = 0; i < list.apps.len; ++i)
    print (&list.apps.ptr[i]);
  for (i = 0; i < list.warnings.len; ++i)
    fprintf (stderr, "warning: %s\n", list.warnings.items[i]);
  return 0;
}
