/* virt-copy-out: copy files and directories out of a guest. */

#include <config.h>

#include "transfer.h"

static int
copy_out (guestfs_h *g, size_t argc, char *argv[], const char **ret_complaint)
{
  size_t i;

  for (i = 0; i + 1 < argc; ++i)
    if (guestfs_copy_out (g, argv[i], argv[argc - 1]) == -1)
      return -1;
  return 0;
}

int
main (int argc, char *argv[])
{
  static const struct transfer transfer = {
    .program = "virt-copy-out",
    .usage = "Copy files and directories out of a virtual machine.\n"
             "\n"
             "  virt-copy-out [options] -a disk.img /FILE|/DIRECTORY ... LOCALDIR\n"
             "  virt-copy-out [options] -d domain /FILE|/DIRECTORY ... LOCALDIR\n"
             "\n"
             "      --jobs NUMBER      every image is a guest, copied to LOCALDIR/IMAGE;\n"
             "                         so many at a time\n"
             "  -n, --no-sync          do not sync the disks at the end\n",
    .readonly = true,
    .min_args = 2,
    .wrong_args = "give names of files in the guest, then a local directory",
    .many = EACH_A_DIRECTORY,
    .run = copy_out,
  };

  return transfer_main (&transfer, argc, argv);
}
