/* Scrubbing btrfs: reading everything and comparing it with its checksums.
 *
 * The kernel scrubs one device in one ioctl.  A scrub in the background is a
 * thread that does this for each device in turn; the daemon remembers what came
 * out by filesystem, as long as it lives.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/btrfs.h>
#include <linux/magic.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>

#include "actions.h"
#include "btrfs.h"

struct scrub_device {
  uint64_t id, start;
  struct btrfs_scrub_progress result; /* of all that is done */
  int errnum;                         /* how the last turn ended */
  bool done;
};

struct scrub {
  struct scrub *next;
  uint8_t fsid[BTRFS_FSID_SIZE];
  bool running;        /* `thread` is to be joined */
  bool finished, stop; /* under `lock` */
  pthread_t thread;
  int fd;              /* owned by the thread */
  uint64_t flags;
  struct scrub_device *devices; /* the thread's, until it has finished */
  size_t nr_devices;
};

static struct scrub *scrubs;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void
add_progress (struct btrfs_scrub_progress *sum,
              const struct btrfs_scrub_progress *p)
{
  sum->data_extents_scrubbed += p->data_extents_scrubbed;
  sum->tree_extents_scrubbed += p->tree_extents_scrubbed;
  sum->data_bytes_scrubbed += p->data_bytes_scrubbed;
  sum->tree_bytes_scrubbed += p->tree_bytes_scrubbed;
  sum->read_errors += p->read_errors;
  sum->csum_errors += p->csum_errors;
  sum->verify_errors += p->verify_errors;
  sum->no_csum += p->no_csum;
  sum->csum_discards += p->csum_discards;
  sum->super_errors += p->super_errors;
  sum->malloc_errors += p->malloc_errors;
  sum->uncorrectable_errors += p->uncorrectable_errors;
  sum->corrected_errors += p->corrected_errors;
  sum->unverified_errors += p->unverified_errors;
  sum->last_physical = p->last_physical;
}

static void *
scrub_thread (void *opaque)
{
  struct scrub *s = opaque;
  bool stop = false;
  size_t i;

  for (i = 0; i < s->nr_devices && !stop; ++i) {
    struct scrub_device *d = &s->devices[i];
    struct btrfs_ioctl_scrub_args args = {
      .devid = d->id, .start = d->start, .end = UINT64_MAX, .flags = s->flags,
    };
    int errnum;

    if (d->done)
      continue;
    errnum = ioctl (s->fd, BTRFS_IOC_SCRUB, &args) == -1 ? errno : 0;
    {
      CLEANUP_UNLOCK (&lock);

      d->errnum = errnum;
      d->done = errnum != ECANCELED;
      add_progress (&d->result, &args.progress);
      d->start = args.progress.last_physical;
      stop = s->stop || errnum == ECANCELED;
    }
  }
  close (TAKE_FD (s->fd));
  CLEANUP_UNLOCK (&lock);
  s->finished = true;
  return NULL;
}

/* ---- by filesystem -------------------------------------------------------- */

static int
get_info (int fd, struct btrfs_ioctl_fs_info_args *ret, const char *path,
          struct error *err)
{
  memset (ret, 0, sizeof *ret);
  if (ioctl (fd, BTRFS_IOC_FS_INFO, ret) == -1)
    return error_errno (err, "%s: scrub", path);
  return 0;
}

static struct scrub *
find_scrub (const uint8_t fsid[BTRFS_FSID_SIZE])
{
  struct scrub *s = scrubs;

  while (s && memcmp (s->fsid, fsid, BTRFS_FSID_SIZE) != 0)
    s = s->next;
  return s;
}

static bool
is_running (struct scrub *s)
{
  bool finished;

  if (!s->running)
    return false;
  pthread_mutex_lock (&lock);
  finished = s->finished;
  pthread_mutex_unlock (&lock);
  if (finished) {
    pthread_join (s->thread, NULL);
    s->running = false;
  }
  return s->running;
}

static int
list_devices (int fd, const struct btrfs_ioctl_fs_info_args *info,
              struct scrub *s, const char *path, struct error *err)
{
  CLEANUP_FREE struct scrub_device *devices =
    calloc (info->num_devices + 1, sizeof *devices);
  size_t n = 0;
  uint64_t id;

