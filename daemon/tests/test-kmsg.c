/* Records of /dev/kmsg. */

#include <config.h>

#include <string.h>

#include "check.h"
#include "kmsg.h"

static const char *
parse (const char *record, int *ret_level)
{
  static char buf[200];

  (void) snprintf (buf, sizeof buf, "%s", record);
  return kmsg_parse (buf, ret_level);
}

int
main (void)
{
  const char *text;
  int level = -1;

  text = parse ("3,812,1234567,-;EXT4-fs (sda): no journal; found\n"
                " SUBSYSTEM=block\n", &level);
  CHECK (text && strcmp (text, "EXT4-fs (sda): no journal; found") == 0);
  CHECK (level == 3);
  text = parse ("30,1,2,c,caller=T1;x", &level);
  CHECK (text && strcmp (text, "x") == 0 && level == 6);
  CHECK (!parse ("", &level));
  CHECK (!parse ("3,1,2,-;\n", &level));
  CHECK (!parse ("3", &level));
  CHECK (!parse ("text;more", &level));
  CHECK (!parse (",1;more", &level));
  CHECK (kmsg_last (-1) == NULL);
  return 0;
}
