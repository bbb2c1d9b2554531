/* virt-copy-in: copy local files and directories into a guest. */

#include <config.h>

#include "transfer.h"

static int
copy_in (guestfs_h *g, size_t argc, char *argv[], const char **ret_complaint)
{
  size_t i;

  for (i = 0; i + 1 < argc; ++i)
    if (guestfs_copy_in (g, argv[i], argv[argc - 1]) == -1)
      return -1;
  return 0;
}

int
main (int argc, char *argv[])
{
  static const struct transfer transfer = {
    .program = "virt-copy-in",
    .usage = "Copy files and directories into a virtual machine.\n"
             "Shut the machine down first.\n"
             "\n"
             "  virt-copy-in [options] -a disk.img FILE|DIRECTORY ... /DESTINATION\n"
             "  virt-copy-in [options] -d domain FILE|DIRECTORY ... /DESTINATION\n"
             "\n"
             "  -n, --no-sync          do not sync the disks at the end\n",
    .min_args = 2,
    .wrong_args = "give the names of local files, then a directory of the guest",
    .run = copy_in,
  };

  return transfer_main (&transfer, argc, argv);
}
