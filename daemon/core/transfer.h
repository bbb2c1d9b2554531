/* The file part of calls with a filein or fileout argument, and progress. */
#ifndef BATHYSCOPE_TRANSFER_H
#define BATHYSCOPE_TRANSFER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"

/* filein: hand every chunk to `chunk` until the library ends the file.  When
 * `chunk` fails the rest is discarded.  -1 also when the library cancels
 * (ECANCELED). */
int receive_file (int (*chunk) (void *opaque, const void *data, size_t len,
                                struct error *err),
                  void *opaque, struct error *err);
/* The same, pulled: up to `len` bytes, 0 at the end of the file.  What is not
 * taken is discarded after the call. */
ssize_t receive_some (void *buf, size_t len, struct error *err);
/* The same into a descriptor. */
int receive_file_to_fd (int fd, struct error *err);

/* fileout: any number of send_chunk, then send_end.  -1 with ECANCELED when the
 * library wants no more. */
int send_chunk (const void *data, size_t len, struct error *err);
int send_end (struct error *err);
/* The fast road for a descriptor: up to `len` bytes (UINT64_MAX: to the end of
 * file) from where it stands; does not send the end. */
int send_fd (int fd, uint64_t len, struct error *err);

/* Tell the library how far a long call is; cheap to call often. */
void notify_progress (uint64_t position, uint64_t total);

/* Has the library asked to cancel the running call? */
int is_cancelled (void);

/* What to poll for input before is_cancelled may change its answer; -1 when
 * nothing can. */
int cancel_fd (void);

/* For main.c: around each call.  The end discards what is left of the file
 * that the library sends; -1 when the connection is lost. */
void transfer_begin (int has_filein);
int transfer_finish (struct error *err);

#endif
