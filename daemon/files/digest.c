/* Digests: see checksum.h.  The CRC is that of POSIX cksum (ISO/IEC 8802-3
 * polynomial, most significant bit first, length appended). */

#include <config.h>

#include <errno.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "checksum.h"

static uint32_t crc_table[256];

static void
make_crc_table (void)
{
  unsigned i, bit;

  for (i = 0; i < 256; i++) {
    uint32_t c = i << 24;

    for (bit = 0; bit < 8; bit++)
      c = c & 0x80000000 ? c << 1 ^ 0x04c11db7 : c << 1;
    crc_table[i] = c;
  }
}

static uint32_t
crc_add (uint32_t crc, const unsigned char *p, size_t len)
{
  while (len-- > 0)
    crc = crc << 8 ^ crc_table[(crc >> 24 ^ *p++) & 255];
  return crc;
}

static uint32_t
crc_finish (uint32_t crc, uint64_t len)
{
  for (; len > 0; len >>= 8) {
    unsigned char byte = len & 255;

    crc = crc_add (crc, &byte, 1);
  }
  return ~crc;
}

static const struct digest_type {
  const char *name;
  const EVP_MD *(*md) (void);
} types[] = {
  { "crc", NULL }, { "md5", EVP_md5 }, { "sha1", EVP_sha1 },
  { "sha224", EVP_sha224 }, { "sha256", EVP_sha256 },
  { "sha384", EVP_sha384 }, { "sha512", EVP_sha512 },
};

static const struct digest_type *
find_type (const char *name)
{
  size_t i;

  for (i = 0; i < sizeof types / sizeof types[0]; i++)
    if (strcmp (types[i].name, name) == 0)
      return &types[i];
  return NULL;
}

int
digest_init (struct digest *d, const char *type, struct error *err)
{
  const struct digest_type *t = find_type (type);

  *d = (struct digest) { .type = NULL };
  if (!t)
    return error_set (err, EINVAL, "%s: not a checksum type; it is one of crc "
                      "md5 sha1 sha224 sha256 sha384 sha512", type);
  d->type = t->name;
  if (t->md && !(d->evp = EVP_MD_CTX_new ()))
    return error_set (err, ENOMEM, "%s: out of memory", type);
  return digest_restart (d, err);
}

int
digest_restart (struct digest *d, struct error *err)
{
  const struct digest_type *t = find_type (d->type);

  d->crc = 0;
  d->len = 0;
  if (!t->md)
    make_crc_table ();
  else if (EVP_DigestInit_ex (d->evp, t->md (), NULL) != 1)
    return error_set (err, ENOTSUP, "%s: libcrypto does not offer it", d->type);
  return 0;
}

int
digest_add (struct digest *d, const void *data, size_t len, struct error *err)
{
  d->len += len;
  if (!d->evp)
    d->crc = crc_add (d->crc, data, len);
  else if (EVP_DigestUpdate (d->evp, data, len) != 1)
    return error_set (err, EIO, "%s: libcrypto failed", d->type);
  return 0;
}

char *
digest_finish (struct digest *d, struct error *err)
{
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned i, len;
  char *ret;

  if (!d->evp) {
    if (asprintf (&ret, "%u", crc_finish (d->crc, d->len)) != -1)
      return ret;
    error_errno (err, "%s", d->type);
    return NULL;
  }
  if (EVP_DigestFinal_ex (d->evp, bytes, &len) != 1) {
    error_set (err, EIO, "%s: libcrypto failed", d->type);
    return NULL;
  }
  ret = malloc (2 * len + 1);
  if (!ret) {
    error_errno (err, "%s", d->type);
    return NULL;
  }
  for (i = 0; i < len; i++)
    snprintf (ret + 2 * i, 3, "%02x", bytes[i]);
  return ret;
}

void
digest_release (struct digest *d)
{
  EVP_MD_CTX_free (d->evp);
  d->evp = NULL;
}
