/* Lists that come as a file: see structfile.h. */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "structfile.h"

int
structfile_open (struct structfile *f, struct error *err)
{
  f->fd = memfd_create ("structs", MFD_CLOEXEC);
  if (f->fd == -1)
    return error_errno (err, "memfd_create");
  (void) snprintf (f->path, sizeof f->path, "/proc/self/fd/%d", f->fd);
  return 0;
}

void
structfile_release (struct structfile *f)
{
  if (f->fd >= 0)
    close (f->fd);
  f->fd = -1;
}

/* Append the next struct; `cap` is for how many there is room. */
static int
read_one (struct xdr_reader *r, const struct layout *l,
          struct layout_list *list, size_t *cap, struct error *err)
{
  char *val = list->val;

  if (list->len == *cap) {
    size_t n = *cap ? *cap * 2 : 64;

    if (n > UINT32_MAX)
      return error_set (err, EOVERFLOW, "%s: the list is too long", l->name);
    val = reallocarray (val, n, l->size);
    if (!val)
      return error_errno (err, "%s", l->name);
    list->val = val;
    *cap = n;
  }
  if (layout_decode (r, l, val + list->len * l->size, err) == -1)
    return -1;
  list->len++;
  return 0;
}

static struct layout_list *
read_all (struct xdr_reader r, const struct layout *l, struct error *err)
{
  struct layout_list *list = calloc (1, sizeof *list);
  size_t cap = 0;

  if (!list) {
    error_errno (err, "%s", l->name);
    return NULL;
  }
  while (r.len > 0)
    if (read_one (&r, l, list, &cap, err) == -1) {
      layout_free_list (l, list);
      return NULL;
    }
  return list;
}

void *
structfile_read (const struct structfile *f, const struct layout *l,
                 struct error *err)
{
  struct layout_list *ret;
  struct stat st;
  void *data;

  if (fstat (f->fd, &st) == -1) {
    error_errno (err, "%s", l->name);
    return NULL;
  }
  if (st.st_size == 0)
    return read_all (xdr_reader ("", 0), l, err);
  data = mmap (NULL, st.st_size, PROT_READ, MAP_PRIVATE, f->fd, 0);
  if (data == MAP_FAILED) {
    error_errno (err, "%s", l->name);
    return NULL;
  }
  ret = read_all (xdr_reader (data, st.st_size), l, err);
  munmap (data, st.st_size);
  return ret;
}
