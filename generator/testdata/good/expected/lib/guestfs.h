/* guestfs.h: access and modify disk images of virtual machines.
 *
 * The manual is guestfs(3).
 *
 * Made by the generator from generator/api; changes here are lost. */

#ifndef GUESTFS_H_
#define GUESTFS_H_ 1

#include <stddef.h>
#include <stdint.h>
#include <stdarg.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Deprecated calls give warnings, unless GUESTFS_NO_WARN_DEPRECATED is
 * defined. */
#if defined (__GNUC__) && !defined (GUESTFS_NO_WARN_DEPRECATED)
#define GUESTFS_DEPRECATED_NO_REPLACEMENT __attribute__ ((__deprecated__))
#define GUESTFS_DEPRECATED_REPLACED_BY(name) \
  __attribute__ ((__deprecated__ ("use guestfs_" name)))
#else
#define GUESTFS_DEPRECATED_NO_REPLACEMENT
#define GUESTFS_DEPRECATED_REPLACED_BY(name)
#endif

#ifdef __GNUC__
#define GUESTFS_DLL_PUBLIC __attribute__ ((__visibility__ ("default")))
#else
#define GUESTFS_DLL_PUBLIC
#endif

/* The handle. */
#define GUESTFS_TYPEDEF_H 1
typedef struct guestfs_h guestfs_h;

#define GUESTFS_CREATE_NO_ENVIRONMENT 1
#define GUESTFS_CREATE_NO_CLOSE_ON_EXIT 2

/* Events. */
#define GUESTFS_EVENT_CLOSE 0x0001
#define GUESTFS_EVENT_SUBPROCESS_QUIT 0x0002
#define GUESTFS_EVENT_LAUNCH_DONE 0x0004
#define GUESTFS_EVENT_PROGRESS 0x0008
#define GUESTFS_EVENT_APPLIANCE 0x0010
#define GUESTFS_EVENT_LIBRARY 0x0020
#define GUESTFS_EVENT_TRACE 0x0040
#define GUESTFS_EVENT_ENTER 0x0080
#define GUESTFS_EVENT_LIBVIRT_AUTH 0x0100
#define GUESTFS_EVENT_WARNING 0x0200
#define GUESTFS_EVENT_ALL 0x03ff

/* Callbacks. */
#define GUESTFS_TYPEDEF_ERROR_HANDLER_CB 1
typedef void (*guestfs_error_handler_cb) (guestfs_h *g, void *opaque, const char *msg);
#define GUESTFS_TYPEDEF_ABORT_CB 1
typedef void (*guestfs_abort_cb) (void);
#define GUESTFS_TYPEDEF_EVENT_CALLBACK 1
typedef void (*guestfs_event_callback) (guestfs_h *g, void *opaque, uint64_t event, int event_handle, int flags, const char *buf, size_t buf_len, const uint64_t *array, size_t array_len);
#define GUESTFS_TYPEDEF_LOG_MESSAGE_CB 1
typedef void (*guestfs_log_message_cb) (guestfs_h *g, void *opaque, char *buf, int len);
#define GUESTFS_TYPEDEF_SUBPROCESS_QUIT_CB 1
typedef void (*guestfs_subprocess_quit_cb) (guestfs_h *g, void *opaque);
#define GUESTFS_TYPEDEF_LAUNCH_DONE_CB 1
typedef void (*guestfs_launch_done_cb) (guestfs_h *g, void *opaque);
#define GUESTFS_TYPEDEF_CLOSE_CB 1
typedef void (*guestfs_close_cb) (guestfs_h *g, void *opaque);
#define GUESTFS_TYPEDEF_PROGRESS_CB 1
typedef void (*guestfs_progress_cb) (guestfs_h *g, void *opaque, int proc_nr, int serial, uint64_t position, uint64_t total);

