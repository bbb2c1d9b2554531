/* The generator: reads the description of the API and writes everything that
 * can be derived from it.
 *
 *   generator [--only EMITTER] TOP FILE.api...
 *
 * TOP is the top of the build tree.
 */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "output.h"

static const struct {
  const char *name;
  emitter_fn *fn;
} emitters[] = {
  { "header", emit_header },
  { "rpc", emit_rpc },
  { "lib", emit_lib },
  { "daemon", emit_daemon },
  { "fish", emit_fish },
  { "bindings", emit_bindings },
  { "java", emit_java },
  { "ocaml", emit_ocaml },
  { "perl", emit_perl },
  { "python", emit_python },
  { "ruby", emit_ruby },
  { "docs", emit_docs },
  { "tests", emit_tests },
  { "inputs", emit_inputs },
};

#define NR_EMITTERS (sizeof emitters / sizeof emitters[0])

static void
usage (void)
{
  fprintf (stderr, "usage: generator [--only EMITTER] TOP FILE.api...\n");
  exit (EXIT_FAILURE);
}

static int
tell_problems (const struct api *api)
{
  fprintf (stderr, "generator: %d problem%s in the description of the API\n",
           api->errors, api->errors == 1 ? "" : "s");
  return EXIT_FAILURE;
}

int
main (int argc, char **argv)
{
  static struct api api; /* lives, with all that it points to, to the end */
  const char *only = NULL;
  bool known = false;
  int i = 1;

  if (argc > 2 && strcmp (argv[1], "--only") == 0) {
    only = argv[2];
    i = 3;
  }
  if (argc - i < 2)
    usage ();
  for (int j = i + 1; j < argc; j++)
    parse_file (&api, argv[j]);
  check_api (&api);
  if (api.errors > 0)
    return tell_problems (&api);
  for (size_t j = 0; j < NR_EMITTERS; j++)
    if (!only || strcmp (only, emitters[j].name) == 0) {
      emitters[j].fn (&api, argv[i]);
      known = true;
    }
  if (!known)
    usage ();
  /* Examples are read by their emitter. */
  return api.errors > 0 ? tell_problems (&api) : EXIT_SUCCESS;
}
