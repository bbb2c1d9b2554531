#!/bin/bash
# grub_install runs the guest's own program: here a guest that has little else.
source "$(dirname "$0")/functions.sh"
requires grub-install
requires_file /usr/lib/grub/i386-pc/moddep.lst
cd "$tmp"

mkdir -p root/usr/sbin root/usr/lib root/proc root/sys root/dev root/tmp root/boot
cp "$(type -p grub-install)" root/usr/sbin
cp -r /usr/lib/grub root/usr/lib
ldd root/usr/sbin/grub-install | grep -o '/[^ ]*' | while read -r l; do
  mkdir -p "root${l%/*}"
  cp -L "$l" "root$l"
done
tar -C root -cf root.tar .

guestfish <<'END' >out 2>err || fail "the script fails: $(cat out err)"
sparse disk.img 300M
run
part-disk /dev/sda mbr
mkfs ext4 /dev/sda1
feature-available grub
mount /dev/sda1 /
feature-available grub
tar-in root.tar /
available grub
grub-install / /dev/sda
exists /boot/grub/i386-pc/normal.mod
-grub-install / /dev/sda1x
-grub-install nosuch /dev/sda
umount /
feature-available grub
END
expect_equal "$(cat out)" "false
false
true
false"
head -c 512 disk.img | matches -a GRUB || fail "no GRUB in the boot sector"
grep -q '/dev/sda1x' err
