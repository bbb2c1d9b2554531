/* Host names: see hostname.h. */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "hostname.h"
#include "text.h"

/* Where to look, in this order; without a key it is the first line. */
static const struct {
  const char *path, *key;
} places[] = {
  { "/etc/hostname", NULL },              /* systemd, Debian, Alpine, Void */
  { "/etc/HOSTNAME", NULL },              /* SUSE, Slackware, Frugalware */
  { "/etc/sysconfig/network", "HOSTNAME" }, /* Red Hat, Mandriva, ALT, PLD */
  { "/etc/conf.d/hostname", "hostname" }, /* Gentoo */
  { "/etc/conf.d/hostname", "HOSTNAME" },
  { "/etc/myname", NULL },                /* OpenBSD, NetBSD */
  { "/etc/rc.conf.local", "hostname" },   /* FreeBSD */
  { "/etc/rc.conf", "hostname" },         /* FreeBSD, NetBSD */
  { "/etc/rc.conf.d/hostname", "hostname" },
  { "/etc/rc.conf", "HOSTNAME" },         /* Arch Linux and Void of old */
  { "/etc/hostname.file", NULL },         /* Minix */
  { "/etc/nodename", NULL },
};

static char *
first_word (char *line)
{
  if (line)
    line[strcspn (line, " \t")] = '\0';
  return line;
}

char *
hostname_of_unix (int root)
{
  size_t i;

  for (i = 0; i < sizeof places / sizeof places[0]; ++i) {
    CLEANUP_FREE char *name = places[i].key
      ? text_assigned (root, places[i].path, places[i].key)
      : first_word (text_first_line (root, places[i].path));

    if (name && *name)
      return TAKE_PTR (name);
  }
  return NULL;
}
