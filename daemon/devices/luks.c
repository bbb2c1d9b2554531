/* Encrypted devices: LUKS (both versions) and BitLocker, with libcryptsetup in
 * this process, so that keys are in no argument list.
 *
 * Keys arrive in the buffer of the call; each function wipes what it was given
 * before it returns.
 */

#include <config.h>

#include <errno.h>
#include <libcryptsetup.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "actions.h"
#include "dmname.h"
#include "prefix.h"
#include "probe.h"
#include "strbuf.h"
#include "sysblock.h"

/* What libcryptsetup says on the way to an error. */
struct context {
  struct crypt_device *cd;
  struct strbuf said;
};

#define CONTEXT_INIT { NULL, STRBUF_INIT }

static void
context_release (struct context *c)
{
  crypt_free (c->cd);
  strbuf_release (&c->said);
}

#define CLEANUP_CONTEXT CLEANUP (context_release)

static void
keep_message (int level, const char *text, void *data)
{
  struct context *c = data;

  if (level == CRYPT_LOG_ERROR && c->said.len < 4096)
    (void) strbuf_addstr (&c->said, text);
}

/* A key that the caller of the API gave; it is wiped, although const, because
 * the dispatcher frees the buffer without looking at it. */
static void
wipe (const char *key)
{
  explicit_bzero ((char *) key, strlen (key));
}

static int
failed (struct context *c, int r, const char *what, struct error *err)
{
  while (c->said.len && c->said.data[c->said.len - 1] == '\n')
    c->said.data[--c->said.len] = '\0';
  return error_set (err, -r, "%s: %s", what,
                    c->said.len ? c->said.data
                    : r == -EPERM ? "the key does not fit" : strerror (-r));
}

static int
context_open (struct context *c, const char *device, struct error *err)
{
  int r = crypt_init (&c->cd, device);

  if (r < 0)
    return failed (c, r, device, err);
  crypt_set_log_callback (c->cd, keep_message, c);
  return 0;
}

/* `type` NULL: whatever it is. */
static int
context_load (struct context *c, const char *device, const char *type,
              struct error *err)
{
  int r;

  if (context_open (c, device, err) == -1)
    return -1;
  r = crypt_load (c->cd, type, NULL);
  if (r < 0)
    return failed (c, r, device, err);
  return 0;
}

static int
check_slot (int keyslot, struct error *err)
{
  if (keyslot < 0 || keyslot > 31)
    return error_set (err, EINVAL, "there is no key slot %d", keyslot);
  return 0;
}

/* --- making ------------------------------------------------------------------ */

/* How keys are hashed: the second choice of RFC 9106, section 4, with one more
 * pass, the least that the library takes.  Left alone it would measure what half
 * of the memory of this machine allows; that takes long, most of all with uml,
 * and the device has to open in machines that have less. */
static const struct crypt_pbkdf_type pbkdf = {
  .type = CRYPT_KDF_ARGON2ID, .hash = "sha256", .iterations = 4,
  .max_memory_kb = 64 * 1024, .parallel_threads = 4,
  .flags = CRYPT_PBKDF_NO_BENCHMARK,
};

static int
set_pbkdf (struct context *c, const char *device, struct error *err)
{
  int r;

  /* LUKS1 has another function, with settings of its own. */
  if (strcmp (crypt_get_type (c->cd) ? crypt_get_type (c->cd) : CRYPT_LUKS2,
              CRYPT_LUKS2) != 0)
    return 0;
  r = crypt_set_pbkdf_type (c->cd, &pbkdf);
  return r < 0 ? failed (c, r, device, err) : 0;
}

/* "aes-xts-plain64" to the name of the cipher and its mode. */
static int
format (const char *device, const char *key, int keyslot, const char *cipher,
        struct error *err)
{
  CLEANUP_CONTEXT struct context c = CONTEXT_INIT;
  CLEANUP_FREE char *name = strdup (cipher);
  char *dash = name ? strchr (name, '-') : NULL;
  bool is_xts;
  int r;

