/* Tests of config-file.c. */

#include <config.h>

#undef NDEBUG
#include <assert.h>

#include "config-file.h"

static void
good (const char *text, bool before, bool after)
{
  bool value = before;

  assert (config_parse (text, &value) == 0);
  assert (value == after);
}

static void
bad (const char *text, unsigned line)
{
  bool value = false;

  assert (config_parse (text, &value) == line);
  assert (!value);
}

int
main (void)
{
  good ("", true, true);
  good ("", false, false);
  good ("read_only = true;\n", false, true);
  good ("read_only=FALSE", true, false);
  good ("# read_only = true;\n// x\n/* read_only = true;\n */", false, false);
  good ("other : \"a \\\" ; #\", read_only: True", false, true);
  good ("x = -0.5e+3; read_only = true; read_only = false", true, false);
  bad ("read_only = true;\nread_only = 1;", 2);
  bad ("read_only = true;\n\n= true", 3);
  bad ("read_only true", 1);
  bad ("read_only =", 1);
  bad ("x = \"open", 1);
  bad ("/* open", 1);
  bad ("{", 1);
  return 0;
}
