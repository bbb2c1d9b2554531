#!/bin/bash
# Programs and libraries that write all over the guest: rsync, setfiles, boot loaders.  Links of the guest do not lead them out.
source "$(dirname "$0")/functions.sh"
cd "$tmp"

cat >contexts <<'END'
/.*                 system_u:object_r:default_t:s0
/etc(/.*)?          system_u:object_r:etc_t:s0
/etc/shadow    --   system_u:object_r:shadow_t:s0
/srv(/.*)?          system_u:object_r:srv_t:s0
/none(/.*)?         <<none>>
END
echo '/srv/local(/.*)? system_u:object_r:local_t:s0' >contexts.local

guestfish <<'END' >out 2>err || fail "the script fails: $(cat out err)"
sparse disk.img 500M
run
available "rsync selinuxrelabel extlinux syslinux"
part-init /dev/sda mbr
part-add /dev/sda p 2048 409599
part-add /dev/sda p 409600 614399
mkfs ext4 /dev/sda1
mkfs vfat /dev/sda2
mount /dev/sda1 /
mkdir-p /etc/selinux/test/contexts/files
write /etc/selinux/config "SELINUX=enforcing\nSELINUXTYPE=test\n"
write /etc/selinux/test/contexts/customizable_types "admin_t\n"
copy-in contexts contexts.local /etc/selinux/test/contexts/files
write /etc/shadow ""
mkdir-p /srv/local/deep
mkdir-p /srv/skip/deep
mkdir /none
mkdir /srv/admin
setxattr security.selinux system_u:object_r:admin_t:s0 28 /srv/admin
mkdir /srv/user
setxattr security.selinux joe_u:object_r:old_t:s0 23 /srv/user
ln-s /tmp /srv/out
setfiles /etc/selinux/test/contexts/files/contexts / "excludes:/srv/skip /nosuch relative"
getxattr /etc/shadow security.selinux
getxattr /etc/selinux/config security.selinux
getxattr /srv/local/deep security.selinux
getxattr /srv/admin security.selinux
echo
getxattr /srv/user security.selinux
lgetxattr /srv/out security.selinux
getxattr / security.selinux
-getxattr /srv/skip/deep security.selinux
-getxattr /none security.selinux
setfiles /etc/selinux/test/contexts/files/contexts "/srv/admin /srv/user" force:true
getxattr /srv/admin security.selinux
getxattr /srv/user security.selinux
-setfiles contexts /
write /broken "/a( system_u:object_r:x_t:s0\n"
-setfiles /broken /
ln-s /init /lead
-setfiles /lead /

mkdir /from
write /from/file "contents"
ln-s /init /from/link
ln-s / /up
rsync /up/from/ /to archive:true
cat /to/file
readlink /to/link
-rsync /up/init /to
-rsync /from/ /nosuch/to archive:true
-rsync-in /etc /to
-rsync-out /from/ /tmp archive:true

mkdir /boot
mkdir /up2
ln-s /boot /up2/boot
extlinux /up2/boot
exists /boot/ldlinux.sys
-extlinux /lead
syslinux /dev/sda2
-syslinux /dev/sda1
-grub-install / /dev/sda
END
tr '\0' '\n' <out >lines
expect_equal "$(cat lines)" "system_u:object_r:shadow_t:s0
system_u:object_r:etc_t:s0
system_u:object_r:local_t:s0
system_u:object_r:admin_t:s0
joe_u:object_r:srv_t:s0
system_u:object_r:srv_t:s0
system_u:object_r:default_t:s0
system_u:object_r:srv_t:s0
system_u:object_r:srv_t:s0
contents
/init
true"
expect_equal "$(grep -c '^libguestfs: error' err)" 12 "number of errors"

# Both boot sectors are there, and lead to the loader, which reads its configuration.
for sector in 2048 409600; do
  dd if=disk.img bs=512 skip=$sector count=1 2>/dev/null | matches -a SYSLINUX || fail "no boot sector at $sector"
done
requires qemu-system-x86_64
requires_file /usr/lib/EXTLINUX/mbr.bin
printf 'SERIAL 0\nDEFAULT from-ext4\n' >extlinux.conf
printf 'SERIAL 0\nDEFAULT from-FAT\n' >syslinux.cfg
guestfish -a disk.img -m /dev/sda1 copy-in extlinux.conf /boot || fail "configuration"
guestfish -a disk.img -m /dev/sda2 copy-in syslinux.cfg / || fail "configuration"
for part in 1:ext4 2:FAT; do
  guestfish -a disk.img run : part-set-bootable /dev/sda 1 false : part-set-bootable /dev/sda 2 false \
    : part-set-bootable /dev/sda ${part%:*} true
  dd if=/usr/lib/EXTLINUX/mbr.bin of=disk.img conv=notrunc 2>/dev/null
  timeout 180 qemu-system-x86_64 -accel tcg -m 64 -display none -monitor none -net none -no-reboot \
    -drive file=disk.img,format=raw,snapshot=on -serial file:serial.log </dev/null >/dev/null 2>&1 &
  qemu=$!
  for ((i = 0; i < 800; i++)); do
    grep -aq "Loading from-${part#*:}" serial.log 2>/dev/null && break
    sleep 0.2
  done
  kill $qemu 2>/dev/null || true
  wait $qemu || true
  grep -aq "Loading from-${part#*:}" serial.log || fail "$part does not boot: $(cat serial.log)"
done
