/* Selectors: where passwords and keys come from. */
#ifndef BATHYSCOPE_CUSTOMIZE_VALUES_H
#define BATHYSCOPE_CUSTOMIZE_VALUES_H

#include <stdbool.h>

#include "error.h"

enum password_kind {
  PASSWORD_TEXT,
  PASSWORD_RANDOM,   /* chosen when it is set, and printed */
  PASSWORD_DISABLED, /* none */
};

enum password_crypto {
  CRYPTO_DEFAULT, /* what the guest knows best */
  CRYPTO_MD5,
  CRYPTO_SHA256,
  CRYPTO_SHA512,
  CRYPTO_YESCRYPT,
};

struct password {
  enum password_kind kind;
  bool locked;
  char *text; /* of PASSWORD_TEXT; owned, wiped when it is released */
};

void password_release (struct password *p);

/* [locked:|disabled:]file:NAME, password:TEXT, random; locked; disabled.  TEXT is
 * wiped from the selector, which may be an argument and so in the list of
 * processes. */
int password_parse (char *selector, struct password *ret,
                    struct error *err);

int crypto_parse (const char *name, enum password_crypto *ret,
                  struct error *err);

/* A public key, as a line: file:NAME, string:TEXT; NULL: the newest
 * ~/.ssh/id*.pub.  Heap memory. */
char *ssh_key_parse (const char *selector, struct error *err);

/* The first line of a local file, without its end; heap memory. */
char *first_line (const char *file, struct error *err);

/* A whole local text file. */
char *local_text (const char *file, struct error *err);

/* The same in memory of secret.h. */
char *secret_text (const char *file, struct error *err);

#endif
