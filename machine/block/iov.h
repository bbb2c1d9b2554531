/* Working on parts of a scatter list.
 *
 * `skip` and `len` count bytes and must lie within the list.  Only iov_slice
 * allocates.
 */
#ifndef BATHYSCOPE_IOV_H
#define BATHYSCOPE_IOV_H

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

size_t iov_length (const struct iovec *iov, int iovcnt);

/* Bytes [skip, skip + len) of a list as a list of its own, *ret_cnt entries
 * that begin after `extra` unused ones, with `extra` more unused ones behind.
 * The caller frees.  NULL with errno ENOMEM. */
struct iovec *iov_slice (const struct iovec *iov, int iovcnt, size_t skip,
                         size_t len, int extra, int *ret_cnt);

/* Fill bytes [skip, skip + len) with zeroes, or from / to a buffer. */
void iov_zero (const struct iovec *iov, int iovcnt, size_t skip, size_t len);
void iov_from_buf (const struct iovec *iov, int iovcnt, size_t skip,
                   const void *buf, size_t len);
void iov_to_buf (const struct iovec *iov, int iovcnt, size_t skip, void *buf,
                 size_t len);

#endif
