#!/bin/bash
# Systems spread over disks in all the ways that distributions do it, and all the names that their tables use.
source "$(dirname "$0")/functions.sh"
source "$top_srcdir/tests/inspect/small-system.sh"
requires guestfish python3
requires_file "$top_builddir/appliance/root.img"
cd "$tmp"

# --- every form of name, one for each partition
mkdir -p empty
sfdisk=("label: gpt")
for i in {1..14}; do
  sfdisk+=("start=$((2048 * i)), size=2048, uuid=00000000-0000-4000-8000-0000000000$(printf %02x "$i"), name=part$i")
done
truncate -s 16M names.img
printf '%s\n' "${sfdisk[@]}" | sfdisk -q names.img
small_system names.tar names '/dev/sda1 / ext2 defaults 0 1
UUID=11111111-1111-4111-8111-000000000002 /2 ext2 defaults\n/dev/disk/by-uuid/11111111-1111-4111-8111-000000000003 /3 ext2
LABEL=label4 /4 ext2\n/dev/disk/by-label/a\\x20b /5 ext2\nPARTUUID=00000000-0000-4000-8000-000000000006 /6 ext2
/dev/disk/by-partuuid/00000000-0000-4000-8000-000000000007 /7 ext2\nPARTLABEL=part8 /8 ext2\n/dev/disk/by-partlabel/part9 /9 ext2
/dev/disk/by-id/ata-QEMU_HARDDISK_QM00001-part10 /10 ext2\n/dev/disk/by-path/pci-0000:00:04.0-part11 /11 ext2\n/dev/hda12 /12 ext2
/dev/xvda13 /13 ext2\nUUID="11111111-1111-4111-8111-00000000000e" /a\\040b ext2\n/dev/disk/by-uuid/../../sda2 /bad ext2\n/dev/disk/guestfs/x /bad2 ext2
/dev/fd0 /floppy auto noauto\n//server/share /net cifs\ntmpfs /tmp tmpfs\n/dev/sr0 /media udf,iso9660 noauto 0 0\n'
{
  echo run
  for i in {1..14}; do
    printf 'mkfs ext2 /dev/sda%d\nset-uuid /dev/sda%d 11111111-1111-4111-8111-0000000000%02x\n' $i $i $i
  done
  printf 'set-label /dev/sda4 label4\nset-label /dev/sda5 "a b"\nmount /dev/sda1 /\ntar-in names.tar /\n'
} | guestfish -a names.img
guestfish --ro -a names.img run : inspect-os : inspect-get-mountpoints /dev/sda1 : inspect-get-warnings /dev/sda1 >out
{
  echo /dev/sda1
  echo '/: /dev/sda1'
  for i in {2..9}; do echo "/$i: /dev/sda$i"; done
  for i in {10..13}; do echo "/$i: /dev/sda$i"; done
  echo '/a b: /dev/sda14'
  echo '/etc/fstab: there is no device /dev/disk/by-uuid/../../sda2 for /bad'
  echo '/etc/fstab: there is no device /dev/disk/guestfs/x for /bad2'
} | diff -u - out || fail "names of devices"

# --- ostree, as Fedora CoreOS and bootc have it: the newest tree, its /var beside it, its packages inside it, /boot elsewhere
rm -rf sys
d=sys/ostree/deploy/fedora-coreos
for t in aaaa.0 bbbb.0; do
  mkdir -p $d/deploy/$t/{etc,bin,usr/lib,usr/share,var,boot,sysroot} $d/deploy/$t/var/lib/dpkg
  printf 'ID=fedora\nVERSION_ID=%s\nPRETTY_NAME="Fedora CoreOS %s"\n' ${t:0:2} $t >$d/deploy/$t/usr/lib/os-release
  ln -s ../usr/lib/os-release $d/deploy/$t/etc/os-release
  echo "$t" >$d/deploy/$t/etc/hostname
  printf 'LABEL=boot /boot ext4 defaults 1 2\n' >$d/deploy/$t/etc/fstab
  printf '[origin]\n' >$d/deploy/$t.origin
done
sed -i 's/VERSION_ID=.*/VERSION_ID=40/' $d/deploy/bbbb.0/usr/lib/os-release
touch -d 2030-01-01 $d/deploy/bbbb.0.origin
mkdir -p $d/var/{lib,log} sys/ostree/repo sys/boot sys/dev
echo "of the running system" >$d/var/log/journal
tar -C sys -cf ostree.tar .
guestfish <<'FISH'
sparse ostree.img 40M
run
part-init /dev/sda gpt
part-add /dev/sda p 2048 20479
part-add /dev/sda p 20480 -2048
mkfs ext4 /dev/sda1 label:boot
mkfs ext4 /dev/sda2 label:root
mount /dev/sda2 /
tar-in ostree.tar /
umount /
mount /dev/sda1 /
mkdir-p /ostree/fedora-coreos-0123
touch /ostree/fedora-coreos-0123/vmlinuz-6.5.6
FISH
guestfish --ro -a ostree.img run : inspect-os : inspect-get-distro /dev/sda2 : inspect-get-major-version /dev/sda2 : inspect-get-hostname /dev/sda2 : \
  inspect-get-deployment /dev/sda2 : inspect-get-mountpoints /dev/sda2 >out
