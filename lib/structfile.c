/* Lists that come as a file: see structfile.h. */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "strlist.h"
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

/* The bytes of the file, to be unmapped; "" where there are none. */
static const char *
map (const struct structfile *f, size_t *ret_len, struct error *err)
{
  struct stat st;
  void *data;

  if (fstat (f->fd, &st) == -1) {
    error_errno (err, "fstat");
    return NULL;
  }
  *ret_len = st.st_size;
  if (st.st_size == 0)
    return "";
  data = mmap (NULL, st.st_size, PROT_READ, MAP_PRIVATE, f->fd, 0);
  if (data == MAP_FAILED) {
    error_errno (err, "mmap");
    return NULL;
  }
  return data;
}

static void
unmap (const char *data, size_t len)
{
  if (len > 0)
    munmap ((void *) data, len);
}

void *
structfile_read (const struct structfile *f, const struct layout *l,
                 struct error *err)
{
  struct layout_list *ret;
  size_t len;
  const char *data = map (f, &len, err);

  if (!data)
    return NULL;
  ret = read_all (xdr_reader (data, len), l, err);
  unmap (data, len);
  return ret;
}

/* Bytes of the daemon: the last string may lack its NUL. */
static int
add_names (struct strlist *names, const char *data, size_t len,
           struct error *err)
{
  while (len > 0) {
    size_t n = strnlen (data, len);
    char *name = strndup (data, n);

    if (!name || strlist_add_taken (names, name) == -1)
      return error_errno (err, "names");
    n += n < len;
    data += n;
    len -= n;
  }
  return 0;
}

char **
structfile_read_names (const struct structfile *f, struct error *err)
{
  CLEANUP_STRLIST struct strlist names = STRLIST_INIT;
  size_t len;
  const char *data = map (f, &len, err);
  char **ret = NULL;
  int r;

  if (!data)
    return NULL;
  r = add_names (&names, data, len, err);
  unmap (data, len);
  if (r == -1)
    return NULL;
  strlist_sort (&names);
  ret = strlist_take (&names);
  if (!ret)
    error_errno (err, "names");
  return ret;
}
