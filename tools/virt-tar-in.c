/* virt-tar-in: unpack a tar archive into a guest. */

#include <config.h>

#include <string.h>

#include "tar-option.h"
#include "transfer.h"

static bool
parse_option (const char *arg, struct guestfs_tar_in_opts_argv *optargs)
{
  const char *value = tar_option (arg, "compress");

  if (value) {
    optargs->compress = value;
    optargs->bitmask |= GUESTFS_TAR_IN_OPTS_COMPRESS_BITMASK;
  }
  else if (tar_option_bool (arg, "xattrs", &optargs->xattrs))
    optargs->bitmask |= GUESTFS_TAR_IN_OPTS_XATTRS_BITMASK;
  else if (tar_option_bool (arg, "selinux", &optargs->selinux))
    optargs->bitmask |= GUESTFS_TAR_IN_OPTS_SELINUX_BITMASK;
  else if (tar_option_bool (arg, "acls", &optargs->acls))
    optargs->bitmask |= GUESTFS_TAR_IN_OPTS_ACLS_BITMASK;
  else if (tar_option_bool (arg, "keepdirlink", &optargs->keepdirlink))
    optargs->bitmask |= GUESTFS_TAR_IN_OPTS_KEEPDIRLINK_BITMASK;
  else
    return false;
  return true;
}

static int
tar_in (guestfs_h *g, size_t argc, char *argv[], const char **ret_complaint)
{
  struct guestfs_tar_in_opts_argv optargs = { .bitmask = 0 };
  const char *tarball = strcmp (argv[0], "-") == 0 ? "/dev/stdin" : argv[0];
  size_t i;

  for (i = 2; i < argc; ++i)
    if (!parse_option (argv[i], &optargs)) {
      *ret_complaint = "the options of the archive are compress:TYPE, xattrs:BOOL, selinux:BOOL, acls:BOOL, keepdirlink:BOOL";
      return 0;
    }
  return guestfs_tar_in_opts_argv (g, tarball, argv[1], &optargs);
}

int
main (int argc, char *argv[])
{
  static const struct transfer transfer = {
    .program = "virt-tar-in",
    .usage = "Unpack a tar archive into a directory of a virtual machine.\n"
             "Shut the machine down first.\n"
             "\n"
             "  virt-tar-in [options] -a disk.img ARCHIVE /DESTINATION [OPTION:VALUE ...]\n"
             "  virt-tar-in [options] -d domain ARCHIVE /DESTINATION [OPTION:VALUE ...]\n"
             "\n"
             "  ARCHIVE is - for standard input.  Options of the archive:\n"
             "  compress:gzip|xz|bzip2|zstd|..., xattrs:true, selinux:true, acls:true,\n"
             "  keepdirlink:true\n"
             "\n"
             "  -n, --no-sync          do not sync the disks at the end\n",
    .min_args = 2, .max_args = 7,
    .wrong_args = "give the name of an archive, then a directory of the guest",
    .run = tar_in,
  };

  return transfer_main (&transfer, argc, argv);
}
