#!/bin/bash
# Damaged filesystems of every kind: errors are fine, anything else is not (see corrupt-images.c).  BATHYSCOPE_CORRUPT_COUNT says
# how many of each; make corrupt-campaign takes 2,000.
source "$(dirname "$0")/functions.sh"

requires_file "$top_builddir/tests/corrupt-images" "$top_builddir/appliance/root.img"

count=${BATHYSCOPE_CORRUPT_COUNT:-8}
keep=${BATHYSCOPE_CORRUPT_KEEP:-$tmp}
cd "$tmp"

# make NAME SIZE COMMANDS...: an image with a few files of every kind in a filesystem mounted on /.
make_image () {
  local name=$1 size=$2
  shift 2
  "$top_builddir/run" guestfish -- sparse "$name" "$size" : run : "$@" : mkdir /dir : write /dir/file hello : \
    fill 65 300000 /dir/big : -ln-s file /dir/link : mkdir /many : fill-dir /many 200 : \
    -setxattr user.a b 1 /dir/file : umount-all 2>/dev/null || fail "$name cannot be made"
}
on () { echo "mkfs $1 /dev/sda ${*:2} : mount /dev/sda /"; }

make_image ext2 8M $(on ext2)
make_image ext4 16M $(on ext4)
make_image ext4-plain 16M $(on ext4 features:^metadata_csum,^64bit) # no checksum stops the damage
make_image xfs 300M $(on xfs)
make_image btrfs 120M $(on btrfs)
make_image f2fs 64M $(on f2fs)
make_image ntfs 16M $(on ntfs)
make_image vfat 16M $(on vfat)
make_image exfat 16M $(on exfat)
make_image gpt 16M part-disk /dev/sda gpt : mkfs ext2 /dev/sda1 : mount /dev/sda1 /
make_image lvm 32M pvcreate /dev/sda : vgcreate vg /dev/sda : lvcreate lv vg 20 : mkfs ext2 /dev/vg/lv : mount /dev/vg/lv /

"$top_builddir/run" "$top_builddir/tests/corrupt-images" --count "$count" --keep "$keep" \
  ext2 ext4 ext4-plain xfs btrfs f2fs ntfs vfat exfat gpt lvm || fail "see the seeds above; the images are kept in $keep"

if type -p qemu-img >/dev/null; then
  qemu-img convert -O qcow2 ext4 qcow2
  qemu-img convert -c -O qcow2 ext4 qcow2-compressed
  "$top_builddir/run" "$top_builddir/tests/corrupt-images" --format qcow2 --count "$count" --keep "$keep" \
    qcow2 qcow2-compressed || fail "see the seeds above; the images are kept in $keep"
fi