  if (!devices)
    return error_errno (err, "%s: scrub", path);
  for (id = 0; id <= info->max_id && n < info->num_devices; ++id) {
    struct btrfs_ioctl_dev_info_args args = { .devid = id };

    if (ioctl (fd, BTRFS_IOC_DEV_INFO, &args) == 0)
      devices[n++].id = id;
    else if (errno != ENODEV)
      return error_errno (err, "%s: scrub", path);
  }
  free (s->devices);
  s->devices = TAKE_PTR (devices);
  s->nr_devices = n;
  return 0;
}

/* The record of the filesystem behind `fd`, with no scrub running, ready for
 * one from the start. */
static struct scrub *
prepare (int fd, bool readonly, const char *path, struct error *err)
{
  struct btrfs_ioctl_fs_info_args info;
  struct scrub *s;

  if (get_info (fd, &info, path, err) == -1)
    return NULL;
  s = find_scrub (info.fsid);
  if (s && is_running (s)) {
    error_set (err, EINPROGRESS, "%s: a scrub is running", path);
    return NULL;
  }
  if (!s) {
    s = calloc (1, sizeof *s);
    if (!s) {
      error_errno (err, "%s: scrub", path);
      return NULL;
    }
    s->fd = -1;
    memcpy (s->fsid, info.fsid, BTRFS_FSID_SIZE);
    s->next = scrubs;
    scrubs = s;
  }
  s->flags = readonly ? BTRFS_SCRUB_READONLY : 0;
  return list_devices (fd, &info, s, path, err) == -1 ? NULL : s;
}

/* Takes over `fd`. */
static int
launch (struct scrub *s, int *fd, const char *path, struct error *err)
{
  s->fd = TAKE_FD (*fd);
  s->finished = s->stop = false;
  errno = pthread_create (&s->thread, NULL, scrub_thread, s);
  if (errno) {
    error_errno (err, "%s: scrub", path);
    close (TAKE_FD (s->fd));
    return -1;
  }
  s->running = true;
  return 0;
}

int
do_btrfs_scrub_start (const char *path, struct error *err)
{
  CLEANUP_CLOSE int fd = btrfs_open (path, err);
  struct scrub *s = fd == -1 ? NULL : prepare (fd, false, path, err);

  return s ? launch (s, &fd, path, err) : -1;
}

int
do_btrfs_scrub_resume (const char *path, struct error *err)
{
  CLEANUP_CLOSE int fd = btrfs_open (path, err);
  struct btrfs_ioctl_fs_info_args info;
  struct scrub *s;
  size_t i, left = 0;

  if (fd == -1 || get_info (fd, &info, path, err) == -1)
    return -1;
  s = find_scrub (info.fsid);
  if (s && is_running (s))
    return error_set (err, EINPROGRESS, "%s: a scrub is running", path);
  for (i = 0; s && i < s->nr_devices; ++i)
    if (!s->devices[i].done)
      ++left;
  if (left == 0)
    return error_set (err, ENOTCONN, "%s: no scrub was cancelled that could "
                      "go on", path);
  return launch (s, &fd, path, err);
}

static void
stop (struct scrub *s, int fd)
{
  pthread_mutex_lock (&lock);
  s->stop = true;
  pthread_mutex_unlock (&lock);
  (void) ioctl (fd, BTRFS_IOC_SCRUB_CANCEL);
  pthread_join (s->thread, NULL);
  s->running = false;
}

int
do_btrfs_scrub_cancel (const char *path, struct error *err)
{
  CLEANUP_CLOSE int fd = btrfs_open (path, err);
  struct btrfs_ioctl_fs_info_args info;
  struct scrub *s;

  if (fd == -1 || get_info (fd, &info, path, err) == -1)
    return -1;
  s = find_scrub (info.fsid);
  if (!s || !is_running (s))
    return error_set (err, ENOTCONN, "%s: no scrub is running", path);
  stop (s, fd);
  return 0;
}

bool
btrfs_scrub_stop (const char *path)
{
  CLEANUP_CLOSE int fd = -1;
  struct btrfs_ioctl_fs_info_args info;
  struct statfs fs;
  struct scrub *s;

  if (!scrubs)
    return false;
  fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd == -1 || fstatfs (fd, &fs) == -1 || fs.f_type != BTRFS_SUPER_MAGIC
      || get_info (fd, &info, path, NULL) == -1
      || !(s = find_scrub (info.fsid)) || !s->running)
    return false;
  /* One that has ended by itself since umount2 said EBUSY was the reason as
   * well. */
  if (is_running (s))
    stop (s, fd);
  return true;
}

