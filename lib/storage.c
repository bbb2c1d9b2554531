/* Starting qemu-storage-daemon: see storage.h.
 *
 * The socket is bound in a directory of our own, which is gone again before
 * the program starts: we connect at once, and the connection waits until it is
 * accepted.  The first bytes that arrive say that the disk is open.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "drives.h"
#include "events.h"
#include "io.h"
#include "machine.h"
#include "prefix.h"
#include "remote.h"
#include "settings.h"
#include "process.h"
#include "storage-chain.h"
#include "storage.h"

#define PROGRAM "qemu-storage-daemon"
#define SECRET_FD 5
#define OPEN_TIMEOUT 60000 /* ms */
#define END_TIMEOUT 60000
#define OUTPUT_MAX 16384

static const char *const formats[] = {
  "bochs", "cloop", "dmg", "parallels", "qcow", "qed", "vdi", "vhdx", "vmdk",
  "vpc",
};

bool
storage_knows_format (const char *format)
{
  size_t i;

  for (i = 0; i < sizeof formats / sizeof formats[0]; ++i)
    if (strcmp (formats[i], format) == 0)
      return true;
  return false;
}

/* --- the program and its arguments --------------------------------------------- */

static char *
find_program (const char *what, struct error *err)
{
  const char *dirs = secure_getenv ("PATH");
  CLEANUP_FREE char *copy = strdup (dirs && *dirs ? dirs : "/usr/bin:/bin");
  char *dir, *save = NULL, *path;

  if (!copy) {
    error_errno (err, "%s", what);
    return NULL;
  }
  for (dir = strtok_r (copy, ":", &save); dir;
       dir = strtok_r (NULL, ":", &save)) {
    if (asprintf (&path, "%s/%s", dir, PROGRAM) == -1)
      break;
    if (*path == '/' && access (path, X_OK) == 0)
      return path;
    free (path);
  }
  error_set (err, ENOTSUP, "%s: this needs the program " PROGRAM ", which is "
             "not installed (Debian package qemu-system-common)", what);
  return NULL;
}

/* Properties that all nodes have. */
static int
add_common (struct strbuf *b, const struct drive *d)
{
  return strbuf_addf (b, ",read-only=%s,discard=%s,cache.no-flush=%s",
                      d->readonly ? "on" : "off",
                      strcmp (d->discard, "disable") == 0 ? "ignore" : "unmap",
                      strcmp (d->cachemode, "unsafe") == 0 ? "on" : "off");
}

/* A file or a device. */
static int
add_file (struct strbuf *b, const char *path)
{
  struct stat st;

  return strbuf_addf (b, "driver=%s,filename=", stat (path, &st) == 0
                      && S_ISBLK (st.st_mode) ? "host_device" : "file") == -1
    ? -1 : remote_add_value (b, path);
}

/* The images behind an image: node 1 is the next one, and so on. */
static int
add_backing (struct strlist *args, const struct storage_chain *c, struct error *err)
{
  size_t i;

  for (i = c->paths.len; i > 0; --i) {
    CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;

    if (add_file (&b, c->paths.items[i - 1]) == -1
        || strbuf_addf (&b, ",node-name=ground%zu,read-only=on", i) == -1
        || strlist_add (args, "--blockdev") == -1
        || strlist_add (args, b.data) == -1
        || strlist_add (args, "--blockdev") == -1)
      return error_errno (err, "backing files");
    b.len = 0;
    if (strbuf_addf (&b, "driver=%s,node-name=backing%zu,file=ground%zu,"
                     "read-only=on", c->formats.items[i - 1], i, i) == -1
        || (i < c->paths.len
            && strbuf_addf (&b, ",backing=backing%zu", i + 1) == -1)
        || strlist_add (args, b.data) == -1)
      return error_errno (err, "backing files");
  }
  return 0;
}

static int
add_ground (struct strlist *args, const struct drive *d, struct error *err)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;

  if (d->remote) {
    if (remote_add_properties (d->remote, d->path, &b, err) == -1)
      return -1;
  }
  else if (add_file (&b, d->path) == -1)
    return error_errno (err, "%s", d->path);
  if (strbuf_addstr (&b, ",node-name=ground") == -1
      || add_common (&b, d) == -1
      || strlist_add (args, "--blockdev") == -1
      || strlist_add (args, b.data) == -1)
    return error_errno (err, "%s", d->path);
  return 0;
}

