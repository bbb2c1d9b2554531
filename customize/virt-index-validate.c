/* virt-index-validate: is this file an index for virt-builder? */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "index.h"
#include "options.h"

static const char usage[] =
  "Check the index of a source of templates for virt-builder.\n"
  "\n"
  "  virt-index-validate [options] INDEX\n"
  "\n"
  "      --compat-1.24.0    also for virt-builder 1.24.0\n"
  "      --compat-1.24.1    also for virt-builder 1.24.1\n";

enum { OPTION_1_24_0 = OPTION_OWN, OPTION_1_24_1 };

/* What the first versions could not read. */
static void
check_old (const struct options *o, const struct index *index, int version)
{
  size_t i, j;

  for (i = 0; i < index->nr; ++i)
    for (j = 0; j < index->entries[i].nr; ++j) {
      const char *name = index->entries[i].fields[j].name;

      if (version == OPTION_1_24_0 && strchr (name, '['))
        die (o, "[%s]: virt-builder 1.24.0 does not know %s=",
             index->entries[i].name, name);
    }
  for (i = 0; i < index->nr && version; ++i)
    if (!index_field (&index->entries[i], "sig"))
      die (o, "[%s]: virt-builder 1.24 needs sig=", index->entries[i].name);
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    { "compat-1.24.0", no_argument, NULL, OPTION_1_24_0 },
    { "compat-1.24.1", no_argument, NULL, OPTION_1_24_1 },
    { NULL, 0, NULL, 0 },
  };
  struct options o = {
    .program = "virt-index-validate", .usage = usage, .help_shared = true,
    .takes = TAKES_NO_DRIVES, .own_short = "", .own_long = own_long,
  };
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_FREE char *raw = NULL;
  CLEANUP_FREE char *text = NULL;
  struct index index = INDEX_INIT;
  int c, version = 0;
  bool is_signed;
  size_t len;

  options_start (&o);
  while ((c = options_next (&o, argc, argv)) != -1)
    if (c != OPTION_1_24_1 || version != OPTION_1_24_0)
      version = c;
  if (optind + 1 != argc)
    die (&o, "give an index");
  raw = index_read_file (argv[optind], &len, &err);
  if (!raw)
    die (&o, "%s", err.message);
  text = index_unwrap (raw, len, &is_signed, &err);
  if (!text || index_parse (text, strlen (text), &index, &err) == -1
      || index_check (&index, &err) == -1)
    die (&o, "%s: %s", argv[optind], err.message);
  check_old (&o, &index, version);
  index_release (&index);
  options_finish (&o);
  return EXIT_SUCCESS;
}
