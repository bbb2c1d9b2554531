/* Keeping templates: see template.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "control.h"
#include "events.h"
#include "hash.h"
#include "impl.h"
#include "kvm-verdict.h"
#include "machine.h"
#include "process.h"
#include "settings.h"
#include "strbuf.h"
#include "template.h"

#define NAME_SIZE 64
#define FAILED_SECONDS (24 * 60 * 60)

bool
template_applies (const guestfs_h *g, const char *engine)
{
  const struct settings *s = &g->settings;

  return s->template && strcmp (engine, "uml") != 0
    && g->drives.len <= TEMPLATE_DISKS && !s->network && !s->selinux
    && (!s->append || !*s->append);
}

/* --- names ---------------------------------------------------------------- */

static int
add_file (struct strbuf *b, int fd)
{
  struct stat st;

  if (fstat (fd, &st) == -1 || !S_ISREG (st.st_mode))
    return -1;
  return strbuf_addf (b, " %jx.%jx.%jx.%jx.%lx", (uintmax_t) st.st_dev,
                      (uintmax_t) st.st_ino, (uintmax_t) st.st_size,
                      (uintmax_t) st.st_ctim.tv_sec, st.st_ctim.tv_nsec);
}

static char *
make_key (const guestfs_h *g, const struct appliance *a)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  CLEANUP_CLOSE int program = open (machine_program (), O_PATH | O_CLOEXEC);
  struct utsname u;

  if (program == -1 || uname (&u) == -1
      || strbuf_addf (&b, "%s %d %d %" PRIx64 ".%" PRIx64, PACKAGE_VERSION,
                      g->settings.memsize, g->settings.smp, hash_string (u.release),
                      hash_string (u.version)) == -1
      || add_file (&b, program) == -1 || add_file (&b, a->kvm_kernel) == -1
      || add_file (&b, a->root) == -1)
    return NULL;
  return strbuf_take (&b);
}

static void
make_name (char name[NAME_SIZE], const char *key)
{
  (void) snprintf (name, NAME_SIZE, "template-%016" PRIx64, hash_string (key));
}

/* The folder; made when it is not there and `make` says so. */
static int
open_folder (const guestfs_h *g, bool make)
{
  const struct settings *s = &g->settings;
  CLEANUP_FREE char *base = NULL, *dir = NULL, *path = NULL;
  CLEANUP_CLOSE int fd = -1;
  struct stat st;

  if ((s->env_cachehome ? asprintf (&base, "%s", s->env_cachehome)
       : s->env_home ? asprintf (&base, "%s/.cache", s->env_home) : -1) == -1) {
    base = NULL;
    return -1;
  }
  if (asprintf (&dir, "%s/bathyscope", base) == -1) {
    dir = NULL;
    return -1;
  }
  if (asprintf (&path, "%s/templates", dir) == -1) {
    path = NULL;
    return -1;
  }
  if (make) {
    (void) mkdir (base, 0700);
    (void) mkdir (dir, 0700);
    (void) mkdir (path, 0700);
  }
  fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd == -1 || fstat (fd, &st) == -1 || st.st_uid != geteuid ()
      || st.st_mode & 077)
    return -1;
  return TAKE_FD (fd);
}

int
template_open (const guestfs_h *g, const struct appliance *a, char **ret_key)
{
  CLEANUP_CLOSE int folder = -1, fd = -1;
  CLEANUP_FREE char *key = NULL;
  char name[NAME_SIZE];
  struct stat st;

  folder = open_folder (g, false);
  if (folder == -1)
    return -1;
  key = make_key (g, a);
  if (!key)
    return -1;
  make_name (name, key);
  fd = openat (folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd == -1 || fstat (fd, &st) == -1 || !S_ISREG (st.st_mode)
      || st.st_uid != geteuid () || st.st_mode & 077)
    return -1;
  *ret_key = TAKE_PTR (key);
  return TAKE_FD (fd);
}

/* --- removing and making -------------------------------------------------- */

/* What both need. */
struct place {
  struct appliance appliance;
  int folder;
  char *key;
  char name[NAME_SIZE], failed[NAME_SIZE + 8];
};

