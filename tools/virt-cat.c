/* virt-cat: print files of a guest. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "cleanup.h"
#include "guests.h"
#include "json.h"
#include "options.h"

static const char usage[] =
  "Print files of a virtual machine.\n"
  "\n"
  "  virt-cat [options] -a disk.img [-a disk.img ...] FILE [FILE ...]\n"
  "  virt-cat [options] -d domain FILE [FILE ...]\n"
  "\n"
  GUESTS_HELP;

struct cat {
  char **files;
  bool json;
};

/* The contents as text, where they are text, or in base64. */
static int
print_json (const struct options *o, const char *image, const char *path)
{
  size_t size;
  CLEANUP_FREE char *content = guestfs_read_file (o->g, path, &size);
  struct json j;

  if (!content)
    return -1;
  json_begin (&j, stdout);
  json_text (&j, "image", image);
  json_text (&j, "path", path);
  json_number (&j, "size", size);
  if (json_is_text (content, size))
    json_text_len (&j, "content", content, size);
  else
    json_base64 (&j, "base64", content, size);
  json_end (&j);
  return 0;
}

static int
cat_guest (const struct options *o, const char *name, void *data)
{
  const struct cat *cat = data;
  int status = EXIT_SUCCESS;
  size_t i;

  options_open (o);
  for (i = 0; cat->files[i]; ++i) {
    int r = cat->json ? print_json (o, name, cat->files[i])
      : guestfs_download (o->g, cat->files[i], "/dev/stdout");

    if (r == -1)
      status = EXIT_FAILURE;
  }
  return status;
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    GUESTS_LONG_OPTIONS,
    { NULL, 0, NULL, 0 },
  };
  struct options o = {
    .program = "virt-cat", .takes = TAKES_MOUNT | TAKES_KEYS, .usage = usage,
    .help_shared = true, .own_short = "", .own_long = own_long,
    .readonly = true, .inspector = true,
  };
  struct guests guests = { .o = &o };
  struct cat cat;
  int c, status;

  options_start (&o);
  while ((c = options_next (&o, argc, argv)) != -1)
    (void) guests_option (&guests, c);
  options_old_style (&o, argc, argv);
  options_check (&o);
  guests_list (&guests);
  if (optind >= argc)
    die (&o, "give the name of at least one file");

  cat.files = &argv[optind];
  cat.json = guests.json;
  status = guests_run (&guests, cat_guest, &cat);
  guests_release (&guests);
  options_finish (&o);
  return status;
}
