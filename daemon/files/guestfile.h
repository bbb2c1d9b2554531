/* What the calls on files share: opening files of the guest for data, reading
 * them whole, and writing them.
 *
 * A file opened here never blocks the daemon: FIFOs and terminals are opened
 * with O_NONBLOCK and O_NOCTTY.  Descriptors and buffers belong to the caller.
 * Errors name the path.
 */
#ifndef BATHYSCOPE_GUESTFILE_H
#define BATHYSCOPE_GUESTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "device.h"
#include "error.h"

/* The largest piece in which the daemon reads and writes file contents. */
#define IO_PIECE (1024 * 1024)

/* For reading; EISDIR for a directory. */
int file_open_read (const char *path, struct error *err);

/* O_PATH only: for metadata.  Symbolic links in the last place are followed or
 * opened themselves. */
int file_open_meta (const char *path, bool follow, struct error *err);

/* For writing; `flags` are O_CREAT, O_TRUNC, O_APPEND as needed, mode 0666. */
int file_open_write (const char *path, int flags, struct error *err);

/* A directory, for reading its entries and for *at calls. */
int file_open_dir (const char *path, struct error *err);

/* As guest_open, but names below /dev/ are devices of the appliance, where
 * O_CREAT and O_TRUNC are left out. */
int devpath_open (const char *path, int flags, struct error *err);

/* The bytes from where `fd` stands to the end, NUL-terminated (the NUL is not
 * counted).  ENOMEM when they cannot fit in the appliance's memory. */
char *file_read_fd (int fd, const char *path, size_t *ret_len,
                    struct error *err);
char *file_read_all (const char *path, size_t *ret_len, struct error *err);

/* The size of a file, or of the block device behind the descriptor. */
int64_t file_size_fd (int fd, const char *path, struct error *err);

/* Is `name` one component that stays in its directory?  Only such names may be
 * used with *at calls on a directory of the guest. */
bool is_entry_name (const char *name);

/* A buffer of IO_PIECE bytes, allocated once and shared by the calls: no call
 * that uses it may call another that does. */
char *io_buffer (struct error *err);

/* Where something called `src` goes: into `dest` when that is a directory, to
 * the name `dest` otherwise.  The caller frees. */
char *destination_path (const char *src, const char *dest, struct error *err);

/* fdatasync is not needed: closing reports what the filesystem knows.  Close
 * and report; *fd becomes -1. */
int file_close (int *fd, const char *path, struct error *err);

#endif