  if (!name)
    return error_errno (err, "%s", device);
  if (check_slot (keyslot, err) == -1)
    return -1;
  if (!dash || dash == name || !dash[1])
    return error_set (err, EINVAL, "\"%s\" is not a cipher such as "
                      "aes-xts-plain64", cipher);
  *dash = '\0';
  if (context_open (&c, device, err) == -1
      || set_pbkdf (&c, device, err) == -1)
    return -1;
  /* XTS takes two keys. */
  is_xts = has_prefix (dash + 1, "xts");
  r = crypt_format (c.cd, CRYPT_LUKS2, name, dash + 1, NULL, NULL,
                    is_xts ? 64 : 32, NULL);
  if (r < 0)
    return failed (&c, r, device, err);
  r = crypt_keyslot_add_by_volume_key (c.cd, keyslot, NULL, 0, key,
                                       strlen (key));
  if (r < 0)
    return failed (&c, r, device, err);
  return 0;
}

int
do_luks_format_cipher (const char *device, const char *key, int keyslot,
                       const char *cipher, struct error *err)
{
  int r = format (device, key, keyslot, cipher, err);

  wipe (key);
  return r;
}

int
do_luks_format (const char *device, const char *key, int keyslot,
                struct error *err)
{
  return do_luks_format_cipher (device, key, keyslot, "aes-xts-plain64", err);
}

/* --- opening and closing ------------------------------------------------------- */

static const struct {
  const char *name, *type;
} crypt_types[] = {
  { "luks", CRYPT_LUKS }, { "luks1", CRYPT_LUKS1 }, { "luks2", CRYPT_LUKS2 },
  { "bitlk", CRYPT_BITLK }, { "tcrypt", CRYPT_TCRYPT },
};

/* What to load, by the caller's word or by what is on the device.  CRYPT_LUKS,
 * either version of it, is NULL. */
static int
find_type (const char *crypttype, const char *device, const char **ret,
           struct error *err)
{
  CLEANUP_FREE char *found = NULL;
  size_t i;

  if (!crypttype) {
    found = probe_value (device, "TYPE", err);
    if (!found)
      return -1;
    if (strcmp (found, "crypto_LUKS") == 0)
      *ret = CRYPT_LUKS;
    else if (strcmp (found, "BitLocker") == 0)
      *ret = CRYPT_BITLK;
    else
      return error_set (err, EINVAL, "%s is not an encrypted device", device);
    return 0;
  }
  for (i = 0; i < sizeof crypt_types / sizeof crypt_types[0]; ++i)
    if (strcmp (crypt_types[i].name, crypttype) == 0) {
      *ret = crypt_types[i].type;
      return 0;
    }
  return error_set (err, EINVAL, "unknown type of encryption \"%s\"",
                    crypttype);
}

static int
open_device (const char *device, const char *key, const char *mapname,
             bool readonly, const char *crypttype, struct error *err)
{
  CLEANUP_CONTEXT struct context c = CONTEXT_INIT;
  struct crypt_params_tcrypt tcrypt = {
    .passphrase = key, .passphrase_size = strlen (key),
    .flags = CRYPT_TCRYPT_LEGACY_MODES | CRYPT_TCRYPT_VERA_MODES,
  };
  uint32_t flags = readonly ? CRYPT_ACTIVATE_READONLY : 0;
  const char *type = NULL;
  int r;

  if (dm_check_map_name (mapname, err) == -1
      || find_type (crypttype, device, &type, err) == -1)
    return -1;
  if (!type || strcmp (type, CRYPT_TCRYPT) != 0) {
    if (context_load (&c, device, type, err) == -1)
      return -1;
    r = crypt_activate_by_passphrase (c.cd, mapname, CRYPT_ANY_SLOT, key,
                                      strlen (key), flags);
    /* Of BitLocker, that is what it says when no key fits. */
    if (r == -EINVAL && c.said.len == 0 && type
        && strcmp (type, CRYPT_BITLK) == 0)
      r = -EPERM;
  } else {
    if (context_open (&c, device, err) == -1)
      return -1;
    r = crypt_load (c.cd, type, &tcrypt);
    if (r >= 0)
      r = crypt_activate_by_volume_key (c.cd, mapname, NULL, 0, flags);
  }
  if (r < 0)
    return failed (&c, r, device, err);
  return 0;
}

