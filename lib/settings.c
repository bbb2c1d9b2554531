/* Properties of a handle that are set and read by name.  Most are one line;
 * those with rules (directories, backends, sizes) come first.
 */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "impl.h"
#include "machine.h"
#include "prefix.h"
#include "settings.h"

int
settings_init (struct settings *s)
{
  *s = (struct settings) {
    .path = strdup (APPLIANCE_PATH),
    .program = strdup (program_invocation_short_name),
    .identifier = strdup (""),
    .backend = strdup ("auto"),
    .backend_settings = calloc (1, sizeof (char *)),
    .memsize = MEMSIZE_DEFAULT,
    .smp = 1,
    .autosync = true,
    .recovery_proc = true,
    .template = true,
  };
  return s->path && s->program && s->identifier && s->backend
    && s->backend_settings ? 0 : -1;
}

void
settings_release (struct settings *s)
{
  free (s->path);
  free (s->hv);
  free (s->append);
  free (s->program);
  free (s->identifier);
  free (s->backend);
  strings_free (s->backend_settings);
  free (s->tmpdir);
  free (s->cachedir);
  free (s->env_tmpdir);
  free (s->env_runtimedir);
  free (s->env_cachehome);
  free (s->env_home);
  *s = (struct settings) { .path = NULL };
}

/* Replace an owned string by a copy of `value`, which may be NULL. */
static int
replace (char **field, const char *value, struct error *err)
{
  char *copy = value ? strdup (value) : NULL;

  if (value && !copy)
    return error_errno (err, "setting");
  free (*field);
  *field = copy;
  return 0;
}

static char *
copy_string (const char *value, struct error *err)
{
  char *ret = strdup (value);

  if (!ret)
    error_errno (err, "strdup");
  return ret;
}

/* --- directories --------------------------------------------------------- */

static int
replace_directory (char **field, const char *value, struct error *err)
{
  CLEANUP_FREE char *resolved = NULL;
  struct stat st;

  if (!value)
    return replace (field, NULL, err);
  resolved = realpath (value, NULL);
  if (!resolved || stat (resolved, &st) == -1)
    return error_errno (err, "%s", value);
  if (!S_ISDIR (st.st_mode))
    return error_set (err, ENOTDIR, "%s: this is not a directory", value);
  free (*field);
  *field = TAKE_PTR (resolved);
  return 0;
}

const char *
settings_tmpdir (const struct settings *s)
{
  return s->tmpdir ? s->tmpdir : s->env_tmpdir ? s->env_tmpdir : "/tmp";
}

const char *
settings_cachedir (const struct settings *s)
{
  return s->cachedir ? s->cachedir : s->env_tmpdir ? s->env_tmpdir
    : "/var/tmp";
}

int
impl_set_tmpdir (guestfs_h *g, const char *tmpdir, struct error *err)
{
  return replace_directory (&g->settings.tmpdir, tmpdir, err);
}

char *
impl_get_tmpdir (guestfs_h *g, struct error *err)
{
  return copy_string (settings_tmpdir (&g->settings), err);
}

int
impl_set_cachedir (guestfs_h *g, const char *cachedir, struct error *err)
{
  return replace_directory (&g->settings.cachedir, cachedir, err);
}

char *
impl_get_cachedir (guestfs_h *g, struct error *err)
{
  return copy_string (settings_cachedir (&g->settings), err);
}

char *
impl_get_sockdir (guestfs_h *g, struct error *err)
{
  const char *dir = g->settings.env_runtimedir;

  return copy_string (dir ? dir : "/tmp", err);
}

int
impl_set_path (guestfs_h *g, const char *searchpath, struct error *err)
{
  return replace (&g->settings.path, searchpath ? searchpath : APPLIANCE_PATH,
                  err);
}

const char *
impl_get_path (guestfs_h *g, struct error *err)
{
  return g->settings.path;
}

