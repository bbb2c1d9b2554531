/* Operations on users: passwords, and keys of the secure shell. */

#include <config.h>

#include <crypt.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "types.h"

/* Passwords are set at the end, so that what runs in the guest before may add
 * the users. */
int
op_password (struct guest *guest, const struct operation *op,
             struct error *err)
{
  const char *user = op->words[0];
  size_t i;

  for (i = 0; i < guest->nr_passwords; ++i)
    if (strcmp (guest->passwords[i].user, user) == 0)
      break;
  if (i == guest->nr_passwords) {
    guest->passwords = xrealloc (guest->passwords, i + 1,
                                 sizeof *guest->passwords);
    ++guest->nr_passwords;
  }
  guest->passwords[i] = (struct password_change) { user, &op->password };
  return 0;
}

/* The crypt(5) prefix that this guest understands. */
static const char *
crypt_prefix (const struct guest *guest)
{
  static const struct { const char *distro; int md5_before, sha_before; } all[] = {
    { "debian", 5, 11 }, { "ubuntu", 9, 22 }, { "fedora", 9, 35 },
    { "rhel", 6, 10 }, { "centos", 6, 10 }, { "scientificlinux", 6, 10 },
    { "oraclelinux", 6, 10 }, { "rocky", 0, 10 }, { "almalinux", 0, 10 },
  };
  size_t i;

  switch (guest->list->crypto) {
  case CRYPTO_MD5: return "$1$";
  case CRYPTO_SHA256: return "$5$";
  case CRYPTO_SHA512: return "$6$";
  case CRYPTO_YESCRYPT: return "$y$";
  case CRYPTO_DEFAULT: break;
  }
  for (i = 0; i < sizeof all / sizeof *all; ++i)
    if (strcmp (guest->distro, all[i].distro) == 0)
      return guest->major < all[i].md5_before ? "$1$"
        : guest->major < all[i].sha_before ? "$6$" : "$y$";
  return "$6$";
}

static char *
encrypt_password (const struct guest *guest, const char *password,
                  struct error *err)
{
  char salt[CRYPT_GENSALT_OUTPUT_SIZE];
  struct crypt_data *data = calloc (1, sizeof *data);
  char *ret = NULL, *hash;

  if (!data || !crypt_gensalt_rn (crypt_prefix (guest), 0, NULL, 0, salt,
                                  sizeof salt))
    error_errno (err, "encrypting a password");
  else if (!(hash = crypt_r (password, salt, data)) || *hash == '*')
    error_set (err, errno, "the password cannot be encrypted");
  else
    ret = xstrdup (hash);
  if (data)
    explicit_bzero (data, sizeof *data);
  free (data);
  return ret;
}

/* 20 characters of 62 are 119 bits. */
static char *
random_password (struct error *err)
{
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789";
  char *ret = xmalloc (21);
  unsigned char byte;
  size_t n = 0;

  while (n < 20) {
    if (getrandom (&byte, 1, 0) != 1) {
      error_errno (err, "random numbers");
      free (ret);
      return NULL;
    }
    if (byte < 248) /* 4 * 62: each letter as likely as the others */
      ret[n++] = letters[byte % 62];
  }
  ret[n] = '\0';
  return ret;
}

/* What belongs into the field of /etc/shadow. */
static char *
password_field (const struct guest *guest, const struct password_change *change,
                struct error *err)
{
  const struct password *p = change->password;
  CLEANUP_FREE char *random = NULL, *hash = NULL;
  const char *lock = p->locked ? "!" : "";

  if (p->kind == PASSWORD_DISABLED)
    return xasprintf ("%s*", lock);
  if (p->kind == PASSWORD_RANDOM) {
    random = random_password (err);
    if (!random)
      return NULL;
  }
  hash = encrypt_password (guest, random ? random : p->text, err);
  if (!hash)
    return NULL;
  if (random)
    notice (guest->o, "Setting random password of %s to %s", change->user,
            random);
  return xasprintf ("%s%s", lock, hash);
}

struct field {
  const char *user;
  const char *field;
  bool found;
};

