/* Selectors of passwords and keys: see values.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"
#include "io.h"
#include "prefix.h"
#include "secret.h"
#include "strbuf.h"
#include "values.h"

/* The text of a file; free it with secret_free when it is secret. */
static char *
read_text (const char *file, bool secret, struct error *err)
{
  CLEANUP_CLOSE int fd = open (file, O_RDONLY | O_CLOEXEC);
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;

  b.secret = secret;
  if (fd == -1 || read_rest (fd, GUEST_TEXT_MAX, &b) == -1) {
    error_errno (err, "%s", file);
    return NULL;
  }
  if (strlen (b.data) != b.len) {
    error_set (err, EINVAL, "%s is not a text file", file);
    return NULL;
  }
  return strbuf_take (&b);
}

static char *
cut_line (char *text)
{
  if (text)
    text[strcspn (text, "\r\n")] = '\0';
  return text;
}

char *
local_text (const char *file, struct error *err)
{
  return read_text (file, false, err);
}

char *
secret_text (const char *file, struct error *err)
{
  return read_text (file, true, err);
}

char *
first_line (const char *file, struct error *err)
{
  return cut_line (read_text (file, false, err));
}

void
password_release (struct password *p)
{
  secret_free (p->text);
  memset (p, 0, sizeof *p);
}

int
password_parse (char *selector, struct password *ret, struct error *err)
{
  struct password p = { .kind = PASSWORD_TEXT };
  char *rest, *s = selector;

  if (strcmp (s, "locked") == 0 || strcmp (s, "locked:disabled") == 0) {
    *ret = (struct password) { .kind = PASSWORD_DISABLED, .locked = true };
    return 0;
  }
  if ((rest = skip_prefix (s, "locked:"))) {
    p.locked = true;
    s = rest;
  }
  if (strcmp (s, "disabled") == 0)
    p.kind = PASSWORD_DISABLED;
  else if (strcmp (s, "random") == 0)
    p.kind = PASSWORD_RANDOM;
  else if ((rest = skip_prefix (s, "file:"))) {
    p.text = cut_line (read_text (rest, true, err));
    if (!p.text)
      return -1;
  }
  else if ((rest = skip_prefix (s, "password:"))) {
    p.text = secret_dup (rest);
    secret_wipe (rest);
    if (!p.text)
      return error_errno (err, "password");
  }
  else
    return error_set (err, EINVAL, "what was given is none of file:NAME, "
                      "password:TEXT, random, disabled, locked, locked:...");
  *ret = p;
  return 0;
}

int
crypto_parse (const char *name, enum password_crypto *ret, struct error *err)
{
  static const struct { const char *name; enum password_crypto crypto; } all[] = {
    { "md5", CRYPTO_MD5 }, { "sha256", CRYPTO_SHA256 },
    { "sha512", CRYPTO_SHA512 }, { "yescrypt", CRYPTO_YESCRYPT },
  };
  size_t i;

  for (i = 0; i < sizeof all / sizeof *all; ++i)
    if (strcmp (name, all[i].name) == 0) {
      *ret = all[i].crypto;
      return 0;
    }
  return error_set (err, EINVAL, "\"%s\" is none of md5, sha256, sha512, yescrypt",
                    name);
}

/* The newest of the user's public keys. */
static char *
own_key (struct error *err)
{
  const char *home = getenv ("HOME");
  CLEANUP_FREE char *pattern = NULL;
  const char *newest = NULL;
  struct stat st;
  time_t when = 0;
  char *key = NULL;
  glob_t found;
  size_t i;

  pattern = xasprintf ("%s/.ssh/id*.pub", home ? home : "");
  if (glob (pattern, 0, NULL, &found) != 0) {
    error_set (err, ENOENT, "there is no public key %s; name one with USER:file:NAME",
               pattern);
    return NULL;
  }
  for (i = 0; i < found.gl_pathc; ++i)
    if (stat (found.gl_pathv[i], &st) == 0
        && (!newest || st.st_mtime > when)) {
      newest = found.gl_pathv[i];
      when = st.st_mtime;
    }
  if (newest)
    key = local_text (newest, err);
  else
    error_errno (err, "%s", pattern);
  globfree (&found);
  return key;
}

char *
ssh_key_parse (const char *selector, struct error *err)
{
  const char *rest;
  char *key;
  size_t len;

  if (!selector)
    key = own_key (err);
  else if ((rest = skip_prefix (selector, "file:")))
    key = local_text (rest, err);
  else if ((rest = skip_prefix (selector, "string:")))
    key = xstrdup (rest);
  else {
    error_set (err, EINVAL, "\"%s\" is none of file:NAME, string:TEXT",
               selector);
    return NULL;
  }
  if (!key)
    return NULL;
  for (len = strlen (key); len > 0 && strchr (" \t\r\n", key[len - 1]); --len)
    key[len - 1] = '\0';
  if (len == 0) {
    error_set (err, EINVAL, "the key is empty");
    free (key);
    return NULL;
  }
  return key;
}
