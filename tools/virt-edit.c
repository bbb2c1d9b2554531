/* virt-edit: edit files of a guest, in an editor or with an expression. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "edit-file.h"
#include "options.h"

static const char usage[] =
  "Edit files of a virtual machine.  Shut the machine down first.\n"
  "\n"
  "  virt-edit [options] -a disk.img [-a disk.img ...] FILE [FILE ...] [-e EXPR]\n"
  "  virt-edit [options] -d domain FILE [FILE ...] [-e EXPR]\n"
  "\n"
  "  -b, --backup EXTENSION  keep the old file under its name plus this\n"
  "  -e, --edit EXPR        apply this Perl expression to every line\n";

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    { "backup", required_argument, NULL, 'b' },
    { "edit", required_argument, NULL, 'e' },
    { "expr", required_argument, NULL, 'e' },
    { NULL, 0, NULL, 0 },
  };
  struct options o = {
    .program = "virt-edit", .takes = TAKES_MOUNT | TAKES_KEYS, .usage = usage, .help_shared = true,
    .own_short = "b:e:", .own_long = own_long, .inspector = true,
  };
  const char *backup = NULL, *expression = NULL;
  int c, status = EXIT_SUCCESS;

  options_start (&o);
  while ((c = options_next (&o, argc, argv)) != -1)
    switch (c) {
    case 'b':
      if (!*optarg)
        die (&o, "-b takes an extension, for example .orig");
      backup = optarg;
      break;
    case 'e': expression = optarg; break;
    }
  options_old_style (&o, argc, argv);
  options_check (&o);
  if (!o.nr_drives && !o.domains)
    die (&o, "give a disk image with -a, or a domain with -d");
  if (optind >= argc)
    die (&o, "give the name of at least one file");

  options_open (&o);
  for (; optind < argc; ++optind) {
    int r = expression
            ? edit_with_expression (o.g, argv[optind], expression, backup,
                                    o.program)
            : edit_in_editor (o.g, argv[optind], NULL, backup, o.program);
    if (r == -1)
      status = EXIT_FAILURE;
  }
  /* Writing errors show here at the latest. */
  if (guestfs_shutdown (o.g) == -1)
    status = EXIT_FAILURE;
  options_finish (&o);
  return status;
}
