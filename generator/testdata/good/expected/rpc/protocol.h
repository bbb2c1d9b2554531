/* The arguments and the tables of every call.
 *
 * Made by the generator from generator/api; changes here are lost. */

#ifndef BATHYSCOPE_PROTOCOL_H
#define BATHYSCOPE_PROTOCOL_H

#include "call.h"
#include "structs.h"

struct args_get_buffer {
  const char *path;
};
extern const struct call_info call_info_get_buffer;

struct args_get_hash {
  char none;
};
extern const struct call_info call_info_get_hash;

struct args_get_mode {
  char none;
};
extern const struct call_info call_info_get_mode;

struct args_get_point {
  int nr;
};
extern const struct call_info call_info_get_point;

struct args_get_points {
  char none;
};
extern const struct call_info call_info_get_points;

struct args_get_thing {
  char none;
};
extern const struct call_info call_info_get_thing;

struct args_secret_call {
  char none;
};
extern const struct call_info call_info_secret_call;

struct args_set_thing {
  const char *thing;
};
extern const struct call_info call_info_set_thing;

struct args_take_all {
  const char *str;
  const char *path;
  const char *device;
  const char *mountable;
  const char *devpath;
  const char *mountpath;
  const char *filename;
  const char *key;
  const char *guid;
  const char *optstr;
  const char *filein;
  char *const *words;
  char *const *devices;
  char *const *filenames;
  char *const *paths;
  int num;
  int64_t large;
  int truth;
  const char *content;
  size_t content_size;
};
extern const struct call_info call_info_take_all;

/* All of them, in the order of their names. */
extern const struct call_info *const all_calls[];
#define NR_CALLS 9

extern const struct layout *const all_structs[];
#define NR_STRUCTS 1

#endif
