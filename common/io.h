/* Whole reads and writes, which retry on EINTR and on short counts. */
#ifndef BATHYSCOPE_IO_H
#define BATHYSCOPE_IO_H

#include <stddef.h>
#include <sys/types.h>

/* Read until `len` bytes or end of file; returns the count, or -1 with errno. */
ssize_t read_full (int fd, void *buf, size_t len);
ssize_t pread_full (int fd, void *buf, size_t len, off_t offset);

/* Write everything; 0, or -1 with errno. */
int write_full (int fd, const void *buf, size_t len);
int pwrite_full (int fd, const void *buf, size_t len, off_t offset);

/* What is left of a file, at most `limit` bytes, behind what the buffer has; 0,
 * or -1 with errno (EFBIG when there is more).  No copy is left elsewhere. */
struct strbuf;
int read_rest (int fd, size_t limit, struct strbuf *ret);

/* The contents of a file up to `limit` bytes, NUL-terminated; NULL with errno
 * (EFBIG when there is more).  ret_len may be NULL. */
char *read_whole_fd (int fd, size_t limit, size_t *ret_len);

#endif
