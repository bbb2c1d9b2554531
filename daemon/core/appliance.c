/* Calls about the appliance itself: signs of life, its kernel, its features. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "actions.h"
#include "feature.h"
#include "flush.h"
#include "io.h"
#include "strbuf.h"
#include "strlist.h"
#include "transfer.h"

int
do_ping_daemon (struct error *err)
{
  return 0;
}

char *
do_echo_daemon (char *const *words, struct error *err)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  char *ret;
  size_t i;

  for (i = 0; words[i]; ++i)
    if ((i > 0 && strbuf_addch (&b, ' ') == -1)
        || strbuf_addstr (&b, words[i]) == -1)
      break;
  ret = words[i] ? NULL : strbuf_take (&b);
  if (!ret)
    error_errno (err, "echo_daemon");
  return ret;
}

struct guestfs_utsname *
do_utsname (struct error *err)
{
  struct guestfs_utsname *ret;
  struct utsname u;

  if (uname (&u) == -1) {
    error_errno (err, "uname");
    return NULL;
  }
  ret = calloc (1, sizeof *ret);
  if (ret) {
    ret->uts_sysname = strdup (u.sysname);
    ret->uts_release = strdup (u.release);
    ret->uts_version = strdup (u.version);
    ret->uts_machine = strdup (u.machine);
  }
  if (!ret || !ret->uts_sysname || !ret->uts_release || !ret->uts_version
      || !ret->uts_machine) {
    error_errno (err, "utsname");
    struct_free_utsname (ret);
    return NULL;
  }
  return ret;
}

char *
do_dmesg (struct error *err)
{
  int size = klogctl (10, NULL, 0); /* SYSLOG_ACTION_SIZE_BUFFER */
  CLEANUP_FREE char *log = size > 0 ? malloc (size + 1) : NULL;
  int n = log ? klogctl (3, log, size) : -1; /* SYSLOG_ACTION_READ_ALL */

  if (n == -1) {
    error_errno (err, "reading the kernel's messages");
    return NULL;
  }
  log[n] = '\0';
  return TAKE_PTR (log);
}

int
do_sync (struct error *err)
{
  return flush_all (err);
}

int
do_drop_caches (int whattodrop, struct error *err)
{
  CLEANUP_CLOSE int fd = -1;
  char digit = (char) ('0' + whattodrop);

  if (whattodrop < 1 || whattodrop > 3)
    return error_set (err, EINVAL, "drop_caches: %d: expected 1, 2 or 3",
                      whattodrop);
  sync ();
  fd = open ("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);
  if (fd == -1 || write_full (fd, &digit, 1) == -1)
    return error_errno (err, "/proc/sys/vm/drop_caches");
  return 0;
}

int
do_sleep (int secs, struct error *err)
{
  struct timespec t = { .tv_sec = secs };

  if (secs < 0)
    return error_set (err, EINVAL, "sleep: %d is negative", secs);
  while (nanosleep (&t, &t) == -1 && errno == EINTR)
    ;
  return 0;
}

int
do_umask (int mask, struct error *err)
{
  if (mask < 0 || mask > 0777)
    return error_set (err, EINVAL, "umask: 0%o is outside 0 to 0777",
                      (unsigned) mask);
  return umask (mask);
}

char **
do_available_all_groups (struct error *err)
{
  char **ret = feature_groups ();

  if (!ret)
    error_errno (err, "available_all_groups");
  return ret;
}

int
do_internal_feature_available (const char *group, struct error *err)
{
  return feature_group (group);
}

int
do_feature_available (char *const *names, struct error *err)
{
  int all = 1;
  size_t i;

  for (i = 0; names[i]; ++i)
    switch (feature_group (names[i])) {
    case FEATURE_AVAILABLE:
      break;
    case FEATURE_UNAVAILABLE:
      all = 0;
      break;
    default:
      return error_set (err, EINVAL, "%s: there is no such group of calls",
                        names[i]);
    }
  return all;
}

int
do_filesystem_available (const char *filesystem, struct error *err)
{
  size_t len = strspn (filesystem, "abcdefghijklmnopqrstuvwxyz"
                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

  if (len == 0 || filesystem[len])
    return error_set (err, EINVAL, "%s: not the name of a file system type",
                      filesystem);
  return feature_filesystem (filesystem, err);
}

/* No channel for these exists: disks are all that an appliance is given. */
char **
do_list_9p (struct error *err)
{
  CLEANUP_STRLIST struct strlist none = STRLIST_INIT;

  return strlist_take (&none);
}

int
do_mount_9p (const char *mounttag, const char *mountpoint,
             const struct guestfs_mount_9p_argv *o, struct error *err)
{
  return error_set (err, ENOTSUP, "%s: this appliance has no shared "
                    "filesystems: see list_9p", mounttag);
}

/* What was built as a module elsewhere is part of this kernel.  The group is
 * never available, so this is not called. */
int
do_modprobe (const char *modulename, struct error *err)
{
  return error_set (err, ENOTSUP, "%s: the kernel has no modules", modulename);
}
