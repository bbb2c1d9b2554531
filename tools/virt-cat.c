/* virt-cat: print files of a guest. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "options.h"

static const char usage[] =
  "Print files of a virtual machine.\n"
  "\n"
  "  virt-cat [options] -a disk.img [-a disk.img ...] FILE [FILE ...]\n"
  "  virt-cat [options] -d domain FILE [FILE ...]\n"
  "\n"
  "  -a, --add IMAGE        use this disk image (read-only)\n"
  "      --blocksize 512|4096  sector size of the images that follow\n"
  "  -c, --connect URI      libvirt connection for -d\n"
  "  -d, --domain NAME      use the disks of this libvirt domain\n"
  "      --echo-keys        show keys as they are typed\n"
  "      --format FORMAT    format of the images that follow (raw, qcow2)\n"
  "      --help             print this text\n"
  "      --key ID:key:TEXT|ID:file:NAME  key of an encrypted device\n"
  "      --keys-from-stdin  read keys from standard input\n"
  "  -m, --mount DEV[:MNT[:OPTS[:FSTYPE]]]  mount this instead of inspecting\n"
  "  -v, --verbose          print debugging messages\n"
  "  -V, --version          print the version\n"
  "  -x                     trace the calls of the library\n";

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = { { NULL, 0, NULL, 0 } };
  struct options o = {
    .program = "virt-cat", .takes = TAKES_MOUNT | TAKES_KEYS, .usage = usage,
    .own_short = "", .own_long = own_long, .readonly = true, .inspector = true,
  };
  int status = EXIT_SUCCESS;

  options_start (&o);
  while (options_next (&o, argc, argv) != -1)
    ;
  options_check (&o);
  if (!o.nr_drives && !o.domains)
    die (&o, "give a disk image with -a, or a domain with -d");
  if (optind >= argc)
    die (&o, "give the name of at least one file");

  options_open (&o);
  for (; optind < argc; ++optind)
    if (guestfs_download (o.g, argv[optind], "/dev/stdout") == -1)
      status = EXIT_FAILURE;
  options_finish (&o);
  return status;
}
