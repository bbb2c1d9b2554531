/* virt-tar-out: pack a directory of a guest into a tar archive. */

#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "outfile.h"
#include "strlist.h"
#include "tar-option.h"
#include "transfer.h"

static bool
parse_option (const char *arg, struct guestfs_tar_out_opts_argv *optargs,
              struct strlist *excludes)
{
  const char *value = tar_option (arg, "compress");

  if (value) {
    optargs->compress = value;
    optargs->bitmask |= GUESTFS_TAR_OUT_OPTS_COMPRESS_BITMASK;
  }
  else if ((value = tar_option (arg, "excludes")))
    return strlist_add (excludes, value) == 0;
  else if (tar_option_bool (arg, "numericowner", &optargs->numericowner))
    optargs->bitmask |= GUESTFS_TAR_OUT_OPTS_NUMERICOWNER_BITMASK;
  else if (tar_option_bool (arg, "xattrs", &optargs->xattrs))
    optargs->bitmask |= GUESTFS_TAR_OUT_OPTS_XATTRS_BITMASK;
  else if (tar_option_bool (arg, "selinux", &optargs->selinux))
    optargs->bitmask |= GUESTFS_TAR_OUT_OPTS_SELINUX_BITMASK;
  else if (tar_option_bool (arg, "acls", &optargs->acls))
    optargs->bitmask |= GUESTFS_TAR_OUT_OPTS_ACLS_BITMASK;
  else
    return false;
  return true;
}

/* Pipes, terminals and the like are written to as they are. */
static bool
is_special (const char *name)
{
  struct stat s;

  return strcmp (name, "-") == 0
    || (stat (name, &s) == 0 && !S_ISREG (s.st_mode));
}

static int
tar_out (guestfs_h *g, size_t argc, char *argv[], const char **ret_complaint)
{
  struct guestfs_tar_out_opts_argv optargs = { .bitmask = 0 };
  CLEANUP_STRLIST struct strlist excludes = STRLIST_INIT;
  CLEANUP_STRINGS char **patterns = NULL;
  static const struct options o = { .program = "virt-tar-out" };
  char *temporary;
  size_t i;

  for (i = 2; i < argc; ++i)
    if (!parse_option (argv[i], &optargs, &excludes)) {
      *ret_complaint = "the options of the archive are compress:TYPE, excludes:PATTERN, numericowner:BOOL, xattrs:BOOL, selinux:BOOL, acls:BOOL";
      return 0;
    }
  if (excludes.len > 0) {
    patterns = strlist_take (&excludes);
    optargs.excludes = patterns;
    optargs.bitmask |= GUESTFS_TAR_OUT_OPTS_EXCLUDES_BITMASK;
  }
  if (is_special (argv[1]))
    return guestfs_tar_out_opts_argv (g, argv[0],
                                      strcmp (argv[1], "-") == 0
                                      ? "/dev/stdout" : argv[1], &optargs);
  temporary = outfile_begin (&o, argv[1]);
  if (guestfs_tar_out_opts_argv (g, argv[0], temporary, &optargs) == -1) {
    free (temporary); /* the file goes when the program ends */
    return -1;
  }
  outfile_end (&o, temporary, argv[1]);
  return 0;
}

int
main (int argc, char *argv[])
{
  static const struct transfer transfer = {
    .program = "virt-tar-out",
    .usage = "Pack a directory of a virtual machine into a tar archive.\n"
             "\n"
             "  virt-tar-out [options] -a disk.img /DIRECTORY ARCHIVE [OPTION:VALUE ...]\n"
             "  virt-tar-out [options] -d domain /DIRECTORY ARCHIVE [OPTION:VALUE ...]\n"
             "\n"
             "  ARCHIVE is - for standard output.  Options of the archive:\n"
             "  compress:gzip|xz|bzip2|zstd|..., excludes:PATTERN (can be repeated),\n"
             "  numericowner:true, xattrs:true, selinux:true, acls:true\n"
             "\n"
             "      --jobs NUMBER      every image is a guest, packed into IMAGE-ARCHIVE;\n"
             "                         so many at a time\n"
             "  -n, --no-sync          do not sync the disks at the end\n",
    .readonly = true,
    .min_args = 2,
    .wrong_args = "give a directory of the guest, then the name of an archive",
    .many = EACH_A_FILE,
    .run = tar_out,
  };

  return transfer_main (&transfer, argc, argv);
}