/* The handle, its errors, events and private data. */
extern GUESTFS_DLL_PUBLIC guestfs_h *guestfs_create (void);
#define LIBGUESTFS_HAVE_CREATE_FLAGS 1
#define GUESTFS_HAVE_CREATE_FLAGS 1
extern GUESTFS_DLL_PUBLIC guestfs_h *guestfs_create_flags (unsigned flags, ...);
extern GUESTFS_DLL_PUBLIC void guestfs_close (guestfs_h *g);
extern GUESTFS_DLL_PUBLIC const char *guestfs_last_error (guestfs_h *g);
#define LIBGUESTFS_HAVE_LAST_ERRNO 1
#define GUESTFS_HAVE_LAST_ERRNO 1
extern GUESTFS_DLL_PUBLIC int guestfs_last_errno (guestfs_h *g);
extern GUESTFS_DLL_PUBLIC void guestfs_set_error_handler (guestfs_h *g, guestfs_error_handler_cb cb, void *opaque);
extern GUESTFS_DLL_PUBLIC guestfs_error_handler_cb guestfs_get_error_handler (guestfs_h *g, void **opaque_rtn);
#define LIBGUESTFS_HAVE_PUSH_ERROR_HANDLER 1
#define GUESTFS_HAVE_PUSH_ERROR_HANDLER 1
extern GUESTFS_DLL_PUBLIC void guestfs_push_error_handler (guestfs_h *g, guestfs_error_handler_cb cb, void *opaque);
#define LIBGUESTFS_HAVE_POP_ERROR_HANDLER 1
#define GUESTFS_HAVE_POP_ERROR_HANDLER 1
extern GUESTFS_DLL_PUBLIC void guestfs_pop_error_handler (guestfs_h *g);
extern GUESTFS_DLL_PUBLIC void guestfs_set_out_of_memory_handler (guestfs_h *g, guestfs_abort_cb);
extern GUESTFS_DLL_PUBLIC guestfs_abort_cb guestfs_get_out_of_memory_handler (guestfs_h *g);
#define LIBGUESTFS_HAVE_SET_EVENT_CALLBACK 1
#define GUESTFS_HAVE_SET_EVENT_CALLBACK 1
extern GUESTFS_DLL_PUBLIC int guestfs_set_event_callback (guestfs_h *g, guestfs_event_callback cb, uint64_t event_bitmask, int flags, void *opaque);
#define LIBGUESTFS_HAVE_DELETE_EVENT_CALLBACK 1
#define GUESTFS_HAVE_DELETE_EVENT_CALLBACK 1
extern GUESTFS_DLL_PUBLIC void guestfs_delete_event_callback (guestfs_h *g, int event_handle);
#define GUESTFS_HAVE_EVENT_TO_STRING 1
extern GUESTFS_DLL_PUBLIC char *guestfs_event_to_string (uint64_t event);
extern GUESTFS_DLL_PUBLIC void guestfs_set_log_message_callback (guestfs_h *g, guestfs_log_message_cb cb, void *opaque)
  GUESTFS_DEPRECATED_REPLACED_BY ("set_event_callback");
extern GUESTFS_DLL_PUBLIC void guestfs_set_subprocess_quit_callback (guestfs_h *g, guestfs_subprocess_quit_cb cb, void *opaque)
  GUESTFS_DEPRECATED_REPLACED_BY ("set_event_callback");
extern GUESTFS_DLL_PUBLIC void guestfs_set_launch_done_callback (guestfs_h *g, guestfs_launch_done_cb cb, void *opaque)
  GUESTFS_DEPRECATED_REPLACED_BY ("set_event_callback");
#define LIBGUESTFS_HAVE_SET_CLOSE_CALLBACK 1
#define GUESTFS_HAVE_SET_CLOSE_CALLBACK 1
extern GUESTFS_DLL_PUBLIC void guestfs_set_close_callback (guestfs_h *g, guestfs_close_cb cb, void *opaque)
  GUESTFS_DEPRECATED_REPLACED_BY ("set_event_callback");
#define LIBGUESTFS_HAVE_SET_PROGRESS_CALLBACK 1
#define GUESTFS_HAVE_SET_PROGRESS_CALLBACK 1
extern GUESTFS_DLL_PUBLIC void guestfs_set_progress_callback (guestfs_h *g, guestfs_progress_cb cb, void *opaque)
  GUESTFS_DEPRECATED_REPLACED_BY ("set_event_callback");
#define LIBGUESTFS_HAVE_SET_PRIVATE 1
#define GUESTFS_HAVE_SET_PRIVATE 1
extern GUESTFS_DLL_PUBLIC void guestfs_set_private (guestfs_h *g, const char *key, void *data);
#define LIBGUESTFS_HAVE_GET_PRIVATE 1
#define GUESTFS_HAVE_GET_PRIVATE 1
extern GUESTFS_DLL_PUBLIC void *guestfs_get_private (guestfs_h *g, const char *key);
#define LIBGUESTFS_HAVE_FIRST_PRIVATE 1
#define GUESTFS_HAVE_FIRST_PRIVATE 1
extern GUESTFS_DLL_PUBLIC void *guestfs_first_private (guestfs_h *g, const char **key_rtn);
#define LIBGUESTFS_HAVE_NEXT_PRIVATE 1
#define GUESTFS_HAVE_NEXT_PRIVATE 1
extern GUESTFS_DLL_PUBLIC void *guestfs_next_private (guestfs_h *g, const char **key_rtn);

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

#define GUESTFS_HAVE_STRUCT_POINT 1
extern GUESTFS_DLL_PUBLIC int guestfs_compare_point (const struct guestfs_point *, const struct guestfs_point *);
extern GUESTFS_DLL_PUBLIC int guestfs_compare_point_list (const struct guestfs_point_list *, const struct guestfs_point_list *);
extern GUESTFS_DLL_PUBLIC struct guestfs_point *guestfs_copy_point (const struct guestfs_point *);
extern GUESTFS_DLL_PUBLIC struct guestfs_point_list *guestfs_copy_point_list (const struct guestfs_point_list *);
extern GUESTFS_DLL_PUBLIC void guestfs_free_point (struct guestfs_point *);
extern GUESTFS_DLL_PUBLIC void guestfs_free_point_list (struct guestfs_point_list *);

