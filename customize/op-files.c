/* Operations on files. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "edit-file.h"
#include "io.h"
#include "strlist.h"
#include "types.h"

/* What most operations are: a message, then a call. */
static int
result (struct guest *guest, int r, struct error *err)
{
  return r == -1 ? guest_failed (guest, err) : 0;
}

int
op_append_line (struct guest *guest, const struct operation *op,
                struct error *err)
{
  message (guest->o, "Appending line to %s", op->words[0]);
  return guest_append_line (guest, op->words[0], op->words[1], err);
}

int
op_chmod (struct guest *guest, const struct operation *op, struct error *err)
{
  char *end;
  unsigned long mode = strtoul (op->words[0], &end, 8);

  message (guest->o, "Changing permissions of %s to %s", op->words[1],
           op->words[0]);
  if (*end || end == op->words[0] || mode > 07777)
    return error_set (err, EINVAL, "\"%s\" are no permissions, such as 0644",
                      op->words[0]);
  return result (guest, guestfs_chmod (guest->g, mode, op->words[1]), err);
}

/* A number of a user or group. */
static int
read_id (const char *text, int *ret, struct error *err)
{
  char *end;
  long n;

  errno = 0;
  n = strtol (text, &end, 10);
  if (*end || end == text || errno != 0 || n < 0 || n > INT32_MAX)
    return error_set (err, EINVAL, "\"%s\" is no number of a user or group",
                      text);
  *ret = n;
  return 0;
}

int
op_chown (struct guest *guest, const struct operation *op, struct error *err)
{
  int uid, gid;

  message (guest->o, "Changing owner of %s to %s:%s", op->words[2],
           op->words[0], op->words[1]);
  if (read_id (op->words[0], &uid, err) == -1
      || read_id (op->words[1], &gid, err) == -1)
    return -1;
  return result (guest, guestfs_chown (guest->g, uid, gid, op->words[2]), err);
}

int
op_copy (struct guest *guest, const struct operation *op, struct error *err)
{
  message (guest->o, "Copying (in image): %s to %s", op->words[0],
           op->words[1]);
  return result (guest, guestfs_cp_a (guest->g, op->words[0], op->words[1]),
                 err);
}

int
op_copy_in (struct guest *guest, const struct operation *op,
            struct error *err)
{
  message (guest->o, "Copying: %s to %s", op->words[0], op->words[1]);
  return result (guest, guestfs_copy_in (guest->g, op->words[0],
                                         op->words[1]), err);
}

int
op_delete (struct guest *guest, const struct operation *op, struct error *err)
{
  CLEANUP_STRINGS char **paths = NULL;
  size_t i;

  message (guest->o, "Deleting: %s", op->words[0]);
  paths = guestfs_glob_expand_opts (guest->g, op->words[0],
                                    GUESTFS_GLOB_EXPAND_OPTS_DIRECTORYSLASH, 0,
                                    -1);
  if (!paths)
    return guest_failed (guest, err);
  for (i = 0; paths[i]; ++i)
    if (guestfs_rm_rf (guest->g, paths[i]) == -1)
      return guest_failed (guest, err);
  return 0;
}

int
op_edit (struct guest *guest, const struct operation *op, struct error *err)
{
  int r;

  message (guest->o, "Editing: %s", op->words[0]);
  if (!guest_is_file (guest, op->words[0]))
    return error_set (err, ENOENT, "%s: the guest has no such file",
                      op->words[0]);
  /* This prints messages itself. */
  guestfs_push_error_handler (guest->g, guest->handler, guest->handler_data);
  r = edit_with_expression (guest->g, op->words[0], op->words[1], NULL,
                            guest->o->program);
  guestfs_pop_error_handler (guest->g);
  return r;
}

int
op_link (struct guest *guest, const struct operation *op, struct error *err)
{
  size_t i;

  for (i = 1; op->words[i]; ++i) {
    message (guest->o, "Linking: %s -> %s", op->words[i], op->words[0]);
    if (guestfs_ln_sf (guest->g, op->words[0], op->words[i]) == -1)
      return guest_failed (guest, err);
  }
  return 0;
}

int
op_mkdir (struct guest *guest, const struct operation *op, struct error *err)
{
  message (guest->o, "Making directory: %s", op->words[0]);
  return result (guest, guestfs_mkdir_p (guest->g, op->words[0]), err);
}