/* ARGUMENTS for machine/storage.c and the program. */
static int
make_args (struct strlist *args, const struct drive *d, const char *format,
           const struct storage_chain *c, const char *program, struct error *err)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  size_t i;

  if (strlist_add (args, "bathyscope-machine") == -1
      || strlist_add (args, "--storage-daemon") == -1
      || strlist_add (args, d->remote ? "remote" : d->readonly ? "read"
                      : "write") == -1
      || strlist_add (args, d->remote ? d->remote->protocol : d->path) == -1)
    goto error;
  for (i = 0; i < c->paths.len; ++i)
    if (strlist_add (args, c->paths.items[i]) == -1)
      goto error;
  if (strlist_add (args, "--") == -1 || strlist_add (args, program) == -1)
    goto error;
  if (d->remote && d->remote->secret
      && (strlist_add (args, "--object") == -1
          || strlist_addf (args, "secret,id=secret,file=/proc/self/fd/%d%s",
                           SECRET_FD, strcmp (d->remote->protocol, "rbd") == 0
                           ? ",format=base64" : "") == -1))
    goto error;
  if (add_backing (args, c, err) == -1 || add_ground (args, d, err) == -1)
    return -1;
  if (strbuf_addf (&b, "driver=%s,node-name=" STORAGE_EXPORT ",file=ground",
                   *format ? format : "raw") == -1
      || (c->paths.len > 0 && strbuf_addstr (&b, ",backing=backing1") == -1)
      || add_common (&b, d) == -1
      || strlist_add (args, "--blockdev") == -1
      || strlist_add (args, b.data) == -1
      || strlist_add (args, "--nbd-server") == -1
      || strlist_add (args, "addr.type=fd,addr.str=4") == -1
      || strlist_add (args, "--export") == -1
      || strlist_addf (args, "nbd,id=export,node-name=" STORAGE_EXPORT
                       ",name=" STORAGE_EXPORT ",writable=%s",
                       d->readonly ? "off" : "on") == -1)
    goto error;
  return 0;

error:
  return error_errno (err, "%s", d->path);
}

/* --- the socket ---------------------------------------------------------------- */

/* Bind, listen, connect; nothing of it stays in the file system.  Returns the
 * listening end, and the other one in *ret. */
static int
make_socket (const char *parent, int *ret)
{
  struct sockaddr_un addr = { .sun_family = AF_UNIX };
  CLEANUP_CLOSE int l = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CLEANUP_CLOSE int c = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  char dir[sizeof addr.sun_path];
  int r, errnum;

  if (l == -1 || c == -1)
    return -1;
  if ((size_t) snprintf (dir, sizeof dir, "%s/bathyscope-XXXXXX", parent)
      >= sizeof dir - 2) {
    errno = ENAMETOOLONG;
    return -1;
  }
  if (!mkdtemp (dir))
    return -1;
  (void) snprintf (addr.sun_path, sizeof addr.sun_path, "%.*s/s",
                   (int) sizeof dir - 3, dir);
  r = bind (l, (struct sockaddr *) &addr, sizeof addr) == -1
    || listen (l, 4) == -1
    || connect (c, (struct sockaddr *) &addr, sizeof addr) == -1 ? -1 : 0;
  errnum = errno;
  (void) unlink (addr.sun_path);
  (void) rmdir (dir);
  errno = errnum;
  if (r == -1)
    return -1;
  *ret = TAKE_FD (c);
  return TAKE_FD (l);
}

static int
make_any_socket (const struct settings *s, int *ret, struct error *err)
{
  const char *const dirs[] = { s->env_runtimedir, settings_tmpdir (s), "/tmp" };
  size_t i;
  int l = -1;

  for (i = 0; i < 3 && l == -1; ++i)
    if (dirs[i])
      l = make_socket (dirs[i], ret);
  return l >= 0 ? l : error_errno (err, "socket for " PROGRAM);
}