static void
place_release (struct place *p)
{
  appliance_release (&p->appliance);
  cleanup_close (&p->folder);
  free (p->key);
}

#define CLEANUP_PLACE CLEANUP (place_release)
#define PLACE_INIT { APPLIANCE_INIT, -1, NULL, "", "" }

static int
find_place (const guestfs_h *g, bool make, struct place *ret,
            struct error *err)
{
  if (appliance_open (g->settings.path, "kvm", &ret->appliance, err) == -1)
    return -1;
  ret->folder = open_folder (g, make);
  if (ret->folder == -1)
    return error_set (err, ENOENT, "there is no cache folder of the user's "
                                   "own");
  ret->key = make_key (g, &ret->appliance);
  if (!ret->key)
    return error_set (err, ENOENT, "the appliance cannot be identified");
  make_name (ret->name, ret->key);
  (void) snprintf (ret->failed, sizeof ret->failed, "%s.failed", ret->name);
  return 0;
}

void
template_discard (const guestfs_h *g, bool failed)
{
  CLEANUP_PLACE struct place p = PLACE_INIT;
  CLEANUP_CLOSE int mark = -1;

  if (find_place (g, false, &p, NULL) == -1)
    return;
  (void) unlinkat (p.folder, p.name, 0);
  if (failed)
    mark = openat (p.folder, p.failed,
                   O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
}

static int
make (const guestfs_h *g, struct place *p, bool background, struct error *err)
{
  char memory[16], smp[16];
  char *const argv[] = {
    (char *) "bathyscope-machine", (char *) "--make-template",
    (char *) (background ? "background" : "foreground"), memory, smp, p->name,
    p->key, NULL
  };
  const int fds[] = {
    -1, -1, background ? -1 : STDERR_FILENO, p->folder,
    p->appliance.kvm_kernel, p->appliance.root
  };
  int status;
  pid_t pid;

  (void) snprintf (memory, sizeof memory, "%d", g->settings.memsize);
  (void) snprintf (smp, sizeof smp, "%d", g->settings.smp);
  if (spawn_machine (argv, fds, sizeof fds / sizeof fds[0], false, &pid, err)
      == -1)
    return -1;
  while (waitpid (pid, &status, 0) == -1)
    if (errno != EINTR)
      return error_errno (err, "waitpid");
  if (!WIFEXITED (status) || WEXITSTATUS (status) != 0)
    return error_set (err, EIO, "bathyscope-machine could not make it");
  return 0;
}

static bool
failed_lately (const struct place *p)
{
  struct stat st;

  return fstatat (p->folder, p->failed, &st, AT_SYMLINK_NOFOLLOW) == 0
    && time (NULL) - st.st_mtime < FAILED_SECONDS;
}

void
template_after_launch (guestfs_h *g)
{
  const struct machine *m = g->machine;
  CLEANUP_PLACE struct place p = PLACE_INIT;
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_FREE char *key = NULL;
  CLEANUP_CLOSE int fd = -1;

  if (m->resumed || !m->engine || strcmp (m->engine, "kvm") != 0
      || !template_applies (g, m->engine)
      || find_place (g, true, &p, NULL) == -1)
    return;
  /* The one that was not used is of no use, unless it has just been made. */
  if (!m->has_template && (fd = template_open (g, &p.appliance, &key)) >= 0)
    return;
  (void) unlinkat (p.folder, p.name, 0);
  if (failed_lately (&p))
    return;
  events_debug (g, "launch: making a template for the next one");
  if (make (g, &p, true, &err) == -1)
    events_debug (g, "launch: no template: %s", err.message);
}

int
impl_internal_prepare (guestfs_h *g, struct error *err)
{
  CLEANUP_PLACE struct place p = PLACE_INIT;

  if (!template_applies (g, settings_engine (g->settings.backend)))
    return error_set (err, ENOTSUP, "machines with these settings do not start "
                                    "from templates");
  if (find_place (g, true, &p, err) == -1)
    return -1;
  (void) unlinkat (p.folder, p.failed, 0);
  return make (g, &p, false, err);
}
