/* The calls that the daemon does: docs/ARCHITECTURE.md, 9.4.
 *
 * Made by the generator from generator/api; changes here are lost. */

#ifndef BATHYSCOPE_ACTIONS_H
#define BATHYSCOPE_ACTIONS_H

#include "error.h"
#include "mountable.h"
#include "structs.h"

char *do_get_buffer (const char *path, const struct guestfs_get_buffer_argv *optargs, size_t *ret_size, struct error *err);
char **do_get_hash (struct error *err);
struct guestfs_point *do_get_point (int nr, struct error *err);
struct guestfs_point_list *do_get_points (struct error *err);
int64_t do_secret_call (struct error *err);
int do_take_all (const char *str, const char *path, const char *device, const struct mountable *mountable, const char *devpath, const struct mountable *mountpath, const char *filename, const char *key, const char *guid, const char *optstr, char *const *words, char *const *devices, char *const *filenames, char *const *paths, int num, int64_t large, int truth, const char *content, size_t content_size, const struct guestfs_take_all_opts_argv *optargs, struct error *err);

#endif
