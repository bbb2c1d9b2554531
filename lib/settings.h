/* The settings of a handle: see settings.c. */
#ifndef BATHYSCOPE_SETTINGS_H
#define BATHYSCOPE_SETTINGS_H

#include "handle.h"

#define MEMSIZE_DEFAULT 512 /* MiB */
#define MEMSIZE_MIN 128
#define SMP_MAX 255

int settings_init (struct settings *s);
void settings_release (struct settings *s);

/* Where temporary files go, and where big or lasting ones go; never NULL. */
const char *settings_tmpdir (const struct settings *s);
const char *settings_cachedir (const struct settings *s);

/* The value of "NAME=VALUE" in the backend settings ("1" where the setting is
 * just "NAME"), or NULL. */
const char *settings_backend_setting (const struct settings *s,
                                      const char *name);

/* The engine that the backend stands for: "auto", "kvm" or "uml"; NULL when
 * there is no such backend. */
const char *settings_engine (const char *backend);

#endif