/* --- backends ------------------------------------------------------------ */

const char *
settings_engine (const char *backend)
{
  if (strcmp (backend, "kvm") == 0)
    return "kvm";
  if (strcmp (backend, "uml") == 0)
    return "uml";
  /* The rest are libguestfs's names for ways to run a virtual machine. */
  if (strcmp (backend, "auto") == 0
      || strcmp (backend, "direct") == 0
      || strcmp (backend, "appliance") == 0
      || strcmp (backend, "libvirt") == 0
      || has_prefix (backend, "libvirt:"))
    return "auto";
  return NULL;
}

int
impl_set_backend (guestfs_h *g, const char *backend, struct error *err)
{
  if (!settings_engine (backend))
    return error_set (err, EINVAL, "invalid backend: %s "
                      "(use auto, kvm or uml)", backend);
  return replace (&g->settings.backend, backend, err);
}

char *
impl_get_backend (guestfs_h *g, struct error *err)
{
  return copy_string (g->settings.backend, err);
}

/* "appliance" is the attach method that became the direct backend. */
int
impl_set_attach_method (guestfs_h *g, const char *method, struct error *err)
{
  return impl_set_backend (g, strcmp (method, "appliance") == 0
                           ? "direct" : method, err);
}

char *
impl_get_attach_method (guestfs_h *g, struct error *err)
{
  const char *backend = g->settings.backend;

  return copy_string (strcmp (backend, "direct") == 0 ? "appliance" : backend,
                      err);
}

int
impl_set_backend_settings (guestfs_h *g, char *const *settings,
                           struct error *err)
{
  char **copy = strings_copy (settings);

  if (!copy)
    return error_errno (err, "setting");
  strings_free (g->settings.backend_settings);
  g->settings.backend_settings = copy;
  return 0;
}

char **
impl_get_backend_settings (guestfs_h *g, struct error *err)
{
  char **ret = strings_copy (g->settings.backend_settings);

  if (!ret)
    error_errno (err, "strdup");
  return ret;
}

/* The value when `setting` is called `name`, else NULL. */
static const char *
match_setting (const char *setting, const char *name)
{
  size_t len = strlen (name);

  if (strncmp (setting, name, len) != 0)
    return NULL;
  if (setting[len] == '\0')
    return "1";
  return setting[len] == '=' ? setting + len + 1 : NULL;
}

const char *
settings_backend_setting (const struct settings *s, const char *name)
{
  const char *value;
  size_t i;

  for (i = 0; s->backend_settings[i]; ++i) {
    value = match_setting (s->backend_settings[i], name);
    if (value)
      return value;
  }
  return NULL;
}

char *
impl_get_backend_setting (guestfs_h *g, const char *name, struct error *err)
{
  const char *value = settings_backend_setting (&g->settings, name);

  if (!value) {
    error_set (err, ESRCH, "there is no backend setting called %s", name);
    return NULL;
  }
  return copy_string (value, err);
}

int
impl_clear_backend_setting (guestfs_h *g, const char *name, struct error *err)
{
  char **settings = g->settings.backend_settings;
  size_t i, kept = 0;
  int removed = 0;

  for (i = 0; settings[i]; ++i)
    if (match_setting (settings[i], name)) {
      free (settings[i]);
      removed++;
    }
    else
      settings[kept++] = settings[i];
  settings[kept] = NULL;
  return removed;
}

int
impl_set_backend_setting (guestfs_h *g, const char *name, const char *val,
                          struct error *err)
{
  CLEANUP_STRLIST struct strlist l = STRLIST_INIT;
  char **settings;
  size_t i;

  for (i = 0; g->settings.backend_settings[i]; ++i)
    if (!match_setting (g->settings.backend_settings[i], name)
        && strlist_add (&l, g->settings.backend_settings[i]) == -1)
      return error_errno (err, "setting");
  if (strlist_addf (&l, "%s=%s", name, val) == -1
      || !(settings = strlist_take (&l)))
    return error_errno (err, "setting");
  strings_free (g->settings.backend_settings);
  g->settings.backend_settings = settings;
  return 0;
}

