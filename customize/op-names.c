/* Operations on what the guest calls itself, and where it thinks it is. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "strbuf.h"
#include "types.h"
#include "windows.h"

/* RFC 1123: letters, digits, dots, dashes; a word of at most 63. */
static bool
is_hostname (const char *name)
{
  size_t len = 0;

  if (strlen (name) > 253)
    return false;
  for (; *name; ++name) {
    bool alnum = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z')
      || (*name >= '0' && *name <= '9');

    if (*name == '.' || *name == '-') {
      if (len == 0 || !name[1] || (*name == '.' && name[-1] == '-'))
        return false;
      len = *name == '.' ? 0 : len + 1;
    }
    else if (!alnum || ++len > 63)
      return false;
  }
  return len > 0;
}

/* NAME=... in a file of the shell. */
struct variable {
  const char *name;
  const char *value;
  bool quoted;
  bool seen;
};

static char *
set_variable (const char *line, bool *ret_drop, void *data)
{
  struct variable *v = data;
  const char *rest = line + strspn (line, " \t");
  size_t len = strlen (v->name);
  const char *quote = v->quoted ? "\"" : "";

  if (strncmp (rest, v->name, len) != 0 || rest[len] != '=')
    return NULL;
  v->seen = true;
  return xasprintf ("%s=%s%s%s", v->name, quote, v->value, quote);
}

/* Set it where the file is there; `add` says whether also where it has no such
 * line yet. */
static int
set_in_file (struct guest *guest, const char *path, const char *name,
             const char *value, bool quoted, bool add, struct error *err)
{
  struct variable v = { .name = name, .value = value, .quoted = quoted };
  CLEANUP_FREE char *line = NULL;

  if (guest_edit_lines (guest, path, set_variable, &v, err) == -1)
    return -1;
  if (v.seen || !add)
    return 0;
  line = xasprintf ("%s=%s%s%s", name, quoted ? "\"" : "", value,
                    quoted ? "\"" : "");
  return guest_append_line (guest, path, line, err);
}

struct renaming {
  const char *old, *new;
};

static bool
is_word (const char *word, size_t len, const char *name, size_t name_len)
{
  return len == name_len && strncmp (word, name, len) == 0;
}

/* What stands in the place of a name in /etc/hosts, or NULL: of the whole old
 * name, and of its first part.  localhost is everybody's. */
static char *
renamed (const struct renaming *r, const char *word, size_t len)
{
  size_t part = strcspn (r->old, ".");

  if (is_word (word, len, "localhost", 9))
    return NULL;
  if (is_word (word, len, r->old, strlen (r->old)))
    return xstrdup (r->new);
  if (is_word (word, len, r->old, part))
    return xasprintf ("%.*s", (int) strcspn (r->new, "."), r->new);
  return NULL;
}

/* In /etc/hosts the old name becomes the new one, as a whole word behind the
 * address. */
static char *
rename_in_hosts (const char *line, bool *ret_drop, void *data)
{
  const struct renaming *r = data;
  CLEANUP_STRBUF struct strbuf new = STRBUF_INIT;
  const char *p = line;
  size_t words = 0;
  bool changed = false;

  if (line[strspn (line, " \t")] == '#')
    return NULL;
  while (*p) {
    size_t blanks = strspn (p, " \t"), len = strcspn (p + blanks, " \t");
    const char *word = p + blanks;
    CLEANUP_FREE char *other = words > 0 ? renamed (r, word, len) : NULL;

    if (*word == '#')
      len = strlen (word);
    if (strbuf_add (&new, p, blanks) == -1
        || (other ? strbuf_addstr (&new, other)
            : strbuf_add (&new, word, len)) == -1)
      abort ();
    changed |= other != NULL;
    words += len > 0;
    p = word + len;
  }
  return changed ? strbuf_take (&new) : NULL;
}

static int
hostname_linux (struct guest *guest, const char *name, struct error *err)
{
  CLEANUP_FREE char *old = guest_read (guest, "/etc/hostname", err);
  CLEANUP_FREE char *text = xasprintf ("%s\n", name);
  bool old_redhat;

  if (!old)
    return -1;
  old[strcspn (old, "\r\n")] = '\0';
  /* These had their name in a file of the network's only. */
  old_redhat = guest_is_file (guest, "/etc/sysconfig/network")
    && (strcmp (guest->distro, "fedora") == 0 ? guest->major < 18
        : strcmp (guest->packages, "yum") == 0 && guest->major < 7);
  if (!*old) {
    CLEANUP_FREE char *found = guestfs_inspect_get_hostname (guest->g, guest->root);

    free (old);
    old = found && strcmp (found, "unknown") != 0 ? TAKE_PTR (found)
      : xstrdup ("");
  }
  if (set_in_file (guest, "/etc/sysconfig/network", "HOSTNAME", name, false,
                   old_redhat, err) == -1
      || set_in_file (guest, "/etc/conf.d/hostname", "hostname", name, true,
                      false, err) == -1)
    return -1;
  if (!old_redhat && guest_write (guest, "/etc/hostname", text, 0644, err) == -1)
    return -1;
  if (guest_is_file (guest, "/etc/HOSTNAME")
      && guest_write (guest, "/etc/HOSTNAME", text, 0644, err) == -1)
    return -1;
  if (*old) {
    struct renaming r = { .old = old, .new = name };

    if (guest_edit_lines (guest, "/etc/hosts", rename_in_hosts, &r, err) == -1)
      return -1;
  }
  return 0;
}

int
op_hostname (struct guest *guest, const struct operation *op,
             struct error *err)
{
  const char *name = op->words[0];
  CLEANUP_FREE char *line = xasprintf ("%s\n", name);

  message (guest->o, "Setting the hostname: %s", name);
  if (!is_hostname (name))
    return error_set (err, EINVAL, "\"%s\" is no host name", name);
  if (guest->is_linux)
    return hostname_linux (guest, name, err);
  if (guest->is_windows)
    return windows_hostname (guest, name, err);
  if (strcmp (guest->type, "freebsd") == 0
      || strcmp (guest->type, "netbsd") == 0)
    return set_in_file (guest, "/etc/rc.conf", "hostname", name, true, true,
                        err);
  if (strcmp (guest->type, "openbsd") == 0)
    return guest_write (guest, "/etc/myname", line, 0644, err);
  return error_set (err, ENOTSUP, "not known how for guests of type \"%s\"",
                    guest->type);
}

int
op_timezone (struct guest *guest, const struct operation *op,
             struct error *err)
{
  const char *name = op->words[0];
  CLEANUP_FREE char *zone = xasprintf ("/usr/share/zoneinfo/%s", name);
  CLEANUP_FREE char *target = xasprintf ("..%s", zone);
  CLEANUP_FREE char *line = xasprintf ("%s\n", name);

  message (guest->o, "Setting the timezone: %s", name);
  if (guest->is_windows)
    return windows_timezone (guest, name, err);
  if (*name == '/' || strstr (name, "..") || !guest_is_file (guest, zone))
    return error_set (err, ENOENT, "\"%s\" is no time zone of the guest", name);
  if (guestfs_ln_sf (guest->g, target, "/etc/localtime") == -1)
    return guest_failed (guest, err);
  if (guest_is_file (guest, "/etc/timezone")
      && guest_write (guest, "/etc/timezone", line, 0644, err) == -1)
    return -1;
  return set_in_file (guest, "/etc/sysconfig/clock", "ZONE", name, true, false,
                      err);
}
