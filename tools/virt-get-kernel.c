/* virt-get-kernel: copy the newest kernel of a guest, and its ramdisk, out; or
 * of many guests, whose names then stand before those of the files. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "guests.h"
#include "json.h"
#include "message.h"
#include "options.h"
#include "outfile.h"
#include "prefix.h"
#include "strlist.h"

static const char usage[] =
  "Copy the kernel of a virtual machine, and its ramdisk, out.\n"
  "\n"
  "  virt-get-kernel [options] -a disk.img [-a disk.img ...]\n"
  "  virt-get-kernel [options] -d domain\n"
  "\n"
  "  -o, --output DIRECTORY  where to write them (default: here)\n"
  "      --prefix TEXT      put this and a dash before the names\n"
  "      --unversioned-names  names without versions: vmlinuz, initrd.img\n"
  GUESTS_HELP;

enum { OPTION_PREFIX = OPTION_OWN, OPTION_UNVERSIONED };

struct get_kernel {
  const struct options *o; /* of the guest */
  const char *image;
  const char *guest;       /* before the names of files; NULL: there is only one */
  const char *output, *prefix;
  bool unversioned, json, many;
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
    if (has_prefix (names[i], "init") && strstr (names[i], version)
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

/* DIRECTORY/[PREFIX-][GUEST-]NAME */
static char *
target_name (const struct get_kernel *k, const char *name, const char *version)
{
  CLEANUP_FREE char *base
    = k->unversioned ? without_version (name, version) : xstrdup (name);
  char *ret;

  if (asprintf (&ret, "%s/%s%s%s%s%s", k->output, k->prefix ? k->prefix : "",
                k->prefix ? "-" : "", k->guest ? k->guest : "",
                k->guest ? "-" : "", base) == -1)
    die (k->o, "out of memory");
  return ret;
}

static void
tell_copied (const struct get_kernel *k, const char *kind, const char *source,
             const char *version, const char *target)
{
  struct json j;

  if (!k->json)
    return;
  json_begin (&j, stdout);
  json_text (&j, "image", k->image);
  json_text (&j, "kind", kind);
  json_text (&j, "path", source);
  json_text (&j, "version", version);
  json_text (&j, "file", target);
  json_end (&j);
}

static void
copy (const struct get_kernel *k, const char *kind, const char *directory,
      const char *name, const char *version)
{
  const struct options *o = k->o;
  CLEANUP_FREE char *source = NULL, *target = target_name (k, name, version);
  char *temporary;

  if (asprintf (&source, "%s/%s", directory, name) == -1)
    die (o, "out of memory");
  if (!k->json)
    tell (o, "download: %s -> %s", source, target);
  temporary = outfile_begin (o, target);
  if (guestfs_download (o->g, source, temporary) == -1)
    die_handle (o);
  outfile_end (o, temporary, target);
  tell_copied (k, kind, source, version, target);
}

static void
get_kernel (const struct get_kernel *k)
{
  static const char *const directories[] = { "/boot", "/boot/efi", "" };
  size_t i;

  for (i = 0; i < sizeof directories / sizeof *directories; ++i) {
    CLEANUP_STRINGS char **names = NULL;
    const char *kernel, *ramdisk, *version;

    guestfs_push_error_handler (k->o->g, NULL, NULL);
    names = guestfs_ls (k->o->g, *directories[i] ? directories[i] : "/");
    guestfs_pop_error_handler (k->o->g);
    kernel = names ? newest_kernel (k->o->g, directories[i], names) : NULL;
    if (!kernel)
      continue;
    version = kernel_version (kernel);
    copy (k, "kernel", directories[i], kernel, version);
    ramdisk = ramdisk_of (k->o->g, directories[i], names, version);
    if (ramdisk)
      copy (k, "ramdisk", directories[i], ramdisk, version);
    return;
  }
  die (k->o, "no kernel was found in the guest");
}

/* As a job. */
static int
get_kernel_of (const struct options *o, const char *name, void *data)
{
  struct get_kernel k = *(const struct get_kernel *) data;
  CLEANUP_FREE char *short_name = guest_short_name (o);

  k.o = o;
  k.image = name;
  k.guest = k.many ? short_name : NULL;
  options_open (o);
  get_kernel (&k);
  return EXIT_SUCCESS;
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    GUESTS_LONG_OPTIONS,
    { "output", required_argument, NULL, 'o' },
    { "prefix", required_argument, NULL, OPTION_PREFIX },
    { "unversioned-names", no_argument, NULL, OPTION_UNVERSIONED },
    { NULL, 0, NULL, 0 },
  };
  struct options o = {
    .program = "virt-get-kernel", .usage = usage, .help_shared = true,
    .takes = TAKES_KEYS | TAKES_MESSAGES, .own_short = "o:",
    .own_long = own_long, .readonly = true, .inspector = true,
  };
  struct guests guests = { .o = &o };
  struct get_kernel k = { .output = "." };
  int c, status;

  options_start (&o);
  while ((c = options_next (&o, argc, argv)) != -1)
    switch (c) {
    case 'o': k.output = optarg; break;
    case OPTION_PREFIX: k.prefix = optarg; break;
    case OPTION_UNVERSIONED: k.unversioned = true; break;
    default: (void) guests_option (&guests, c);
    }
  options_check (&o);
  if (o.machine_readable) {
    puts (o.program);
    options_finish (&o);
    return EXIT_SUCCESS;
  }
  guests_list (&guests);
  if (optind < argc)
    die (&o, "unexpected argument \"%s\"", argv[optind]);
  k.json = guests.json;
  k.many = guests.nr > 1;
  if (k.many)
    guests_check_names (&guests);
  status = guests_run (&guests, get_kernel_of, &k);
  guests_release (&guests);
  options_finish (&o);
  return status;
}
