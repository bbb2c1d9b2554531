#!/bin/bash
# A system on every kind of storage: LVM, RAID, encryption in both orders, btrfs with subvolumes and snapshots, split
# over several filesystems, several systems on the same disks.
source "$(dirname "$0")/functions.sh"
source "$top_srcdir/tests/inspect/small-system.sh"
requires guestfish
requires_file "$top_builddir/appliance/root.img"
cd "$tmp"

look () { guestfish --ro "$@"; }

# --- LVM, with names of three kinds, and what is not there
small_system lvm.tar lvm '/dev/mapper/VG-root / ext4 defaults 0 1\n/dev/VG/var /var ext4 defaults 0 2\nLABEL=boot /boot ext4 defaults 0 2\n/dev/hdb1 /home ext4 defaults\nUUID=1-2-3 /gone ext4 defaults\nnonsense\n/dev/vda2 none swap sw\n'
guestfish <<'FISH'
sparse lvm.img 300M
sparse home.img 40M
run
part-init /dev/sda mbr
part-add /dev/sda p 2048 65535
part-add /dev/sda p 65536 98303
part-add /dev/sda p 98304 -2048
part-disk /dev/sdb mbr
mkfs ext4 /dev/sda1 label:boot
mkswap /dev/sda2
mkfs ext4 /dev/sdb1
pvcreate /dev/sda3
vgcreate VG /dev/sda3
lvcreate root VG 100
lvcreate var VG 60
mkfs ext4 /dev/VG/root
mkfs ext4 /dev/VG/var
mount /dev/VG/root /
tar-in lvm.tar /
FISH
look -a lvm.img -a home.img run : inspect-os : inspect-get-mountpoints /dev/VG/root : inspect-get-filesystems /dev/VG/root : \
  inspect-get-warnings /dev/VG/root >out
diff -u out - <<'END' || fail "LVM"
/dev/VG/root
/: /dev/VG/root
/var: /dev/VG/var
/boot: /dev/sda1
/home: /dev/sdb1
/dev/VG/root
/dev/VG/var
/dev/sda1
/dev/sdb1
/dev/sda2
/etc/fstab: line 6, and perhaps more, make no sense
/etc/fstab: there is no device UUID=1-2-3 for /gone
END

# --- the disks in another order than the guest knows them
small_system order.tar order '/dev/vda1 / ext4 defaults 0 1\n/dev/vda2 /home ext4 defaults 0 2\n'
guestfish <<'FISH'
sparse first.img 20M
sparse second.img 60M
run
part-disk /dev/sda mbr
part-init /dev/sdb mbr
part-add /dev/sdb p 2048 65535
part-add /dev/sdb p 65536 -2048
mkfs ext4 /dev/sda1
mkfs ext4 /dev/sdb1
mkfs ext4 /dev/sdb2
mount /dev/sdb1 /
tar-in order.tar /
FISH
expect_equal "$(look -a first.img -a second.img run : inspect-os : inspect-get-mountpoints /dev/sdb1)" \
  $'/dev/sdb1\n/: /dev/sdb1\n/home: /dev/sdb2' "the disk of the root is the guest's first"

# --- a /usr and a /var of their own hold what names the system, and its programs
small_system split.tar split '/dev/sda1 / ext4 defaults 0 1\n/dev/sda2 /usr ext4 defaults 0 2\n'
guestfish <<'FISH'
sparse split.img 60M
run
part-init /dev/sda gpt
part-add /dev/sda p 2048 65535
part-add /dev/sda p 65536 -2048
mkfs ext4 /dev/sda1
mkfs ext4 /dev/sda2
mount /dev/sda1 /
tar-in split.tar /
rm /etc/os-release
ln-s ../usr/lib/os-release /etc/os-release
mount /dev/sda2 /usr
mkdir /usr/lib
mkdir /usr/bin
mkdir /usr/share
write /usr/lib/os-release "ID=fedora\nVERSION_ID=40\nPRETTY_NAME=Split\n"
FISH
expect_equal "$(look -a split.img run : inspect-os : inspect-get-distro /dev/sda1 : inspect-get-product-name /dev/sda1)" \
  $'/dev/sda1\nfedora\nSplit'

# The same with nothing in the root but its folders, as CoreOS has it.
guestfish -a split.img run : mount /dev/sda1 / : rm /etc/fstab
expect_equal "$(look -a split.img run : inspect-os : inspect-get-distro /dev/sda1 : inspect-get-mountpoints /dev/sda1)" \
  $'/dev/sda1\nfedora\n/: /dev/sda1\n/usr: /dev/sda2'

