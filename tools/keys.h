/* Keys of encrypted devices, from --key, from stdin or from the terminal. */
#ifndef BATHYSCOPE_KEYS_H
#define BATHYSCOPE_KEYS_H

#include "options.h"

/* ID:key:TEXT, ID:file:NAME, ID:clevis; ID is a device, a UUID or "all".  TEXT is
 * wiped. */
void keys_add_selector (struct options *o, char *selector);

/* Ask for a key: the next line of stdin, or the terminal without echo.  For
 * secret_free (secret.h); NULL at end of file. */
char *key_read (const struct options *o, const char *what);

void keys_release (struct options *o);

#endif
