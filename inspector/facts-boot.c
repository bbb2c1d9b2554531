/* Boot loaders, the firmware they are for, and kernels: see facts.h. */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "rootfs.h"
#include "text.h"
#include "vector.h"

#define NAMES_MAX 4096

/* --- boot loaders -------------------------------------------------------------- */

/* The first one whose file is there.  Old configurations stay behind when
 * another boot loader is installed, so the newer ones come first. */
static const struct {
  const char *path, *name;
} loaders[] = {
  { "/boot/grub/grub.cfg", "grub2" }, { "/boot/grub2/grub.cfg", "grub2" },
  { "/boot/efi/loader/loader.conf", "systemd-boot" },
  { "/boot/loader/loader.conf", "systemd-boot" },
  { "/efi/loader/loader.conf", "systemd-boot" },
  { "/boot/efi/EFI/systemd/systemd-bootx64.efi", "systemd-boot" },
  { "/boot/EFI/systemd/systemd-bootx64.efi", "systemd-boot" },
  { "/efi/EFI/systemd/systemd-bootx64.efi", "systemd-boot" },
  { "/boot/efi/EFI/refind/refind.conf", "refind" },
  { "/boot/EFI/refind/refind.conf", "refind" },
  { "/efi/EFI/refind/refind.conf", "refind" },
  { "/etc/zipl.conf", "zipl" },
  { "/boot/grub/menu.lst", "grub" }, { "/boot/grub/grub.conf", "grub" },
  { "/boot/syslinux/syslinux.cfg", "syslinux" },
  { "/boot/extlinux/extlinux.conf", "syslinux" },
  { "/boot/extlinux.conf", "syslinux" }, { "/extlinux.conf", "syslinux" },
  { "/boot/boot.scr", "u-boot" }, { "/boot/u-boot.bin", "u-boot" },
  { "/etc/lilo.conf", "lilo" },
  { "/boot/loader", "freebsd-loader" },
  { "/boot/loader.conf", "freebsd-loader" },
};

const char *
facts_bootloader (int root, const struct system_info *info)
{
  size_t i;

  if (info->windows.systemroot)
    return info->major_version >= 6 ? "bootmgr" : "ntldr";
  for (i = 0; i < sizeof loaders / sizeof loaders[0]; ++i)
    if (rootfs_is_file (root, loaders[i].path))
      return loaders[i].name;
  return "unknown";
}

struct facts_firmware
facts_firmware (int root, const struct system_info *info)
{
  static const char *const efi[] = { "/boot/efi/EFI", "/efi/EFI", "/boot/EFI" };
  static const char *const bios[] = {
    "/boot/grub/i386-pc", "/boot/grub2/i386-pc", "/boot/syslinux/ldlinux.sys",
    "/boot/extlinux/ldlinux.sys", "/boot/boot.b", "/boot/boot0",
    "/boot/grub/stage2",
  };
  const char *loader = facts_bootloader (root, info);
  struct facts_firmware ret = { false, false };
  size_t i;

  for (i = 0; i < sizeof efi / sizeof efi[0]; ++i)
    ret.uefi |= rootfs_is_dir (root, efi[i]);
  for (i = 0; i < sizeof bios / sizeof bios[0]; ++i)
    ret.bios |= rootfs_is_dir (root, bios[i]) || rootfs_is_file (root, bios[i]);
  /* Those of old know nothing else. */
  if (strcmp (loader, "grub") == 0 || strcmp (loader, "lilo") == 0
      || strcmp (loader, "ntldr") == 0)
    ret.bios = true;
  if (strcmp (loader, "grub2") == 0 && !ret.uefi)
    ret.bios = true;
  return ret;
}

/* --- kernels --------------------------------------------------------------------- */

struct kernel {
  char *version, *path, *initrd, *modules;
};

DEFINE_VECTOR (kernels, struct kernel)

static void
kernels_free (struct kernels *v)
{
  size_t i;

  for (i = 0; i < v->len; ++i) {
    free (v->ptr[i].version);
    free (v->ptr[i].path);
    free (v->ptr[i].initrd);
    free (v->ptr[i].modules);
  }
  kernels_release (v);
}

/* "DIR/" + format of the suffix, when it is there. */
static char *
existing (int root, const char *before, const char *middle, const char *after)
{
  CLEANUP_FREE char *path = NULL;

  if (asprintf (&path, "%s%s%s", before, middle, after) < 0) {
    path = NULL;
    return NULL;
  }
  return rootfs_is_file (root, path) || rootfs_is_dir (root, path)
    ? TAKE_PTR (path) : NULL;
}

static char *
find_initrd (int root, const char *suffix)
{
  static const char *const forms[][2] = {
    { "/boot/initrd.img-", "" }, { "/boot/initramfs-", ".img" },
    { "/boot/initrd-", "" }, { "/boot/initrd-", ".img" },
    { "/boot/initramfs-", "" }, { "/boot/initramfs-genkernel-", "" },
    { "/boot/initramfs-genkernel-x86_64-", "" },
  };
  char *ret = NULL;
  size_t i;

  for (i = 0; !ret && i < sizeof forms / sizeof forms[0]; ++i)
    ret = existing (root, forms[i][0], suffix, forms[i][1]);
  return ret;
}

