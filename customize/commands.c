/* Programs of the guest: see commands.h. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "commands.h"
#include "strbuf.h"
#include "strlist.h"
#include "types.h"

#define LOG "/tmp/builder.log"

char *
shell_quote (const char *text)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  char *ret;

  if (strbuf_addch (&b, '\'') == -1)
    abort ();
  for (; *text; ++text)
    if ((*text == '\'' ? strbuf_addstr (&b, "'\\''")
         : strbuf_addch (&b, *text)) == -1)
      abort ();
  if (strbuf_addch (&b, '\'') == -1 || !(ret = strbuf_take (&b)))
    abort ();
  return ret;
}

/* Programs of another processor's do not run here. */
static int
check_processor (struct guest *guest, struct error *err)
{
  CLEANUP_FREE char *arch = guestfs_inspect_get_arch (guest->g, guest->root);
  struct utsname host;

  if (!arch || uname (&host) == -1)
    return guest_failed (guest, err);
  if (strcmp (arch, host.machine) == 0 || strcmp (arch, "unknown") == 0
      || (strcmp (host.machine, "x86_64") == 0 && arch[0] == 'i'))
    return 0;
  return error_set (err, ENOTSUP, "the guest's programs are for another "
                    "processor (%s)", arch);
}

/* What the user has set for programs that use the network. */
static int
add_proxies (struct strbuf *script)
{
  static const char *const names[] = {
    "http_proxy", "https_proxy", "ftp_proxy", "no_proxy",
  };
  size_t i;

  for (i = 0; i < sizeof names / sizeof *names; ++i) {
    const char *value = getenv (names[i]);
    CLEANUP_FREE char *quoted = value ? shell_quote (value) : NULL;

    if (value && strbuf_addf (script, "export %s=%s\n", names[i], quoted) == -1)
      return -1;
  }
  return 0;
}

/* The last line that was printed. */
static char *
last_output (struct guest *guest)
{
  CLEANUP_STRINGS char **lines = guestfs_tail_n (guest->g, 3, LOG);
  size_t n = lines ? strings_count (lines) : 0;

  while (n > 0 && !lines[n - 1][strspn (lines[n - 1], " \t\r")])
    --n;
  return xstrdup (n > 0 ? lines[n - 1] : "it has printed nothing");
}

int
guest_run (struct guest *guest, const char *what, const char *command,
           struct error *err)
{
  CLEANUP_STRBUF struct strbuf script = STRBUF_INIT;
  CLEANUP_FREE char *out = NULL, *last = NULL;

  if (guest->is_windows)
    return error_set (err, ENOTSUP, "programs of Windows cannot be run");
  if (check_processor (guest, err) == -1)
    return -1;
  if (!guest_is_dir (guest, "/tmp")
      && (guestfs_mkdir (guest->g, "/tmp") == -1
          || guestfs_chmod (guest->g, 01777, "/tmp") == -1))
    return guest_failed (guest, err);
  if (strbuf_addstr (&script, "exec >>" LOG " 2>&1\n") == -1
      || add_proxies (&script) == -1
      || strbuf_addstr (&script, command) == -1)
    return error_errno (err, "%s", what);
  ++guest->nr_commands;
  out = guestfs_sh (guest->g, script.data);
  if (out)
    return 0;
  if (guestfs_last_errno (guest->g) == EINTR)
    return guest_failed (guest, err);
  guest_failed (guest, err);
  last = last_output (guest);
  if (guest->o->verbose) {
    CLEANUP_FREE char *log = guest_read (guest, LOG, NULL);

    fputs (log ? log : "", stderr);
  }
  error_clear (err);
  return error_set (err, EIO, "%s failed: %s (all it said is in the guest's "
                    LOG ")", what, last);
}

int
finish_log (struct guest *guest, struct error *err)
{
  if (!guest->list->no_logfile || !guest_is_file (guest, LOG))
    return 0;
  return guestfs_rm_f (guest->g, LOG) == -1 ? guest_failed (guest, err) : 0;
}
