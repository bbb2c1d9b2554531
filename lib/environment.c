/* Settings from environment variables (guestfs_parse_environment). */

#include <config.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "impl.h"
#include "settings.h"

extern char **environ;

static int
parse_bool (const char *value)
{
  static const char *const yes[] = { "1", "true", "t", "yes", "y", "on" };
  static const char *const no[] = { "0", "false", "f", "no", "n", "off" };
  size_t i;

  for (i = 0; i < sizeof yes / sizeof yes[0]; ++i) {
    if (strcasecmp (value, yes[i]) == 0)
      return 1;
    if (strcasecmp (value, no[i]) == 0)
      return 0;
  }
  return -1;
}

static int
not_bool (const char *name, const char *value, struct error *err)
{
  return error_set (err, EINVAL, "%s=%s: this is neither true (1) nor "
                    "false (0)", name, value);
}

static int
parse_debug (guestfs_h *g, const char *value, struct error *err)
{
  int b = parse_bool (value);

  if (b == -1)
    return not_bool ("LIBGUESTFS_DEBUG", value, err);
  return impl_set_verbose (g, b, err);
}

static int
parse_trace (guestfs_h *g, const char *value, struct error *err)
{
  int b = parse_bool (value);

  if (b == -1)
    return not_bool ("LIBGUESTFS_TRACE", value, err);
  return impl_set_trace (g, b, err);
}

static int
parse_count (const char *name, const char *value, const char *unit, int *ret,
             struct error *err)
{
  char *end;
  long n;

  errno = 0;
  n = strtol (value, &end, 10);
  if (errno || end == value || *end || n < 0 || n > INT_MAX)
    return error_set (err, EINVAL, "%s=%s: this is not a number of %s", name,
                      value, unit);
  *ret = n;
  return 0;
}

static int
parse_memsize (guestfs_h *g, const char *value, struct error *err)
{
  int n;

  if (parse_count ("LIBGUESTFS_MEMSIZE", value, "megabytes", &n, err) == -1)
    return -1;
  return impl_set_memsize (g, n, err);
}

static int
parse_call_timeout (guestfs_h *g, const char *value, struct error *err)
{
  int n;

  if (parse_count ("BATHYSCOPE_CALL_TIMEOUT", value, "seconds", &n, err) == -1)
    return -1;
  return impl_set_call_timeout (g, n, err);
}

static int
parse_backend_settings (guestfs_h *g, const char *value, struct error *err)
{
  CLEANUP_STRLIST struct strlist l = STRLIST_INIT;
  const char *p = value;

  while (*p) {
    size_t len = strcspn (p, ":");

    if (len > 0 && strlist_addf (&l, "%.*s", (int) len, p) == -1)
      return error_errno (err, "LIBGUESTFS_BACKEND_SETTINGS");
    p += len;
    if (*p == ':')
      p++;
  }
  if (l.len == 0)
    return impl_set_backend_settings (g, (char *[]) { NULL }, err);
  return impl_set_backend_settings (g, l.items, err);
}

static int
keep (char **field, const char *value, struct error *err)
{
  char *copy = strdup (value);

  if (!copy)
    return error_errno (err, "environment");
  free (*field);
  *field = copy;
  return 0;
}

static int
parse_template (guestfs_h *g, const char *value, struct error *err)
{
  int b = parse_bool (value);

  if (b == -1)
    return not_bool ("BATHYSCOPE_TEMPLATE", value, err);
  g->settings.template = b;
  return 0;
}

/* Of other words none means what its author hopes. */
static int
parse_sandbox (guestfs_h *g, const char *value, struct error *err)
{
  if (strcmp (value, "optional") != 0 && strcmp (value, "required") != 0)
    return error_set (err, EINVAL, "BATHYSCOPE_SANDBOX=%s: this is neither "
                      "required nor optional", value);
  g->settings.sandbox_optional = strcmp (value, "optional") == 0;
  return 0;
}

static int
keep_tmpdir (guestfs_h *g, const char *value, struct error *err)
{
  return keep (&g->settings.env_tmpdir, value, err);
}

static int
keep_runtimedir (guestfs_h *g, const char *value, struct error *err)
{
  return keep (&g->settings.env_runtimedir, value, err);
}

static int
keep_cachehome (guestfs_h *g, const char *value, struct error *err)
{
  return keep (&g->settings.env_cachehome, value, err);
}

static int
keep_home (guestfs_h *g, const char *value, struct error *err)
{
  return keep (&g->settings.env_home, value, err);
}

/* Where two variables set the same, the later row wins. */
static const struct variable {
  const char *name;
  int (*parse) (guestfs_h *g, const char *value, struct error *err);
} variables[] = {
  { "TMPDIR", keep_tmpdir },
  { "XDG_RUNTIME_DIR", keep_runtimedir },
  { "XDG_CACHE_HOME", keep_cachehome },
  { "HOME", keep_home },
  { "LIBGUESTFS_TRACE", parse_trace },
  { "LIBGUESTFS_DEBUG", parse_debug },
  { "LIBGUESTFS_TMPDIR", impl_set_tmpdir },
  { "LIBGUESTFS_CACHEDIR", impl_set_cachedir },
  { "LIBGUESTFS_PATH", impl_set_path },
  { "LIBGUESTFS_QEMU", impl_set_hv },
  { "LIBGUESTFS_HV", impl_set_hv },
  { "LIBGUESTFS_APPEND", impl_set_append },
  { "LIBGUESTFS_MEMSIZE", parse_memsize },
  { "BATHYSCOPE_CALL_TIMEOUT", parse_call_timeout },
  { "LIBGUESTFS_ATTACH_METHOD", impl_set_attach_method },
  { "LIBGUESTFS_BACKEND", impl_set_backend },
  { "LIBGUESTFS_BACKEND_SETTINGS", parse_backend_settings },
  { "BATHYSCOPE_TEMPLATE", parse_template },
  { "BATHYSCOPE_SANDBOX", parse_sandbox },
};

static const char *
lookup (char *const *environment, const char *name)
{
  size_t i, len = strlen (name);

  for (i = 0; environment[i]; ++i)
    if (strncmp (environment[i], name, len) == 0
        && environment[i][len] == '=')
      return environment[i] + len + 1;
  return NULL;
}

/* All variables are tried; the first fault is reported.  An empty variable is
 * as good as none. */
int
impl_parse_environment_list (guestfs_h *g, char *const *environment,
                             struct error *err)
{
  int r = 0;
  size_t i;

  for (i = 0; i < sizeof variables / sizeof variables[0]; ++i) {
    const char *value = lookup (environment, variables[i].name);

    if (value && *value && variables[i].parse (g, value, err) == -1)
      r = -1;
  }
  return r;
}

int
impl_parse_environment (guestfs_h *g, struct error *err)
{
  return impl_parse_environment_list (g, environ, err);
}