/* ---- results -------------------------------------------------------------- */

/* What a device has so far, with what the kernel is doing now. */
static void
device_progress (int fd, const struct scrub_device *d,
                 struct btrfs_scrub_progress *ret)
{
  struct btrfs_ioctl_scrub_args args = { .devid = d->id };

  *ret = d->result;
  if (ioctl (fd, BTRFS_IOC_SCRUB_PROGRESS, &args) == 0)
    add_progress (ret, &args.progress);
}

/* The sum of all devices; last_physical as well, as the program of btrfs
 * has it. */
static void
total_progress (int fd, struct scrub *s, struct btrfs_scrub_progress *ret)
{
  CLEANUP_UNLOCK (&lock);
  uint64_t last = 0;
  size_t i;

  memset (ret, 0, sizeof *ret);
  for (i = 0; i < s->nr_devices; ++i) {
    struct btrfs_scrub_progress p;

    device_progress (fd, &s->devices[i], &p);
    add_progress (ret, &p);
    last += p.last_physical;
  }
  ret->last_physical = last;
}

int
do_btrfs_scrub_full (const char *path,
                     const struct guestfs_btrfs_scrub_full_argv *o,
                     struct error *err)
{
  bool readonly = o->bitmask & GUESTFS_BTRFS_SCRUB_FULL_READONLY_BITMASK
    && o->readonly;
  CLEANUP_CLOSE int fd = btrfs_open (path, err);
  struct scrub *s = fd == -1 ? NULL : prepare (fd, readonly, path, err);
  struct btrfs_scrub_progress total;
  size_t i;

  if (!s)
    return -1;
  s->fd = TAKE_FD (fd);
  s->stop = false;
  (void) scrub_thread (s);
  for (i = 0; i < s->nr_devices; ++i)
    if (s->devices[i].errnum)
      return error_set (err, s->devices[i].errnum, "%s: scrub: %s", path,
                        strerror (s->devices[i].errnum));
  total_progress (fd, s, &total);
  if (total.uncorrectable_errors > 0)
    return error_set (err, EIO, "%s: scrub: %" PRIu64 " errors that cannot be "
                      "corrected", path,
                      (uint64_t) total.uncorrectable_errors);
  return 0;
}

struct guestfs_btrfsscrub *
do_btrfs_scrub_status (const char *path, struct error *err)
{
  CLEANUP_CLOSE int fd = btrfs_open (path, err);
  struct btrfs_scrub_progress p = { 0 };
  struct btrfs_ioctl_fs_info_args info;
  struct guestfs_btrfsscrub *ret;
  struct scrub *s;

  if (fd == -1 || get_info (fd, &info, path, err) == -1)
    return NULL;
  s = find_scrub (info.fsid);
  if (s)
    total_progress (fd, s, &p);
  ret = malloc (sizeof *ret);
  if (!ret) {
    error_errno (err, "%s", path);
    return NULL;
  }
  *ret = (struct guestfs_btrfsscrub) {
    .btrfsscrub_data_extents_scrubbed = p.data_extents_scrubbed,
    .btrfsscrub_tree_extents_scrubbed = p.tree_extents_scrubbed,
    .btrfsscrub_data_bytes_scrubbed = p.data_bytes_scrubbed,
    .btrfsscrub_tree_bytes_scrubbed = p.tree_bytes_scrubbed,
    .btrfsscrub_read_errors = p.read_errors,
    .btrfsscrub_csum_errors = p.csum_errors,
    .btrfsscrub_verify_errors = p.verify_errors,
    .btrfsscrub_no_csum = p.no_csum,
    .btrfsscrub_csum_discards = p.csum_discards,
    .btrfsscrub_super_errors = p.super_errors,
    .btrfsscrub_malloc_errors = p.malloc_errors,
    .btrfsscrub_uncorrectable_errors = p.uncorrectable_errors,
    .btrfsscrub_unverified_errors = p.unverified_errors,
    .btrfsscrub_corrected_errors = p.corrected_errors,
    .btrfsscrub_last_physical = p.last_physical,
  };
  return ret;
}
