/* virt-get-kernel: copy the newest kernel of a guest, and its ramdisk, out. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "options.h"
#include "outfile.h"
#include "strlist.h"

static const char usage[] =
  "Copy the kernel of a virtual machine, and its ramdisk, out.\n"
  "\n"
  "  virt-get-kernel [options] -a disk.img [-a disk.img ...]\n"
  "  virt-get-kernel [options] -d domain\n"
  "\n"
  "  -o, --output DIRECTORY where to write them (default: here)\n"
  "      --prefix TEXT      put this and a dash before the names\n"
  "      --unversioned-names  names without versions: vmlinuz, initrd.img\n";

enum { OPTION_PREFIX = OPTION_OWN, OPTION_UNVERSIONED };

struct get_kernel {
  struct options o;
  const char *output, *prefix;
  bool unversioned;
};

/* The version is what follows the kernel's name: "vmlinuz-6.1.0-18-amd64". */
static const char *
kernel_version (const char *name)
{
  static const char *const kernels[] = { "vmlinuz", "vmlinux", "kernel",
                                         "bzImage", "linux" };
  size_t i;

  for (i = 0; i < sizeof kernels / sizeof *kernels; ++i) {
    size_t len = strlen (kernels[i]);

    if (strncmp (name, kernels[i], len) == 0
        && (name[len] == '-' || !name[len]))
      return name[len] ? name + len + 1 : "";
  }
  return NULL;
}

static bool
is_file (guestfs_h *g, const char *directory, const char *name)
{
  CLEANUP_FREE char *path = NULL;

  if (asprintf (&path, "%s/%s", directory, name) == -1)
    return false;
  return guestfs_is_file_opts (g, path, GUESTFS_IS_FILE_OPTS_FOLLOWSYMLINKS, 1,
                               -1) == 1;
}

/* Rescue kernels come last, whatever their version. */
static const char *
newest_kernel (guestfs_h *g, const char *directory, char **names)
{
  const char *best = NULL;
  size_t i;

  for (i = 0; names[i]; ++i) {
    const char *version = kernel_version (names[i]);
    bool rescue = strstr (names[i], "rescue");

    if (!version || !is_file (g, directory, names[i]))
      continue;
    if (!best
        || (strstr (best, "rescue") && !rescue)
        || (!!strstr (best, "rescue") == rescue
            && strverscmp (version, kernel_version (best)) > 0))
      best = names[i];
  }
  return best;
}

/* "initrd.img-VERSION", "initramfs-VERSION.img", "initrd-VERSION". */
static const char *
ramdisk_of (guestfs_h *g, const char *directory, char **names,
            const char *version)
{
  size_t i;

  for (i = 0; names[i]; ++i)
    if (strncmp (names[i], "init", 4) == 0 && strstr (names[i], version)
        && !strstr (names[i], "kdump") && is_file (g, directory, names[i])) {
      const char *rest = strstr (names[i], version) + strlen (version);

      /* Not that of a longer version. */
      if (!*rest || strcmp (rest, ".img") == 0 || strcmp (rest, ".gz") == 0)
        return names[i];
    }
  return NULL;
}

/* "vmlinuz-6.1.0-18-amd64" without the version. */
static char *
without_version (const char *name, const char *version)
{
  const char *at = *version ? strstr (name, version) : NULL;
  char *ret;

  if (!at || at == name || at[-1] != '-')
    return xstrdup (name);
  if (asprintf (&ret, "%.*s%s", (int) (at - name - 1), name,
                at + strlen (version)) == -1)
    abort ();
  return ret;
}

static void
copy (const struct get_kernel *k, const char *directory, const char *name,
      const char *version)
{
  const struct options *o = &k->o;
  CLEANUP_FREE char *source = NULL, *target = NULL, *base = NULL;
  char *temporary;

  base = k->unversioned ? without_version (name, version) : xstrdup (name);
  if (asprintf (&source, "%s/%s", directory, name) == -1
      || asprintf (&target, "%s/%s%s%s", k->output, k->prefix ? k->prefix : "",
                   k->prefix ? "-" : "", base) == -1)
    die (o, "out of memory");
  tell (o, "download: %s -> %s", source, target);
  temporary = outfile_begin (o, target);
  if (guestfs_download (o->g, source, temporary) == -1)
    die_handle (o);
  outfile_end (o, temporary, target);
}

static void
get_kernel (const struct get_kernel *k)
{
  static const char *const directories[] = { "/boot", "/boot/efi", "" };
  size_t i;

  for (i = 0; i < sizeof directories / sizeof *directories; ++i) {
    CLEANUP_STRINGS char **names = NULL;
    const char *kernel, *ramdisk, *version;

    guestfs_push_error_handler (k->o.g, NULL, NULL);
    names = guestfs_ls (k->o.g, *directories[i] ? directories[i] : "/");
    guestfs_pop_error_handler (k->o.g);
    kernel = names ? newest_kernel (k->o.g, directories[i], names) : NULL;
    if (!kernel)
      continue;
    version = kernel_version (kernel);
    copy (k, directories[i], kernel, version);
    ramdisk = ramdisk_of (k->o.g, directories[i], names, version);
    if (ramdisk)
      copy (k, directories[i], ramdisk, version);
    return;
  }
  die (&k->o, "no kernel was found in the guest");
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    { "output", required_argument, NULL, 'o' },
    { "prefix", required_argument, NULL, OPTION_PREFIX },
    { "unversioned-names", no_argument, NULL, OPTION_UNVERSIONED },
    { NULL, 0, NULL, 0 },
  };
  struct get_kernel k = {
    .o = {
      .program = "virt-get-kernel", .usage = usage, .help_shared = true,
      .takes = TAKES_KEYS | TAKES_MESSAGES, .own_short = "o:",
      .own_long = own_long, .readonly = true, .inspector = true,
    },
    .output = ".",
  };
  int c;

  options_start (&k.o);
  while ((c = options_next (&k.o, argc, argv)) != -1)
    switch (c) {
    case 'o': k.output = optarg; break;
    case OPTION_PREFIX: k.prefix = optarg; break;
    case OPTION_UNVERSIONED: k.unversioned = true; break;
    }
  options_check (&k.o);
  if (k.o.machine_readable && k.o.nr_drives == 0) {
    puts (k.o.program);
    return EXIT_SUCCESS;
  }
  if (k.o.nr_drives == 0)
    die (&k.o, "give a disk image with -a, or a domain with -d");
  if (optind < argc)
    die (&k.o, "unexpected argument \"%s\"", argv[optind]);
  options_open (&k.o);
  get_kernel (&k);
  options_finish (&k.o);
  return EXIT_SUCCESS;
}