/* A file that holds the secret, and is nowhere else. */
static int
make_secret (const struct drive *d, struct error *err)
{
  CLEANUP_CLOSE int fd = -1;
  const char *secret = d->remote ? d->remote->secret : NULL;

  if (!secret)
    return -1;
  fd = memfd_create ("secret", MFD_CLOEXEC);
  if (fd == -1 || write_full (fd, secret, strlen (secret)) == -1
      || lseek (fd, 0, SEEK_SET) == -1)
    return error_errno (err, "secret");
  return TAKE_FD (fd);
}

/* --- start -------------------------------------------------------------------- */

/* What the program says starts with its name and the option that it is about,
 * which tells a user nothing. */
static const char *
skip_option (const char *text, const struct strlist *args)
{
  const char *rest = skip_prefix (text, PROGRAM ": ");
  size_t i;

  if (rest)
    text = rest;
  for (i = 0; i + 1 < args->len; ++i) {
    size_t n = strlen (args->items[i]), m = strlen (args->items[i + 1]);

    if (strncmp (text, args->items[i], n) == 0 && text[n] == ' '
        && strncmp (text + n + 1, args->items[i + 1], m) == 0
        && has_prefix (text + n + 1 + m, ": "))
      return text + n + 1 + m + 2;
  }
  return text;
}

/* The line that the program itself says, behind what libraries say, or else
 * the first one. */
static const char *
find_message (const char *text)
{
  const char *line = text;

  while (!has_prefix (line, PROGRAM ": ")) {
    line = strchr (line, '\n');
    if (!line)
      return text;
    ++line;
  }
  return line;
}

static int
describe_failure (const struct drive *d, const struct strbuf *output,
                  const struct strlist *args, struct error *err)
{
  const char *text = find_message (output->data ? output->data : "");
  CLEANUP_FREE char *line = strndup (text, strcspn (text, "\n"));
  const char *why = line && *line ? skip_option (line, args)
    : PROGRAM " has ended";
  char *p;

  for (p = line; p && *p; ++p)
    if ((unsigned char) *p < ' ' || *p == 0x7f)
      *p = ' ';
  if (strstr (why, "Unknown driver") || strstr (why, "Invalid parameter")
      || strstr (why, "does not accept value"))
    return error_set (err, ENOTSUP, "%s: the installed " PROGRAM " cannot do "
                      "this (Debian package qemu-block-extra): %s",
                      drive_display_name (d), why);
  if (d->remote && strstr (why, "iscsi_service_reconnect"))
    return error_set (err, ECONNREFUSED, "%s: the server cannot be connected "
                      "to: %s", drive_display_name (d), why);
  if (strstr (why, "mage is read-only"))
    return error_set (err, EROFS, "%s: images of this format can only be read: "
                      "add the drive read-only", drive_display_name (d));
  if (strstr (why, "backing file") || strstr (why, "extent"))
    return error_set (err, ENOTSUP, "%s: images of this format that need other "
                      "files than their own are not opened: %s",
                      drive_display_name (d), why);
  return error_set (err, strstr (why, "lock") ? EBUSY : EIO, "%s: %s",
                    drive_display_name (d), why);
}

/* Wait for the greeting.  0, or -1 with err or with what the program said. */
static int
wait_open (guestfs_h *g, const struct drive *d, int sock, int said,
           struct strbuf *output, struct error *err)
{
  const int64_t deadline = machine_clock () + OPEN_TIMEOUT;
  char buf[1024];

  for (;;) {
    struct pollfd p[3] = { { .fd = sock, .events = POLLIN },
                           { .fd = said, .events = POLLIN },
                           { .fd = g->cancel_fd, .events = POLLIN } };
    int64_t left = deadline - machine_clock ();
    ssize_t n;

    if (left <= 0)
      return error_set (err, ETIMEDOUT, "%s: there is no answer within %d "
                        "seconds", drive_display_name (d),
                        OPEN_TIMEOUT / 1000);
    if (poll (p, 3, left) == -1 && errno != EINTR)
      return error_errno (err, PROGRAM);
    if (p[2].revents && g->user_cancel == CANCEL_WANTED)
      return error_set (err, EINTR, "cancelled by the user");
    if (p[1].revents) {
      n = read (said, buf, sizeof buf);
      if (n <= 0)
        return recv (sock, buf, 1, MSG_PEEK | MSG_DONTWAIT) == 1 ? 0 : -1;
      if (output->len < OUTPUT_MAX)
        (void) strbuf_add (output, buf, n);
      continue; /* all that it says before its end */
    }
    if (p[0].revents && recv (sock, buf, 1, MSG_PEEK | MSG_DONTWAIT) == 1)
      return 0;
    if (p[0].revents) /* it has ended: its last words come by `said` */
      (void) poll (&p[1], 1, 1000);
  }
}