# --- btrfs: subvolumes are mounted, snapshots are no systems
small_system btrfs.tar btrfs 'LABEL=pool / btrfs subvol=@ 0 0\nLABEL=pool /home btrfs subvol=/@home 0 0\n'
guestfish <<'FISH'
sparse btrfs.img 200M
run
part-disk /dev/sda gpt
mkfs btrfs /dev/sda1 label:pool
mount /dev/sda1 /
btrfs-subvolume-create /@
btrfs-subvolume-create /@home
tar-in btrfs.tar /@
btrfs-subvolume-snapshot /@ /copy
mkdir /@/.snapshots
mkdir /@/.snapshots/1
btrfs-subvolume-snapshot /@home /@/.snapshots/1/snapshot
FISH
expect_equal "$(look -a btrfs.img run : inspect-os : inspect-get-mountpoints btrfsvol:/dev/sda1/@)" \
  $'btrfsvol:/dev/sda1/@\n/: btrfsvol:/dev/sda1/@\n/home: btrfsvol:/dev/sda1/@home' "btrfs"

# --- RAID, known to the guest by another name
guestfish <<'FISH'
sparse md1.img 60M
sparse md2.img 60M
run
md-create guest "/dev/sda /dev/sdb" level:raid1
mkfs ext4 /dev/md127
FISH
uuid=$(look -a md1.img -a md2.img run : list-md-devices : md-detail /dev/md127 | sed -n 's/^uuid: //p')
[[ -n $uuid ]] || fail "no UUID of the array"
small_system md.tar md '/dev/md0 / ext4 defaults 0 1\n/dev/md/data /srv ext4 defaults 0 2\n' etc/mdadm/mdadm.conf "ARRAY /dev/md0 UUID=$uuid\nARRAY /dev/md/data metadata=1.2 UUID=$uuid\n"
guestfish -a md1.img -a md2.img run : mount /dev/md127 / : tar-in md.tar /
expect_equal "$(look -a md1.img -a md2.img run : inspect-os : inspect-get-mountpoints /dev/md127)" \
  $'/dev/md127\n/: /dev/md127\n/srv: /dev/md127' "RAID"

# --- several systems
guestfish <<'FISH'
sparse multi.img 60M
run
part-init /dev/sda mbr
part-add /dev/sda p 2048 65535
part-add /dev/sda p 65536 -2048
mkfs ext4 /dev/sda1
mkfs ext4 /dev/sda2
mount /dev/sda1 /
tar-in split.tar /
umount /
mount /dev/sda2 /
tar-in btrfs.tar /
FISH
expect_equal "$(look -a multi.img run : inspect-os : inspect-get-hostname /dev/sda1 : inspect-get-hostname /dev/sda2)" \
  $'/dev/sda1\n/dev/sda2\nsplit\nbtrfs' "two systems"
expect_error 'more than one operating system' virt-cat -a multi.img /etc/hostname

# --- encryption: a volume group inside LUKS, with another encrypted volume in it
small_system luks.tar luks '/dev/mapper/VG-root / ext4 defaults 0 1\n/dev/mapper/secret /home ext4 defaults 0 2\n' \
  etc/crypttab '# name device\nsecret /dev/VG/home none luks\n'
printf 'outer\n' >outer.key
guestfish --keys-from-stdin <<'FISH'
sparse luks.img 400M
run
part-disk /dev/sda gpt
luks-format /dev/sda1 0
outer
cryptsetup-open /dev/sda1 crypt
outer
pvcreate /dev/mapper/crypt
vgcreate VG /dev/mapper/crypt
lvcreate root VG 100
lvcreate home VG 100
mkfs ext4 /dev/VG/root
luks-format /dev/VG/home 0
inner
cryptsetup-open /dev/VG/home inner
inner
mkfs ext4 /dev/mapper/inner
mount /dev/VG/root /
tar-in luks.tar /
umount /
mount /dev/mapper/inner /
write /diary "dear me\n"
FISH
for keys in "--key all:key:outer --key all:key:inner" "--key /dev/sda1:file:outer.key --key /dev/VG/home:key:inner"; do
  # shellcheck disable=SC2086
  expect_equal "$(virt-cat -a luks.img $keys /etc/hostname /home/diary)" $'luks\ndear me' "encrypted, with $keys"
done
expect_error 'encrypted|no operating system' virt-cat -a luks.img --key all:key:wrong /etc/hostname
