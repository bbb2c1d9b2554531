/* tar_in, tgz_in and txz_in. */

#include <config.h>

#include <errno.h>

#include "actions.h"
#include "archiveio.h"
#include "extract.h"

static int
unpack (struct archive_in *in, struct extract *x, struct error *err)
{
  struct archive_entry *entry;
  int r;

  for (;;) {
    r = archive_read_next_header (in->a, &entry);
    if (r == ARCHIVE_EOF)
      return 0;
    /* A warning about, say, a name in another character set is none for us. */
    if (r < ARCHIVE_WARN)
      return archive_in_error (in, "archive", err);
    if (extract_entry (x, in->a, entry, err) == -1)
      /* What stopped the transfer says more than a broken archive. */
      return error_is_set (&in->fault)
        ? (error_clear (err), archive_in_error (in, "archive", err)) : -1;
  }
}

struct tar_in_options {
  const char *compress;
  bool xattrs, selinux, acls, keepdirlink;
};

static int
tar_in (const char *directory, const struct tar_in_options *o,
        struct error *err)
{
  CLEANUP (utf8_scope_leave) struct utf8_scope utf8 = { (locale_t) 0,
                                                        (locale_t) 0 };
  CLEANUP (extract_release) struct extract x = { .base = -1, .parent = -1 };
  CLEANUP (archive_in_release) struct archive_in in = { .a = NULL };

  /* How it is compressed is recognised; the method must only be a known one. */
  if (extract_init (&x, directory, err) == -1
      || (o->compress && archive_check_method (o->compress, err) == -1))
    return -1;
  x.xattrs = o->xattrs;
  x.selinux = o->selinux;
  x.acls = o->acls;
  x.keepdirlink = o->keepdirlink;
  utf8_scope_enter (&utf8);
  if (archive_in_open (&in, err) == -1 || unpack (&in, &x, err) == -1)
    return -1;
  return extract_finish (&x, err);
}

#define HAS(NAME) (optargs->bitmask & GUESTFS_TAR_IN_OPTS_##NAME##_BITMASK)

int
do_tar_in (const char *directory,
           const struct guestfs_tar_in_opts_argv *optargs, struct error *err)
{
  struct tar_in_options o = {
    .compress = HAS (COMPRESS) ? optargs->compress : NULL,
    .xattrs = HAS (XATTRS) && optargs->xattrs,
    .selinux = HAS (SELINUX) && optargs->selinux,
    .acls = HAS (ACLS) && optargs->acls,
    .keepdirlink = HAS (KEEPDIRLINK) && optargs->keepdirlink,
  };

  return tar_in (directory, &o, err);
}

int
do_tgz_in (const char *directory, struct error *err)
{
  struct tar_in_options o = { .compress = "gzip" };

  return tar_in (directory, &o, err);
}

int
do_txz_in (const char *directory, struct error *err)
{
  struct tar_in_options o = { .compress = "xz" };

  return tar_in (directory, &o, err);
}
