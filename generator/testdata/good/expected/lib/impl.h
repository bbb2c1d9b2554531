/* What the public calls do, without lock, trace and error report.
 *
 * Also for use inside the library: the caller holds the handle's lock.
 * optargs may be NULL for calls that the daemon does.
 *
 * Made by the generator from generator/api; changes here are lost. */

#ifndef BATHYSCOPE_IMPL_H
#define BATHYSCOPE_IMPL_H

#include "error.h"
#include "guestfs.h"

char *impl_get_buffer (guestfs_h *g, const char *path, const struct guestfs_get_buffer_argv *optargs, size_t *ret_size, struct error *err);
char **impl_get_hash (guestfs_h *g, struct error *err);
int impl_get_mode (guestfs_h *g, struct error *err);
struct guestfs_point *impl_get_point (guestfs_h *g, int nr, struct error *err);
struct guestfs_point_list *impl_get_points (guestfs_h *g, struct error *err);
const char *impl_get_thing (guestfs_h *g, struct error *err);
int64_t impl_secret_call (guestfs_h *g, struct error *err);
int impl_set_thing (guestfs_h *g, const char *thing, struct error *err);
int impl_take_all (guestfs_h *g, const char *str, const char *path, const char *device, const char *mountable, const char *devpath, const char *mountpath, const char *filename, const char *key, const char *guid, const char *optstr, const char *filein, char *const *words, char *const *devices, char *const *filenames, char *const *paths, int num, int64_t large, int truth, const char *content, size_t content_size, const struct guestfs_take_all_opts_argv *optargs, struct error *err);

#endif