int
op_move (struct guest *guest, const struct operation *op, struct error *err)
{
  message (guest->o, "Moving: %s -> %s", op->words[0], op->words[1]);
  return result (guest, guestfs_mv (guest->g, op->words[0], op->words[1]),
                 err);
}

int
op_scrub (struct guest *guest, const struct operation *op, struct error *err)
{
  message (guest->o, "Scrubbing: %s", op->words[0]);
  if (guestfs_scrub_file (guest->g, op->words[0]) == -1
      || guestfs_rm_f (guest->g, op->words[0]) == -1)
    return guest_failed (guest, err);
  return 0;
}

/* How a local archive is compressed, by its first bytes. */
static const char *
compression (const char *file, struct error *err)
{
  static const struct { const char *bytes; size_t len; const char *name; } all[] = {
    { "\x1f\x8b", 2, "gzip" }, { "BZh", 3, "bzip2" }, { "\xfd" "7zXZ", 5, "xz" },
    { "\x28\xb5\x2f\xfd", 4, "zstd" }, { "LZIP", 4, "lzip" },
    { "\x1f\x9d", 2, "compress" },
  };
  CLEANUP_CLOSE int fd = open (file, O_RDONLY | O_CLOEXEC);
  char head[8] = "";
  size_t i;

  if (fd == -1 || read_full (fd, head, sizeof head) == -1) {
    error_errno (err, "%s", file);
    return NULL;
  }
  for (i = 0; i < sizeof all / sizeof *all; ++i)
    if (memcmp (head, all[i].bytes, all[i].len) == 0)
      return all[i].name;
  return "";
}

int
op_tar_in (struct guest *guest, const struct operation *op, struct error *err)
{
  struct guestfs_tar_in_opts_argv optargs = { .bitmask = 0 };

  message (guest->o, "Copying: %s to %s", op->words[0], op->words[1]);
  optargs.compress = compression (op->words[0], err);
  if (!optargs.compress)
    return -1;
  if (*optargs.compress)
    optargs.bitmask = GUESTFS_TAR_IN_OPTS_COMPRESS_BITMASK;
  return result (guest, guestfs_tar_in_opts_argv (guest->g, op->words[0],
                                                  op->words[1], &optargs),
                 err);
}

int
op_touch (struct guest *guest, const struct operation *op, struct error *err)
{
  message (guest->o, "Running touch: %s", op->words[0]);
  return result (guest, guestfs_touch (guest->g, op->words[0]), err);
}

int
op_truncate (struct guest *guest, const struct operation *op,
             struct error *err)
{
  message (guest->o, "Truncating: %s", op->words[0]);
  return result (guest, guestfs_truncate (guest->g, op->words[0]), err);
}

int
op_truncate_recursive (struct guest *guest, const struct operation *op,
                       struct error *err)
{
  CLEANUP_STRINGS char **names = NULL;
  size_t i;

  message (guest->o, "Recursively truncating: %s", op->words[0]);
  names = guestfs_find (guest->g, op->words[0]);
  if (!names)
    return guest_failed (guest, err);
  for (i = 0; names[i]; ++i) {
    CLEANUP_FREE char *path = xasprintf ("%s/%s", op->words[0], names[i]);
    int is_file = guestfs_is_file (guest->g, path);

    if (is_file == -1
        || (is_file && guestfs_truncate (guest->g, path) == -1))
      return guest_failed (guest, err);
  }
  return 0;
}

/* Owner and permissions go with the file. */
int
op_upload (struct guest *guest, const struct operation *op, struct error *err)
{
  const char *local = op->words[0], *base = strrchr (local, '/');
  CLEANUP_FREE char *target = NULL;
  struct stat st;

  message (guest->o, "Uploading: %s to %s", local, op->words[1]);
  if (stat (local, &st) == -1)
    return error_errno (err, "%s", local);
  base = base ? base + 1 : local;
  if (guest_is_dir (guest, op->words[1]))
    target = xasprintf ("%s/%s", op->words[1], base);
  else
    target = xstrdup (op->words[1]);
  if (guestfs_upload (guest->g, local, target) == -1
      || guestfs_chmod (guest->g, st.st_mode & 07777, target) == -1
      || guestfs_chown (guest->g, st.st_uid, st.st_gid, target) == -1)
    return guest_failed (guest, err);
  return 0;
}

int
op_write (struct guest *guest, const struct operation *op, struct error *err)
{
  message (guest->o, "Writing: %s", op->words[0]);
  return result (guest, guestfs_write (guest->g, op->words[0], op->words[1],
                                       strlen (op->words[1])), err);
}