int
do_cryptsetup_open (const char *device, const char *key, const char *mapname,
                    const struct guestfs_cryptsetup_open_argv *o,
                    struct error *err)
{
  int r;

  if (o->bitmask & GUESTFS_CRYPTSETUP_OPEN_CIPHER_BITMASK)
    r = error_set (err, ENOTSUP, "cipher: the types of encryption that can be "
                   "opened name theirs in a header");
  else
    r = open_device (device, key, mapname,
                     (o->bitmask & GUESTFS_CRYPTSETUP_OPEN_READONLY_BITMASK)
                     && o->readonly,
                     o->bitmask & GUESTFS_CRYPTSETUP_OPEN_CRYPTTYPE_BITMASK
                     ? o->crypttype : NULL, err);
  wipe (key);
  return r;
}

int
do_luks_open (const char *device, const char *key, const char *mapname,
              struct error *err)
{
  int r = open_device (device, key, mapname, false, "luks", err);

  wipe (key);
  return r;
}

int
do_luks_open_ro (const char *device, const char *key, const char *mapname,
                 struct error *err)
{
  int r = open_device (device, key, mapname, true, "luks", err);

  wipe (key);
  return r;
}

int
do_cryptsetup_close (const char *device, struct error *err)
{
  CLEANUP_FREE char *name = sysblock_canonical (device, err);
  const char *mapped;
  int r;

  if (!name)
    return -1;
  mapped = skip_prefix (name, "/dev/mapper/");
  if (!mapped)
    return error_set (err, EINVAL, "%s is not an open encrypted device",
                      device);
  r = crypt_deactivate (NULL, mapped);
  if (r < 0)
    return error_set (err, -r, "%s: %s", device, strerror (-r));
  return 0;
}

int
do_luks_close (const char *device, struct error *err)
{
  return do_cryptsetup_close (device, err);
}

/* --- keys ---------------------------------------------------------------------- */

int
do_luks_add_key (const char *device, const char *key, const char *newkey,
                 int keyslot, struct error *err)
{
  CLEANUP_CONTEXT struct context c = CONTEXT_INIT;
  int r = check_slot (keyslot, err);

  if (r == 0)
    r = context_load (&c, device, CRYPT_LUKS, err);
  if (r == 0)
    r = set_pbkdf (&c, device, err);
  if (r == 0) {
    r = crypt_keyslot_add_by_passphrase (c.cd, keyslot, key, strlen (key),
                                         newkey, strlen (newkey));
    r = r < 0 ? failed (&c, r, device, err) : 0;
  }
  wipe (key);
  wipe (newkey);
  return r;
}

/* The key that remains has to be known: it must open another slot. */
int
do_luks_kill_slot (const char *device, const char *key, int keyslot,
                   struct error *err)
{
  CLEANUP_CONTEXT struct context c = CONTEXT_INIT;
  int r = check_slot (keyslot, err);

  if (r == 0)
    r = context_load (&c, device, CRYPT_LUKS, err);
  if (r == 0) {
    int opened = crypt_activate_by_passphrase (c.cd, NULL, CRYPT_ANY_SLOT, key,
                                               strlen (key), 0);

    if (opened < 0)
      r = failed (&c, opened, device, err);
    else if (opened == keyslot)
      r = error_set (err, EINVAL, "%s: this is the key of slot %d itself",
                     device, keyslot);
    else {
      r = crypt_keyslot_destroy (c.cd, keyslot);
      r = r < 0 ? failed (&c, r, device, err) : 0;
    }
  }
  wipe (key);
  return r;
}

char *
do_luks_uuid (const char *device, struct error *err)
{
  CLEANUP_CONTEXT struct context c = CONTEXT_INIT;
  const char *uuid;
  char *ret;

  if (context_load (&c, device, CRYPT_LUKS, err) == -1)
    return NULL;
  uuid = crypt_get_uuid (c.cd);
  ret = strdup (uuid ? uuid : "");
  if (!ret)
    error_errno (err, "%s", device);
  return ret;
}