static void
free_one (struct storage *s)
{
  const int64_t deadline = machine_clock () + END_TIMEOUT;

  cleanup_close (&s->life);
  while (s->pid > 0 && waitpid (s->pid, NULL, WNOHANG) == 0) {
    const struct timespec nap = { .tv_nsec = 2000000 };

    if (machine_clock () >= deadline) {
      kill (s->pid, SIGKILL);
      (void) waitpid (s->pid, NULL, 0);
      break;
    }
    nanosleep (&nap, NULL);
  }
  free (s);
}

static void
cleanup_storage (struct storage **s)
{
  if (*s)
    free_one (*s);
}

static int
spawn_daemon (guestfs_h *g, struct storage *s, int listener, int output,
              const struct drive *d, const struct strlist *args,
              struct error *err)
{
  CLEANUP_CLOSE int life = -1, secret = -1;
  int pair[2], fds[SECRET_FD + 1] = { -1, -1, output, -1, listener, -1 };

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
    return error_errno (err, "socketpair");
  s->life = pair[0];
  fds[3] = life = pair[1];
  fds[SECRET_FD] = secret = make_secret (d, err);
  if (error_is_set (err))
    return -1;
  return spawn_machine (args->items, fds, SECRET_FD + 1, g->settings.pgroup,
                        &s->pid, err);
}

int
storage_start (guestfs_h *g, struct storage **list, const struct drive *d,
               const char *format, struct error *err)
{
  CLEANUP_FREE char *program = find_program (drive_display_name (d), err);
  CLEANUP (cleanup_storage) struct storage *s = NULL;
  CLEANUP_STRLIST struct strlist args = STRLIST_INIT;
  CLEANUP_STRBUF struct strbuf output = STRBUF_INIT;
  CLEANUP_CLOSE int sock = -1, listener = -1, said = -1, say = -1;
  CLEANUP (storage_chain_release) struct storage_chain chain = STORAGE_CHAIN_INIT;
  int fds[2], r;

  if (!program || (!d->remote
                      && storage_chain_find (g, d, format, &chain, err) == -1)
      || make_args (&args, d, format, &chain, program, err) == -1)
    return -1;
  listener = make_any_socket (&g->settings, &sock, err);
  if (listener == -1)
    return -1;
  s = calloc (1, sizeof *s);
  if (!s || pipe2 (fds, O_CLOEXEC) == -1)
    return error_errno (err, PROGRAM);
  said = fds[0];
  say = fds[1];
  s->life = s->pid = -1;
  if (spawn_daemon (g, s, listener, say, d, &args, err) == -1)
    return -1;
  close (TAKE_FD (listener));
  close (TAKE_FD (say));
  r = wait_open (g, d, sock, said, &output, err);
  if (output.len > 0)
    events_debug (g, "%s", output.data);
  if (r == -1) {
    /* Nothing needs to be written back; it may still wait for a server. */
    (void) kill (s->pid, SIGKILL);
    return error_is_set (err) ? -1
      : describe_failure (d, &output, &args, err);
  }
  s->next = *list;
  *list = TAKE_PTR (s);
  return TAKE_FD (sock);
}

void
storage_end (struct storage **list)
{
  struct storage *s, *next;

  /* All at once, then one after the other. */
  for (s = *list; s; s = s->next)
    if (s->life >= 0)
      close (TAKE_FD (s->life));
  for (s = *list; s; s = next) {
    next = s->next;
    free_one (s);
  }
  *list = NULL;
}

void
storage_forget (struct storage **list)
{
  struct storage *s;

  for (s = *list; s; s = s->next)
    s->pid = -1;
  storage_end (list);
}
