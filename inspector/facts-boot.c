/* Boot loaders, and the firmware they are for: see facts.h. */

#include <config.h>

#include <string.h>

#include "facts.h"
#include "rootfs.h"

/* --- boot loaders -------------------------------------------------------------- */

/* The first one whose file is there.  Old configurations stay behind when
 * another boot loader is installed, so the newer ones come first. */
struct loader {
  const char *path, *name;
  bool is_program; /* else its configuration */
};

static const struct loader loaders[] = {
  { "/boot/grub/grub.cfg", "grub2" }, { "/boot/grub2/grub.cfg", "grub2" },
  { "/etc/grub2-efi.cfg", "grub2" }, /* a link to it */
  { "/boot/efi/loader/loader.conf", "systemd-boot" },
  { "/boot/loader/loader.conf", "systemd-boot" },
  { "/efi/loader/loader.conf", "systemd-boot" },
  { "/boot/efi/EFI/systemd/systemd-bootx64.efi", "systemd-boot", true },
  { "/boot/EFI/systemd/systemd-bootx64.efi", "systemd-boot", true },
  { "/efi/EFI/systemd/systemd-bootx64.efi", "systemd-boot", true },
  { "/boot/efi/EFI/refind/refind.conf", "refind" },
  { "/boot/EFI/refind/refind.conf", "refind" },
  { "/efi/EFI/refind/refind.conf", "refind" },
  { "/etc/zipl.conf", "zipl" },
  { "/boot/grub/menu.lst", "grub" }, { "/boot/grub/grub.conf", "grub" },
  { "/boot/syslinux/syslinux.cfg", "syslinux" },
  { "/boot/extlinux/extlinux.conf", "syslinux" },
  { "/boot/extlinux.conf", "syslinux" }, { "/extlinux.conf", "syslinux" },
  { "/boot/limine.conf", "limine" }, { "/boot/limine.cfg", "limine" },
  { "/boot/boot.scr", "u-boot", true }, { "/boot/u-boot.bin", "u-boot", true },
  { "/etc/elilo.conf", "elilo" }, { "/etc/lilo.conf", "lilo" },
  { "/etc/yaboot.conf", "yaboot" },
  { "/boot/loader", "freebsd-loader", true },
  { "/boot/loader.conf", "freebsd-loader" },
  { "/boot/loader.efi", "freebsd-loader", true },
};

/* Systems that have one of their own. */
static const struct {
  const char *type;
  struct loader loader;
} own_loaders[] = {
  { "openbsd", { "/etc/boot.conf", "openbsd-boot", false } },
  { "openbsd", { "/boot", "openbsd-boot", true } },
  { "netbsd", { "/boot.cfg", "netbsd-boot", false } },
  { "netbsd", { "/boot", "netbsd-boot", true } },
  { "minix", { "/boot.cfg", "netbsd-boot", false } }, /* it took that over */
  { "minix", { "/boot/boot", "minix-boot", true } },
};

static const struct loader *
find_loader (int root, const struct system_info *info)
{
  static const struct loader bootmgr = { "", "bootmgr", true };
  static const struct loader ntldr = { "/boot.ini", "ntldr", false };
  size_t i;

  if (info->windows.systemroot)
    return info->major_version >= 6 ? &bootmgr : &ntldr;
  for (i = 0; i < sizeof loaders / sizeof loaders[0]; ++i)
    if (rootfs_is_file (root, loaders[i].path))
      return &loaders[i];
  for (i = 0; i < sizeof own_loaders / sizeof own_loaders[0]; ++i)
    if (strcmp (own_loaders[i].type, info->type) == 0
        && rootfs_is_file (root, own_loaders[i].loader.path))
      return &own_loaders[i].loader;
  return NULL;
}

const char *
facts_bootloader (int root, const struct system_info *info)
{
  const struct loader *l = find_loader (root, info);

  return l ? l->name : "unknown";
}

const char *
facts_bootloader_config (int root, const struct system_info *info)
{
  const struct loader *l = find_loader (root, info);

  return l && !l->is_program && rootfs_is_file (root, l->path) ? l->path : "";
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
      || strcmp (loader, "ntldr") == 0 || strcmp (loader, "openbsd-boot") == 0
      || strcmp (loader, "netbsd-boot") == 0)
    ret.bios = true;
  if (strcmp (loader, "grub2") == 0 && !ret.uefi)
    ret.bios = true;
  return ret;
}
