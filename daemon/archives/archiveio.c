/* libarchive and the RPC: see archiveio.h. */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "archiveio.h"
#include "transfer.h"

#define PIECE ((size_t) 512 * 1024)

int
archive_error_set (struct error *err, struct archive *a, const char *what)
{
  const char *message = archive_error_string (a);
  int e = archive_errno (a);

  /* Errors in the format have negative or very large numbers. */
  return error_set (err, e > 0 && e < 4096 ? e : EINVAL, "%s: %s", what,
                    message ? message : "archive error");
}

/* ---- reading ------------------------------------------------------------- */

static la_ssize_t
read_piece (struct archive *a, void *opaque, const void **ret)
{
  struct archive_in *in = opaque;
  size_t len = 0;

  /* Full pieces, so that there are few of them. */
  while (len < PIECE) {
    ssize_t n = receive_some (in->buf + len, PIECE - len, &in->fault);

    if (n == -1) {
      archive_set_error (a, in->fault.errnum, "transfer failed");
      return -1;
    }
    if (n == 0)
      break;
    len += n;
  }
  *ret = in->buf;
  return len;
}

int
archive_in_open (struct archive_in *in, struct error *err)
{
  *in = (struct archive_in) { .a = archive_read_new () };
  in->buf = malloc (PIECE);
  if (!in->a || !in->buf)
    return error_set (err, ENOMEM, "archive: out of memory");
  archive_read_support_filter_gzip (in->a);
  archive_read_support_filter_bzip2 (in->a);
  archive_read_support_filter_compress (in->a);
  archive_read_support_filter_lzma (in->a);
  archive_read_support_filter_xz (in->a);
  archive_read_support_filter_zstd (in->a);
  archive_read_support_filter_lzop (in->a);
  archive_read_support_format_tar (in->a);
  if (archive_read_open (in->a, in, NULL, read_piece, NULL) != ARCHIVE_OK)
    return archive_in_error (in, "archive", err);
  return 0;
}

int
archive_in_error (struct archive_in *in, const char *what, struct error *err)
{
  if (!error_is_set (&in->fault))
    return archive_error_set (err, in->a, what);
  error_move (err, &in->fault);
  return -1;
}

void
archive_in_release (struct archive_in *in)
{
  archive_read_free (in->a);
  free (in->buf);
  error_clear (&in->fault);
}

/* ---- writing ------------------------------------------------------------- */

static la_ssize_t
write_piece (struct archive *a, void *opaque, const void *data, size_t len)
{
  struct archive_out *out = opaque;

  if (send_chunk (data, len, &out->fault) == -1) {
    archive_set_error (a, out->fault.errnum, "transfer failed");
    return -1;
  }
  return len;
}

int
archive_out_init (struct archive_out *out, struct error *err)
{
  *out = (struct archive_out) { .a = archive_write_new () };
  if (!out->a)
    return error_set (err, ENOMEM, "archive: out of memory");
  return 0;
}

int
archive_out_open (struct archive_out *out, struct error *err)
{
  archive_write_set_bytes_per_block (out->a, PIECE);
  archive_write_set_bytes_in_last_block (out->a, 1);
  if (archive_write_open (out->a, out, NULL, write_piece, NULL) != ARCHIVE_OK)
    return archive_out_error (out, "archive", err);
  return 0;
}

int
archive_out_finish (struct archive_out *out, struct error *err)
{
  if (archive_write_close (out->a) != ARCHIVE_OK)
    return archive_out_error (out, "archive", err);
  return send_end (err);
}

int
archive_out_error (struct archive_out *out, const char *what,
                   struct error *err)
{
  if (!error_is_set (&out->fault))
    return archive_error_set (err, out->a, what);
  error_move (err, &out->fault);
  return -1;
}

/* Nothing more is sent: a writer that was not finished fails to close, which is
 * what is wanted after an error. */
void
archive_out_release (struct archive_out *out)
{
  if (out->a) {
    (void) archive_write_fail (out->a);
    archive_write_free (out->a);
  }
  error_clear (&out->fault);
}

/* ---- compression ------------------------------------------------------------ */

static const struct method {
  const char *name;
  int (*add) (struct archive *a);
} methods[] = {
  { "compress", archive_write_add_filter_compress },
  { "gzip", archive_write_add_filter_gzip },
  { "bzip2", archive_write_add_filter_bzip2 },
  { "xz", archive_write_add_filter_xz },
  { "lzma", archive_write_add_filter_lzma },
  { "lzop", archive_write_add_filter_lzop },
  { "zstd", archive_write_add_filter_zstd },
};

static const struct method *
find_method (const char *name)
{
  size_t i;

  for (i = 0; i < sizeof methods / sizeof methods[0]; i++)
    if (strcmp (methods[i].name, name) == 0)
      return &methods[i];
  return NULL;
}

int
archive_check_method (const char *name, struct error *err)
{
  if (find_method (name))
    return 0;
  return error_set (err, EINVAL, "%s: not a method of compression; it is one "
                    "of compress gzip bzip2 xz lzma lzop zstd", name);
}

int
archive_add_filter (struct archive *a, const char *name, int level,
                    struct error *err)
{
  const struct method *m = find_method (name);
  char text[16];
  int r;

  if (archive_check_method (name, err) == -1)
    return -1;
  r = m->add (a);
  if (r == ARCHIVE_WARN) /* it would run a program */
    return error_set (err, ENOTSUP, "%s: libarchive was built without it",
                      name);
  if (r != ARCHIVE_OK)
    return archive_error_set (err, a, name);
  if (level == 0)
    return 0;
  snprintf (text, sizeof text, "%d", level);
  if (archive_write_set_filter_option (a, NULL, "compression-level", text)
      != ARCHIVE_OK)
    return error_set (err, EINVAL, "%s: level %d is not possible", name, level);
  return 0;
}

/* ---- character set ------------------------------------------------------------ */

void
utf8_scope_enter (struct utf8_scope *s)
{
  s->old = (locale_t) 0;
  s->locale = newlocale (LC_CTYPE_MASK, "C.UTF-8", (locale_t) 0);
  if (s->locale)
    s->old = uselocale (s->locale);
}

void
utf8_scope_leave (struct utf8_scope *s)
{
  if (s->locale) {
    uselocale (s->old);
    freelocale (s->locale);
  }
}
