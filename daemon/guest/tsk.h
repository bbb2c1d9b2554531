/* The Sleuth Kit (libtsk): filesystems read from their device, mounted or not,
 * with what was deleted.
 *
 * The library reads through us (not by name), so a long call can be cancelled
 * at any read.  Its header has macros that name functions which config.h bans:
 * this file has to be included before config.h.
 */
#ifndef BATHYSCOPE_TSK_H
#define BATHYSCOPE_TSK_H

#if __has_include (<tsk/libtsk.h>)
#include <tsk/libtsk.h>
#endif

#include "error.h"
#include "mountable.h"

#ifdef TSK_VERSION_NUM

struct tsk {
  TSK_IMG_INFO *img;
  TSK_FS_INFO *fs;
};

#define TSK_INIT { NULL, NULL }

/* EINVAL where there is no filesystem that the library knows. */
int tsk_begin (struct tsk *t, const struct mountable *m, struct error *err);
void tsk_release (struct tsk *t);

#define CLEANUP_TSK CLEANUP (tsk_release)

/* Turn the last error of the library into ours: ECANCELED when the call was
 * cancelled. */
int tsk_failed (const char *what, struct error *err);

#endif

#endif