/* Kernels named by flavour ("vmlinuz-linux", "vmlinuz-lts") say their version
 * only by the folder of their modules: one with that name in its file pkgbase,
 * or at its end. */
static char *
version_of_flavour (int root, const char *flavour, char *const *modules)
{
  size_t i, len = strlen (flavour);

  for (i = 0; modules && modules[i]; ++i) {
    size_t n = strlen (modules[i]);
    CLEANUP_FREE char *path = NULL;
    CLEANUP_FREE char *base = NULL;

    if (asprintf (&path, "/lib/modules/%s/pkgbase", modules[i]) < 0) {
      path = NULL;
      return NULL;
    }
    base = text_first_line (root, path);
    if ((base && strcmp (base, flavour) == 0)
        || (n > len + 1 && modules[i][n - len - 1] == '-'
            && strcmp (modules[i] + n - len, flavour) == 0))
      return strdup (modules[i]);
  }
  return NULL;
}

static const char *
kernel_suffix (const char *name)
{
  static const char *const prefixes[] = {
    "vmlinuz-", "vmlinux-", "kernel-", "bzImage-", "Image-", "image-",
    "zImage-",
  };
  size_t i, n = strlen (name);

  if (n > 4 && (strcmp (name + n - 4, ".old") == 0
                || strcmp (name + n - 4, ".img") == 0))
    return NULL;
  for (i = 0; i < sizeof prefixes / sizeof prefixes[0]; ++i)
    if (strncmp (name, prefixes[i], strlen (prefixes[i])) == 0)
      return name + strlen (prefixes[i]);
  return NULL;
}

static bool
has_version (const struct kernels *v, const char *version)
{
  size_t i;

  for (i = 0; i < v->len; ++i)
    if (strcmp (v->ptr[i].version, version) == 0)
      return true;
  return false;
}

/* Takes over `version` and `path`. */
static int
add_kernel (int root, struct kernels *v, char *version, char *path,
            const char *suffix)
{
  struct kernel k = { version, path, NULL, NULL };

  if (!version || !path || has_version (v, version)) {
    bool lost = !version || !path;

    free (version);
    free (path);
    return lost ? -1 : 0;
  }
  k.initrd = find_initrd (root, suffix);
  if (!k.initrd)
    k.initrd = existing (root, "/usr/lib/modules/", version, "/initramfs.img");
  k.modules = existing (root, "/lib/modules/", version, "");
  if (kernels_append (v, k) == -1) {
    free (k.version);
    free (k.path);
    free (k.initrd);
    free (k.modules);
    return -1;
  }
  return 0;
}

static int
kernels_in_boot (int root, struct kernels *v, char *const *modules)
{
  CLEANUP_STRINGS char **names = rootfs_list (root, "/boot", NAMES_MAX);
  size_t i;

  for (i = 0; names && names[i]; ++i) {
    const char *suffix = kernel_suffix (names[i]);
    char *version, *path;

    if (!suffix || !*suffix || strstr (suffix, "rescue"))
      continue;
    version = strchr ("0123456789", *suffix) ? NULL
      : version_of_flavour (root, suffix, modules);
    if (!version)
      version = strdup (suffix);
    if (asprintf (&path, "/boot/%s", names[i]) < 0)
      path = NULL;
    if (add_kernel (root, v, version, path, suffix) == -1)
      return -1;
  }
  return 0;
}

/* Some keep the kernel with its modules, and copy it to where it boots from. */
static int
kernels_in_modules (int root, struct kernels *v, char *const *modules)
{
  size_t i;

  for (i = 0; modules && modules[i]; ++i) {
    char *path = existing (root, "/usr/lib/modules/", modules[i], "/vmlinuz");

    if (path && add_kernel (root, v, strdup (modules[i]), path,
                            modules[i]) == -1)
      return -1;
  }
  return 0;
}

static int
by_version (const void *a, const void *b)
{
  const struct kernel *x = a, *y = b;

  return strverscmp (x->version, y->version);
}

static int
add_rows (const struct kernels *v, struct strlist *ret)
{
  size_t i;
  int r = 0;

  for (i = 0; r == 0 && i < v->len; ++i) {
    const struct kernel *k = &v->ptr[i];

    r = strlist_add (ret, k->version) | strlist_add (ret, k->path)
      | strlist_add (ret, k->initrd ? k->initrd : "")
      | strlist_add (ret, k->modules ? k->modules : "");
  }
  return r ? -1 : 0;
}

int
facts_kernels (int root, const struct system_info *info, struct strlist *ret)
{
  CLEANUP_STRINGS char **modules = rootfs_list (root, "/lib/modules",
                                                NAMES_MAX);
  CLEANUP (kernels_free) struct kernels v = VECTOR_INIT;

  if (strcmp (info->type, "linux") != 0)
    return 0;
  if (!modules)
    modules = rootfs_list (root, "/usr/lib/modules", NAMES_MAX);
  if (kernels_in_boot (root, &v, modules) == -1
      || kernels_in_modules (root, &v, modules) == -1)
    return -1;
  if (v.len > 1)
    qsort (v.ptr, v.len, sizeof v.ptr[0], by_version);
  return add_rows (&v, ret);
}