/* user:field:when:... */
static char *
set_field (const char *line, bool *ret_drop, void *data)
{
  struct field *f = data;
  size_t len = strlen (f->user);
  const char *rest;

  if (strncmp (line, f->user, len) != 0 || line[len] != ':')
    return NULL;
  f->found = true;
  rest = strchrnul (line + len + 1, ':');
  /* The day of the change, so that an old one does not ask for a new one. */
  if (*rest) {
    const char *after = strchrnul (rest + 1, ':');

    return xasprintf ("%s:%s:%" PRIdMAX "%s", f->user, f->field,
                      (intmax_t) time (NULL) / 86400, after);
  }
  return xasprintf ("%s:%s", f->user, f->field);
}

int
set_passwords (struct guest *guest, struct error *err)
{
  size_t i;

  if (guest->nr_passwords == 0)
    return 0;
  message (guest->o, "Setting passwords");
  if (!guest->is_linux || !guest_is_file (guest, "/etc/shadow"))
    return error_set (err, ENOTSUP, "--password: passwords cannot be set in "
                      "guests of type \"%s\" without /etc/shadow", guest->type);
  for (i = 0; i < guest->nr_passwords; ++i) {
    CLEANUP_FREE char *field
      = password_field (guest, &guest->passwords[i], err);
    struct field f = { .user = guest->passwords[i].user, .field = field };

    if (!field
        || guest_edit_lines (guest, "/etc/shadow", set_field, &f, err) == -1)
      return error_prefix (err, "--password");
    if (!f.found)
      return error_set (err, ENOENT, "--password: the guest has no user \"%s\"",
                        f.user);
  }
  return 0;
}

struct user {
  int64_t uid, gid;
  char *home;
};

static int
find_user (struct guest *guest, const char *name, struct user *ret,
           struct error *err)
{
  struct guestfs_inspect_user_list *users
    = guestfs_inspect_list_users (guest->g, guest->root);
  int r = -1;
  size_t i;

  if (!users)
    return guest_failed (guest, err);
  for (i = 0; i < users->len; ++i)
    if (strcmp (users->val[i].user_name, name) == 0)
      break;
  if (i == users->len)
    error_set (err, ENOENT, "the guest has no user \"%s\"", name);
  else if (users->val[i].user_home[0] != '/')
    error_set (err, EINVAL, "the user \"%s\" has no home folder", name);
  else {
    ret->uid = users->val[i].user_uid;
    ret->gid = users->val[i].user_gid;
    ret->home = xstrdup (users->val[i].user_home);
    r = 0;
  }
  guestfs_free_inspect_user_list (users);
  return r;
}

/* Has the file this line already? */
static bool
has_line (const char *text, const char *line)
{
  size_t len = strlen (line);
  const char *p;

  for (p = text; (p = strstr (p, line)); p += len)
    if ((p == text || p[-1] == '\n') && (p[len] == '\n' || !p[len]))
      return true;
  return false;
}

int
op_ssh_inject (struct guest *guest, const struct operation *op,
               struct error *err)
{
  struct user user = { .home = NULL };
  CLEANUP_FREE char *home = NULL, *folder = NULL, *path = NULL, *text = NULL;
  guestfs_h *g = guest->g;

  message (guest->o, "SSH key inject: %s", op->words[0]);
  if (!guest->is_linux && strstr (guest->type, "bsd") == NULL)
    return error_set (err, ENOTSUP, "keys cannot be put into guests of type "
                      "\"%s\"", guest->type);
  if (find_user (guest, op->words[0], &user, err) == -1)
    return -1;
  home = user.home;
  folder = xasprintf ("%s/.ssh", home);
  path = xasprintf ("%s/authorized_keys", folder);
  if (!guest_is_dir (guest, folder)
      && (guestfs_mkdir_p (g, home) == -1
          || guestfs_mkdir_mode (g, folder, 0700) == -1
          || guestfs_chown (g, user.uid, user.gid, folder) == -1))
    return guest_failed (guest, err);
  text = guest_read (guest, path, err);
  if (!text)
    return -1;
  if (!has_line (text, op->words[1])
      && guest_append_line (guest, path, op->words[1], err) == -1)
    return -1;
  if (guestfs_chmod (g, 0600, path) == -1
      || guestfs_chown (g, user.uid, user.gid, path) == -1)
    return guest_failed (guest, err);
  return 0;
}
