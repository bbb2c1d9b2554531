/* Digests of bytes that arrive in pieces: the POSIX cksum CRC, and what
 * libcrypto offers. */
#ifndef BATHYSCOPE_CHECKSUM_H
#define BATHYSCOPE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

struct digest {
  const char *type; /* static */
  void *evp;        /* EVP_MD_CTX, NULL for crc */
  uint32_t crc;
  uint64_t len;
};

/* `type` is crc, md5, sha1, sha224, sha256, sha384 or sha512; EINVAL. */
int digest_init (struct digest *d, const char *type, struct error *err);
/* Start again, with the same type. */
int digest_restart (struct digest *d, struct error *err);
int digest_add (struct digest *d, const void *data, size_t len,
                struct error *err);
/* The digest in hexadecimal (crc: decimal); the caller frees it. */
char *digest_finish (struct digest *d, struct error *err);
void digest_release (struct digest *d);

#define CLEANUP_DIGEST CLEANUP (digest_release)

#endif