/* --- sizes and names ------------------------------------------------------ */

int
impl_set_call_timeout (guestfs_h *g, int seconds, struct error *err)
{
  if (seconds < 0)
    return error_set (err, EINVAL, "set_call_timeout: %d is not a number of "
                      "seconds", seconds);
  g->settings.call_timeout = seconds;
  return 0;
}

int
impl_get_call_timeout (guestfs_h *g, struct error *err)
{
  return g->settings.call_timeout;
}

int
impl_set_memsize (guestfs_h *g, int memsize, struct error *err)
{
  if (memsize < MEMSIZE_MIN)
    return error_set (err, EINVAL, "memory size %d is too small: "
                      "at least %d MB are needed", memsize, MEMSIZE_MIN);
  g->settings.memsize = memsize;
  return 0;
}

int
impl_get_memsize (guestfs_h *g, struct error *err)
{
  return g->settings.memsize;
}

int
impl_set_smp (guestfs_h *g, int smp, struct error *err)
{
  if (smp < 1 || smp > SMP_MAX)
    return error_set (err, EINVAL, "number of virtual CPUs %d is not between "
                      "1 and %d", smp, SMP_MAX);
  g->settings.smp = smp;
  return 0;
}

int
impl_get_smp (guestfs_h *g, struct error *err)
{
  return g->settings.smp;
}

int
impl_set_identifier (guestfs_h *g, const char *identifier, struct error *err)
{
  const char *p;

  for (p = identifier; *p; ++p)
    if (!isalnum ((unsigned char) *p) && *p != '-' && *p != '_')
      return error_set (err, EINVAL, "identifier must be made of letters, "
                        "digits, '-' and '_' only");
  return replace (&g->settings.identifier, identifier, err);
}

const char *
impl_get_identifier (guestfs_h *g, struct error *err)
{
  return g->settings.identifier;
}

int
impl_set_program (guestfs_h *g, const char *program, struct error *err)
{
  return replace (&g->settings.program, program, err);
}

const char *
impl_get_program (guestfs_h *g, struct error *err)
{
  return g->settings.program;
}

int
impl_set_append (guestfs_h *g, const char *append, struct error *err)
{
  return replace (&g->settings.append, append, err);
}

const char *
impl_get_append (guestfs_h *g, struct error *err)
{
  return g->settings.append;
}

int
impl_set_hv (guestfs_h *g, const char *hv, struct error *err)
{
  return replace (&g->settings.hv, hv, err);
}

int
impl_set_qemu (guestfs_h *g, const char *hv, struct error *err)
{
  return replace (&g->settings.hv, hv, err);
}

const char *
impl_get_qemu (guestfs_h *g, struct error *err)
{
  return g->settings.hv ? g->settings.hv : machine_program ();
}

char *
impl_get_hv (guestfs_h *g, struct error *err)
{
  return copy_string (impl_get_qemu (g, err), err);
}

/* --- switches -------------------------------------------------------------- */

#define SWITCH(name, field)                                     \
  int                                                           \
  impl_set_##name (guestfs_h *g, int value, struct error *err)  \
  {                                                             \
    g->field = value != 0;                                      \
    return 0;                                                   \
  }                                                             \
                                                                \
  int                                                           \
  impl_get_##name (guestfs_h *g, struct error *err)             \
  {                                                             \
    return g->field;                                            \
  }

SWITCH (autosync, settings.autosync)
SWITCH (direct, settings.direct)
SWITCH (network, settings.network)
SWITCH (pgroup, settings.pgroup)
SWITCH (recovery_proc, settings.recovery_proc)
SWITCH (selinux, settings.selinux)
SWITCH (trace, trace)
SWITCH (verbose, verbose)
