/* Boot loaders, and the firmware they are for: see facts.h. */

#include <config.h>

#include <string.h>

#include "facts.h"
#include "rootfs.h"

/* --- boot loaders -------------------------------------------------------------- */

/* The first one whose file is there.  Old configurations stay behind when
 * another boot loader is installed, so the newer ones come first. */
static const struct {
  const char *path, *name;
} loaders[] = {
  { "/boot/grub/grub.cfg", "grub2" }, { "/boot/grub2/grub.cfg", "grub2" },
  { "/etc/grub2-efi.cfg", "grub2" }, /* a link to it */
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
  { "/boot/limine.conf", "limine" }, { "/boot/limine.cfg", "limine" },
  { "/boot/boot.scr", "u-boot" }, { "/boot/u-boot.bin", "u-boot" },
  { "/etc/elilo.conf", "elilo" }, { "/etc/lilo.conf", "lilo" },
  { "/etc/yaboot.conf", "yaboot" },
  { "/boot/loader", "freebsd-loader" },
  { "/boot/loader.conf", "freebsd-loader" },
  { "/boot/loader.efi", "freebsd-loader" },
};

/* Systems that have one of their own. */
static const struct {
  const char *type, *path, *name;
} own_loaders[] = {
  { "openbsd", "/boot", "openbsd-boot" },
  { "openbsd", "/etc/boot.conf", "openbsd-boot" },
  { "netbsd", "/boot", "netbsd-boot" }, { "netbsd", "/boot.cfg", "netbsd-boot" },
  { "minix", "/boot.cfg", "netbsd-boot" }, /* it took that over */
  { "minix", "/boot/boot", "minix-boot" },
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
  for (i = 0; i < sizeof own_loaders / sizeof own_loaders[0]; ++i)
    if (strcmp (own_loaders[i].type, info->type) == 0
        && rootfs_is_file (root, own_loaders[i].path))
      return own_loaders[i].name;
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
      || strcmp (loader, "ntldr") == 0 || strcmp (loader, "openbsd-boot") == 0
      || strcmp (loader, "netbsd-boot") == 0)
    ret.bios = true;
  if (strcmp (loader, "grub2") == 0 && !ret.uefi)
    ret.bios = true;
  return ret;
}