#define LIBGUESTFS_HAVE_GET_BUFFER 1
#define GUESTFS_HAVE_GET_BUFFER 1
extern GUESTFS_DLL_PUBLIC char *guestfs_get_buffer (guestfs_h *g, const char *path, size_t *size_r, ...);
extern GUESTFS_DLL_PUBLIC char *guestfs_get_buffer_va (guestfs_h *g, const char *path, size_t *size_r, va_list args);
extern GUESTFS_DLL_PUBLIC char *guestfs_get_buffer_argv (guestfs_h *g, const char *path, size_t *size_r, const struct guestfs_get_buffer_argv *optargs);

#define LIBGUESTFS_HAVE_GET_HASH 1
#define GUESTFS_HAVE_GET_HASH 1
extern GUESTFS_DLL_PUBLIC char **guestfs_get_hash (guestfs_h *g);

#define LIBGUESTFS_HAVE_GET_MODE 1
#define GUESTFS_HAVE_GET_MODE 1
extern GUESTFS_DLL_PUBLIC int guestfs_get_mode (guestfs_h *g);

#define LIBGUESTFS_HAVE_GET_POINT 1
#define GUESTFS_HAVE_GET_POINT 1
extern GUESTFS_DLL_PUBLIC struct guestfs_point *guestfs_get_point (guestfs_h *g, int nr);

#define LIBGUESTFS_HAVE_GET_POINTS 1
#define GUESTFS_HAVE_GET_POINTS 1
extern GUESTFS_DLL_PUBLIC struct guestfs_point_list *guestfs_get_points (guestfs_h *g);

#define LIBGUESTFS_HAVE_GET_THING 1
#define GUESTFS_HAVE_GET_THING 1
extern GUESTFS_DLL_PUBLIC const char *guestfs_get_thing (guestfs_h *g);

#define LIBGUESTFS_HAVE_SECRET_CALL 1
#define GUESTFS_HAVE_SECRET_CALL 1
extern GUESTFS_DLL_PUBLIC int64_t guestfs_secret_call (guestfs_h *g);

#define LIBGUESTFS_HAVE_SET_THING 1
#define GUESTFS_HAVE_SET_THING 1
extern GUESTFS_DLL_PUBLIC int guestfs_set_thing (guestfs_h *g, const char *thing);

#define LIBGUESTFS_HAVE_TAKE_ALL 1
#define GUESTFS_HAVE_TAKE_ALL 1
#define LIBGUESTFS_HAVE_TAKE_ALL_OPTS 1
#define GUESTFS_HAVE_TAKE_ALL_OPTS 1
extern GUESTFS_DLL_PUBLIC int guestfs_take_all (guestfs_h *g, const char *str, const char *path, const char *device, const char *mountable, const char *devpath, const char *mountpath, const char *filename, const char *key, const char *guid, const char *optstr, const char *filein, char *const *words, char *const *devices, char *const *filenames, char *const *paths, int num, int64_t large, int truth, const char *content, size_t content_size)
  GUESTFS_DEPRECATED_REPLACED_BY ("other");
extern GUESTFS_DLL_PUBLIC int guestfs_take_all_opts (guestfs_h *g, const char *str, const char *path, const char *device, const char *mountable, const char *devpath, const char *mountpath, const char *filename, const char *key, const char *guid, const char *optstr, const char *filein, char *const *words, char *const *devices, char *const *filenames, char *const *paths, int num, int64_t large, int truth, const char *content, size_t content_size, ...)
  GUESTFS_DEPRECATED_REPLACED_BY ("other");
extern GUESTFS_DLL_PUBLIC int guestfs_take_all_opts_va (guestfs_h *g, const char *str, const char *path, const char *device, const char *mountable, const char *devpath, const char *mountpath, const char *filename, const char *key, const char *guid, const char *optstr, const char *filein, char *const *words, char *const *devices, char *const *filenames, char *const *paths, int num, int64_t large, int truth, const char *content, size_t content_size, va_list args)
  GUESTFS_DEPRECATED_REPLACED_BY ("other");
extern GUESTFS_DLL_PUBLIC int guestfs_take_all_opts_argv (guestfs_h *g, const char *str, const char *path, const char *device, const char *mountable, const char *devpath, const char *mountpath, const char *filename, const char *key, const char *guid, const char *optstr, const char *filein, char *const *words, char *const *devices, char *const *filenames, char *const *paths, int num, int64_t large, int truth, const char *content, size_t content_size, const struct guestfs_take_all_opts_argv *optargs)
  GUESTFS_DEPRECATED_REPLACED_BY ("other");

#ifdef __cplusplus
}
#endif

#endif /* GUESTFS_H_ */
