/* The structs of the API, for use inside the project.
 * Includes well together with guestfs.h.
 *
 * Made by the generator from generator/api; changes here are lost. */

#ifndef BATHYSCOPE_STRUCTS_H
#define BATHYSCOPE_STRUCTS_H

#include <stdint.h>

#include "layout.h"

#ifndef GUESTFS_TYPES_
#define GUESTFS_TYPES_ 1

struct guestfs_point {
  char kind;
  int32_t x;
  uint32_t y;
  int64_t z;
  uint64_t t;
  uint64_t size;
  char *name;
  char *where;
  uint32_t data_len;
  char *data;
  char id[32];
  float done;
};

struct guestfs_point_list {
  uint32_t len;
  struct guestfs_point *val;
};

#define GUESTFS_GET_BUFFER_OFFSET 0
#define GUESTFS_GET_BUFFER_OFFSET_BITMASK (UINT64_C (1) << 0)
struct guestfs_get_buffer_argv {
  uint64_t bitmask;
  int64_t offset;
};

#define GUESTFS_TAKE_ALL_OPTS_FORCE 0
#define GUESTFS_TAKE_ALL_OPTS_FORCE_BITMASK (UINT64_C (1) << 0)
#define GUESTFS_TAKE_ALL_OPTS_LEVEL 1
#define GUESTFS_TAKE_ALL_OPTS_LEVEL_BITMASK (UINT64_C (1) << 1)
#define GUESTFS_TAKE_ALL_OPTS_SIZE 2
#define GUESTFS_TAKE_ALL_OPTS_SIZE_BITMASK (UINT64_C (1) << 2)
#define GUESTFS_TAKE_ALL_OPTS_LABEL 3
#define GUESTFS_TAKE_ALL_OPTS_LABEL_BITMASK (UINT64_C (1) << 3)
#define GUESTFS_TAKE_ALL_OPTS_NAMES 4
#define GUESTFS_TAKE_ALL_OPTS_NAMES_BITMASK (UINT64_C (1) << 4)
struct guestfs_take_all_opts_argv {
  uint64_t bitmask;
  int force;
  int level;
  int64_t size;
  const char *label;
  char *const *names;
};

#endif /* GUESTFS_TYPES_ */

extern const struct layout layout_point;
void struct_free_point (struct guestfs_point *p);
void struct_free_point_list (struct guestfs_point_list *p);
static inline void
cleanup_struct_point (struct guestfs_point **p)
{
  struct_free_point (*p);
}

static inline void
cleanup_struct_point_list (struct guestfs_point_list **p)
{
  struct_free_point_list (*p);
}

#endif