diff -u - out <<'END' || fail "ostree"
/dev/sda2
fedora
40
bbbb.0
/ostree/deploy/fedora-coreos/deploy/bbbb.0
/: /dev/sda2
/boot: /dev/sda1
END

# --- RAID below LUKS below LVM, with another LUKS in a volume: unlocked step by step
small_system deep.tar deep '/dev/mapper/VG-root / ext4 defaults 0 1\n/dev/mapper/secret /home ext4\n/dev/VG/var /var ext4\n' \
  etc/crypttab 'crypt UUID=22222222-2222-4222-8222-222222222222 none\nsecret /dev/VG/home none\n' \
  etc/mdadm/mdadm.conf 'ARRAY /dev/md/data metadata=1.2\nARRAY\nARRAY /dev/md0 UUID=zzz\n'
printf '%s\n' 'sparse a.img 130M' 'sparse b.img 130M' run 'md-create pair "/dev/sda /dev/sdb" level:raid1' 'luks-format /dev/md127 0' outer \
  'cryptsetup-open /dev/md127 crypt' outer 'pvcreate /dev/mapper/crypt' 'vgcreate VG /dev/mapper/crypt' 'lvcreate root VG 24' 'lvcreate var VG 16' \
  'lvcreate home VG 40' 'mkfs ext4 /dev/VG/root' 'mkfs ext4 /dev/VG/var' 'luks-format /dev/VG/home 0' inner 'cryptsetup-open /dev/VG/home x' inner \
  'mkfs ext4 /dev/mapper/x' 'mount /dev/VG/root /' 'tar-in deep.tar /' 'umount /' 'mount /dev/mapper/x /' 'write /diary "dear me\n"' |
  guestfish --keys-from-stdin
# Half of it: what can be told is told, with what is missing.
guestfish --ro --key all:key:outer -a a.img -a b.img -i inspect-get-warnings /dev/VG/root >out 2>errors || fail "inspection with one key: $(cat errors)"
grep -q 'no device /dev/mapper/secret for /home' out || fail "no warning of what is locked: $(cat out)"
# A RAID with one disk of two runs.
expect_equal "$(virt-cat -a b.img --key all:key:outer --key /dev/VG/home:key:inner /etc/hostname /home/diary)" $'deep\ndear me' "half the array"

# --- btrfs in LUKS, with subvolumes and a snapshot of snapper's
small_system sub.tar sub 'UUID=33333333-3333-4333-8333-333333333333 / btrfs subvol=@ 0 0\nUUID=33333333-3333-4333-8333-333333333333 /home btrfs subvol=@home 0 0\n'
printf '%s\n' 'sparse btrfs.img 190M' run 'part-disk /dev/sda gpt' 'luks-format /dev/sda1 0' key 'cryptsetup-open /dev/sda1 c' key 'mkfs btrfs /dev/mapper/c' \
  'set-uuid /dev/mapper/c 33333333-3333-4333-8333-333333333333' 'mount /dev/mapper/c /' 'btrfs-subvolume-create /@' 'btrfs-subvolume-create /@home' \
  'tar-in sub.tar /@' 'mkdir /@/.snapshots' 'mkdir /@/.snapshots/1' 'btrfs-subvolume-snapshot /@ /@/.snapshots/1/snapshot' 'write /@home/diary "dear me\n"' |
  guestfish --keys-from-stdin
expect_equal "$(virt-cat -a btrfs.img --key all:key:key /etc/hostname /home/diary)" $'sub\ndear me' "btrfs in LUKS"

# --- a container's tree on a disk has neither fstab nor kernel
rm -rf c && mkdir -p c/{etc,usr/bin,proc} && ln -s usr/bin c/bin
printf 'ID=alpine\nVERSION_ID=3.20.0\nPRETTY_NAME="Alpine Linux v3.20"\n' >c/etc/os-release
mke2fs -q -t ext4 -d c container.img 4M 2>/dev/null >&2
expect_equal "$(guestfish --ro -a container.img run : inspect-os : inspect-get-distro /dev/sda : inspect-get-mountpoints /dev/sda)" \
  $'/dev/sda\nalpinelinux\n/: /dev/sda' "a container's tree"
