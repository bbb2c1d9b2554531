/* Options of mount: see mountoptions.h. */

#include <config.h>

#include <errno.h>
#include <string.h>
#include <sys/mount.h>

#include "mountoptions.h"

static const struct {
  const char *name;
  unsigned long set, clear;
} flag_options[] = {
  { "defaults", 0, 0 },
  { "ro", MS_RDONLY, 0 },
  { "rw", 0, MS_RDONLY },
  { "sync", MS_SYNCHRONOUS, 0 },
  { "async", 0, MS_SYNCHRONOUS },
  { "dirsync", MS_DIRSYNC, 0 },
  { "atime", 0, MS_NOATIME },
  { "noatime", MS_NOATIME, 0 },
  { "diratime", 0, MS_NODIRATIME },
  { "nodiratime", MS_NODIRATIME, 0 },
  { "relatime", MS_RELATIME, 0 },
  { "norelatime", 0, MS_RELATIME },
  { "strictatime", MS_STRICTATIME, 0 },
  { "lazytime", MS_LAZYTIME, 0 },
  { "dev", 0, MS_NODEV },
  { "nodev", MS_NODEV, 0 },
  { "exec", 0, MS_NOEXEC },
  { "noexec", MS_NOEXEC, 0 },
  { "suid", 0, MS_NOSUID },
  { "nosuid", MS_NOSUID, 0 },
  /* These are for the program mount and for init systems. */
  { "auto", 0, 0 },
  { "noauto", 0, 0 },
  { "nofail", 0, 0 },
  { "user", 0, 0 },
  { "nouser", 0, 0 },
  { "users", 0, 0 },
  { "_netdev", 0, 0 },
};

int
mount_options_add (struct mount_options *o, const char *option)
{
  if (o->data.len > 0 && strbuf_addch (&o->data, ',') == -1)
    return -1;
  return strbuf_addstr (&o->data, option);
}

static int
parse_one (const char *option, size_t len, struct mount_options *o)
{
  size_t i;

  for (i = 0; i < sizeof flag_options / sizeof flag_options[0]; ++i)
    if (strlen (flag_options[i].name) == len
        && memcmp (flag_options[i].name, option, len) == 0) {
      o->flags = (o->flags | flag_options[i].set) & ~flag_options[i].clear;
      return 0;
    }
  if (len > 2 && memcmp (option, "x-", 2) == 0)
    return 0;
  if (o->data.len > 0 && strbuf_addch (&o->data, ',') == -1)
    return -1;
  return strbuf_add (&o->data, option, len);
}

/* A comma within double quotes belongs to the value. */
int
mount_options_parse (const char *options, struct mount_options *ret,
                     struct error *err)
{
  CLEANUP_MOUNT_OPTIONS struct mount_options o = MOUNT_OPTIONS_INIT;
  const char *p = options;

  while (*p) {
    const char *end = p;
    int quoted = 0;

    for (; *end && (quoted || *end != ','); ++end)
      if (*end == '"')
        quoted = !quoted;
    if (end > p && parse_one (p, end - p, &o) == -1)
      return error_errno (err, "mount options");
    p = *end ? end + 1 : end;
  }
  *ret = o;
  o = (struct mount_options) MOUNT_OPTIONS_INIT;
  return 0;
}
