/* Data of a filesystem by number: download_inode, download_blocks. */

#include "tsk.h"

#include <config.h>

#include <errno.h>
#include <stdbool.h>

#include "actions.h"

#ifdef HAVE_TSK

#include "guestfile.h"
#include "transfer.h"

static void
cleanup_file (TSK_FS_FILE **file)
{
  if (*file)
    tsk_fs_file_close (*file);
}

/* What a file holds: its size by the inode, from the blocks that the inode
 * names, whether these are still its own or not. */
static int
send_file (TSK_FS_FILE *file, const char *device, struct error *err)
{
  char *buf = io_buffer (err);
  int64_t size = file->meta->size, offset = 0;
  ssize_t n;

  if (!buf)
    return -1;
  while (offset < size) {
    size_t want = size - offset < IO_PIECE ? size - offset : IO_PIECE;

    n = tsk_fs_file_read (file, offset, buf, want,
                          TSK_FS_FILE_READ_FLAG_NONE);
    if (n <= 0)
      return tsk_failed (device, err);
    if (send_chunk (buf, n, err) == -1)
      return -1;
    offset += n;
    notify_progress (offset, size);
  }
  return send_end (err);
}

int
do_download_inode (const struct mountable *device, int64_t inode,
                   struct error *err)
{
  CLEANUP_TSK struct tsk t = TSK_INIT;
  CLEANUP (cleanup_file) TSK_FS_FILE *file = NULL;

  if (inode < 0)
    return error_set (err, EINVAL, "inode: %lld is negative",
                      (long long) inode);
  if (tsk_begin (&t, device, err) == -1)
    return -1;
  if ((TSK_INUM_T) inode < t.fs->first_inum
      || (TSK_INUM_T) inode > t.fs->last_inum)
    return error_set (err, ENOENT, "inode: %lld is not one of %s, which go "
                      "from %llu to %llu", (long long) inode, device->string,
                      (unsigned long long) t.fs->first_inum,
                      (unsigned long long) t.fs->last_inum);
  file = tsk_fs_file_open_meta (t.fs, NULL, inode);
  if (!file || !file->meta)
    return tsk_failed (device->string, err);
  return send_file (file, device->string, err);
}

/* --- blocks ------------------------------------------------------------------- */

static int
send_all_blocks (TSK_FS_INFO *fs, const char *device, uint64_t start,
                 uint64_t stop, struct error *err)
{
  char *buf = io_buffer (err);
  uint64_t piece = IO_PIECE / fs->block_size, block = start, n;

  if (!buf)
    return -1;
  if (piece == 0)
    return error_set (err, ENOTSUP, "%s: blocks of %u bytes", device,
                      fs->block_size);
  for (; block <= stop; block += n) {
    n = stop - block + 1 < piece ? stop - block + 1 : piece;
    if (tsk_fs_read_block (fs, block, buf, n * fs->block_size)
        != (ssize_t) (n * fs->block_size))
      return tsk_failed (device, err);
    if (send_chunk (buf, n * fs->block_size, err) == -1)
      return -1;
    notify_progress (block + n - start, stop - start + 1);
  }
  return 0;
}

struct blocks {
  uint64_t start, stop;
  struct error *err;
  bool failed;
};

static TSK_WALK_RET_ENUM
send_block (const TSK_FS_BLOCK *block, void *opaque)
{
  struct blocks *b = opaque;

  notify_progress (block->addr - b->start + 1, b->stop - b->start + 1);
  if (send_chunk (block->buf, block->fs_info->block_size, b->err) == 0)
    return TSK_WALK_CONT;
  b->failed = true;
  return TSK_WALK_ERROR;
}

static int
send_free_blocks (TSK_FS_INFO *fs, const char *device, uint64_t start,
                  uint64_t stop, struct error *err)
{
  struct blocks b = { start, stop, err, false };

  if (tsk_fs_block_walk (fs, start, stop, TSK_FS_BLOCK_WALK_FLAG_UNALLOC,
                         send_block, &b) == 0 && !b.failed)
    return 0;
  return b.failed ? -1 : tsk_failed (device, err);
}

int
do_download_blocks (const struct mountable *device, int64_t start,
                    int64_t stop,
                    const struct guestfs_download_blocks_argv *optargs,
                    struct error *err)
{
  bool unallocated = (optargs->bitmask
                      & GUESTFS_DOWNLOAD_BLOCKS_UNALLOCATED_BITMASK)
    && optargs->unallocated;
  CLEANUP_TSK struct tsk t = TSK_INIT;
  int r;

  if (tsk_begin (&t, device, err) == -1)
    return -1;
  if (start < 0 || stop < start
      || (TSK_DADDR_T) start < t.fs->first_block
      || (TSK_DADDR_T) stop > t.fs->last_block_act)
    return error_set (err, EINVAL, "%s: blocks %lld to %lld: there are %llu "
                      "to %llu", device->string, (long long) start,
                      (long long) stop,
                      (unsigned long long) t.fs->first_block,
                      (unsigned long long) t.fs->last_block_act);
  r = unallocated
    ? send_free_blocks (t.fs, device->string, start, stop, err)
    : send_all_blocks (t.fs, device->string, start, stop, err);
  return r == -1 ? -1 : send_end (err);
}

#else

#include "absent.h"

ABSENT (int, -1, do_download_inode,
        (const struct mountable *device, int64_t inode, struct error *err))
ABSENT (int, -1, do_download_blocks,
        (const struct mountable *device, int64_t start, int64_t stop,
         const struct guestfs_download_blocks_argv *optargs,
         struct error *err))

#endif
