/* What libvirt asks before it lets us in (guestfs_*_libvirt_*credential*).
 *
 * A program says which kinds of question it can answer, and registers for the
 * event LIBVIRT_AUTH.  While the event is delivered it reads the questions and
 * sets the answers; at other times these calls fail.
 */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "events.h"
#include "impl.h"
#include "libvirt-auth.h"

/* By libvirt's numbers. */
static const char *const types[] = {
  NULL, "username", "authname", "language", "cnonce", "passphrase",
  "echoprompt", "noechoprompt", "realm", "external",
};

#define NR_TYPES ((int) (sizeof types / sizeof types[0]))

static int
type_number (const char *name)
{
  for (int i = 1; i < NR_TYPES; i++)
    if (strcmp (types[i], name) == 0)
      return i;
  return -1;
}

int
impl_set_libvirt_supported_credentials (guestfs_h *g, char *const *creds,
                                        struct error *err)
{
  unsigned mask = 0;

  for (size_t i = 0; creds[i]; i++) {
    int type = type_number (creds[i]);

    if (type == -1)
      return error_set (err, EINVAL, "creds: there is no kind of credential "
                        "called %s", creds[i]);
    mask |= 1U << type;
  }
  g->libvirt_credentials = mask;
  return 0;
}

static int
check_asked (guestfs_h *g, struct error *err)
{
  if (g->libvirt_asked)
    return 0;
  return error_set (err, EINVAL, "this can only be called while the event "
                    "LIBVIRT_AUTH is delivered");
}

static struct virt_credential *
question (guestfs_h *g, int index, struct error *err)
{
  if (check_asked (g, err) == -1)
    return NULL;
  if (index < 0 || (unsigned) index >= g->nr_libvirt_asked) {
    error_set (err, EINVAL, "index: %d is not the number of a question: there "
               "are %u", index, g->nr_libvirt_asked);
    return NULL;
  }
  return &g->libvirt_asked[index];
}

char **
impl_get_libvirt_requested_credentials (guestfs_h *g, struct error *err)
{
  CLEANUP_STRLIST struct strlist l = STRLIST_INIT;
  char **ret;

  if (check_asked (g, err) == -1)
    return NULL;
  for (unsigned i = 0; i < g->nr_libvirt_asked; i++) {
    int type = g->libvirt_asked[i].type;

    if (strlist_add (&l, type > 0 && type < NR_TYPES ? types[type]
                     : "unknown") == -1) {
      error_errno (err, "credentials");
      return NULL;
    }
  }
  ret = strlist_take (&l);
  if (!ret)
    error_errno (err, "credentials");
  return ret;
}

static char *
text_or_nothing (const char *text, struct error *err)
{
  char *ret = strdup (text ? text : "");

  if (!ret)
    error_errno (err, "strdup");
  return ret;
}

char *
impl_get_libvirt_requested_credential_prompt (guestfs_h *g, int index,
                                              struct error *err)
{
  const struct virt_credential *c = question (g, index, err);

  return c ? text_or_nothing (c->prompt, err) : NULL;
}

char *
impl_get_libvirt_requested_credential_challenge (guestfs_h *g, int index,
                                                 struct error *err)
{
  const struct virt_credential *c = question (g, index, err);

  return c ? text_or_nothing (c->challenge, err) : NULL;
}

char *
impl_get_libvirt_requested_credential_defresult (guestfs_h *g, int index,
                                                 struct error *err)
{
  const struct virt_credential *c = question (g, index, err);

  return c ? text_or_nothing (c->defresult, err) : NULL;
}

int
impl_set_libvirt_requested_credential (guestfs_h *g, int index,
                                       const char *cred, size_t cred_size,
                                       struct error *err)
{
  struct virt_credential *c = question (g, index, err);
  char *answer;

  if (!c)
    return -1;
  if (cred_size >= UINT32_MAX)
    return error_set (err, EINVAL, "cred: %zu bytes are too many", cred_size);
  answer = malloc (cred_size + 1);
  if (!answer)
    return error_errno (err, "cred");
  if (cred_size > 0)
    memcpy (answer, cred, cred_size);
  answer[cred_size] = '\0';
  free (c->result);
  c->result = answer;
  c->result_size = cred_size;
  return 0;
}

/* --- libvirt's side ---------------------------------------------------------- */

struct asking {
  guestfs_h *g;
  const char *uri;
};

static int
ask (struct virt_credential *creds, unsigned nr, void *opaque)
{
  const struct asking *a = opaque;
  guestfs_h *g = a->g;

  if (nr == 0)
    return 0;
  for (unsigned i = 0; i < nr; i++) {
    creds[i].result = NULL;
    creds[i].result_size = 0;
  }
  g->libvirt_asked = creds;
  g->nr_libvirt_asked = nr;
  events_call_message (g, GUESTFS_EVENT_LIBVIRT_AUTH, a->uri,
                       strlen (a->uri));
  g->libvirt_asked = NULL;
  g->nr_libvirt_asked = 0;
  /* No answer is an empty one; whether that is good, libvirt says. */
  for (unsigned i = 0; i < nr; i++)
    if (!creds[i].result) {
      creds[i].result = strdup ("");
      if (!creds[i].result)
        return -1;
    }
  return 0;
}

/* Errors are returned; nothing is printed. */
static void
no_message (void *data, void *error)
{
}

void *
libvirt_auth_open (guestfs_h *g, const struct libvirt *v, const char *uri,
                   unsigned flags, struct error *err)
{
  struct asking a = { g, uri ? uri : "" };
  int wanted[NR_TYPES];
  struct virt_auth ours = { wanted, 0, ask, &a };
  struct virt_auth *auth = &ours;
  void *conn;

  for (int i = 1; i < NR_TYPES; i++)
    if (g->libvirt_credentials >> i & 1)
      wanted[ours.nr_types++] = i;
  if (!events_wanted (g, GUESTFS_EVENT_LIBVIRT_AUTH))
    auth = *v->default_auth;
  conn = v->ConnectOpenAuth (uri, auth, flags);
  if (!conn) {
    libvirt_error (v, err, "%s%sno connection to libvirt", uri ? uri : "",
                   uri ? ": " : "");
    return NULL;
  }
  v->ConnSetErrorFunc (conn, NULL, no_message);
  return conn;
}
