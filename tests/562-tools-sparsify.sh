#!/bin/bash
# virt-sparsify: free space goes, files stay, whatever the filesystem; copies and in place.
source "$(dirname "$0")/functions.sh"
requires qemu-img sfdisk
cd "$tmp"

# Every filesystem has had a file of 8 MB that is gone, and keeps another of 1 MB.
noise 8M >gone
noise 1M 2 >kept
truncate -s 1G disk.img
sfdisk -q disk.img <<'EOF'
label: gpt
size=64M
size=128M
size=320M
size=64M
size=64M
size=32M, type=swap
size=128M, type=lvm
EOF
{ echo run
  n=0
  for type in ext4 btrfs xfs ntfs vfat; do
    n=$((n + 1))
    printf '%s\n' "mkfs $type /dev/sda$n" "mount /dev/sda$n /" "upload gone /gone" "upload kept /kept" sync "rm /gone" "umount /"
  done
  printf '%s\n' "mkswap /dev/sda6 label:swap uuid:11111111-2222-3333-4444-555555555555" "upload gone /dev/sda6" \
    "mkswap /dev/sda6 label:swap uuid:11111111-2222-3333-4444-555555555555" \
    "pvcreate /dev/sda7" "vgcreate VG /dev/sda7" "lvcreate LV VG 32" "mkfs ext4 /dev/VG/LV" "mount /dev/VG/LV /" "upload kept /kept" "umount /" \
    "lvcreate old VG 32" "upload gone /dev/VG/old" "lvremove /dev/VG/old"
} | guestfish -a disk.img
allocated () { echo $(($(stat -c %b "$1") / 2048)); } # MB
before=$(allocated disk.img)
((before > 60)) || fail "the disk has only $before MB"

check () # IMAGE FORMAT
{
  local sums n
  sums=$({ echo run
    for n in /dev/sda{1..5} /dev/VG/LV; do printf '%s\n' "mount-ro $n /" "checksum md5 /kept" "umount /"; done
    printf '%s\n' "vfs-label /dev/sda6" "vfs-uuid /dev/sda6"; } | guestfish --ro --format="$2" -a "$1")
  expect_equal "$(grep -c "$(md5sum <kept | cut -c 1-32)" <<<"$sums")" 6 "files of $1"
  expect_equal "$(tail -n 2 <<<"$sums")" $'swap\n11111111-2222-3333-4444-555555555555' "swap of $1"
  expect_equal "$(guestfish --ro --format="$2" -a "$1" run : lvs)" /dev/VG/LV
}

# Copies.
sum=$(md5sum disk.img)
virt-sparsify disk.img copy.img >log
grep -q 'Trimming /dev/sda3' log || fail "$(cat log)"
check copy.img raw
after=$(allocated copy.img)
((after < before - 50)) || fail "the copy has $after MB, the disk $before"
expect_equal "$(md5sum disk.img)" "$sum" "the source"
e2fsck -fn "copy.img?offset=1048576" >fsck 2>&1 || fail "$(cat fsck)"
virt-sparsify -q --convert qcow2 disk.img copy.qcow2 >log
expect_equal "$(cat log)" ""
qemu-img check -q copy.qcow2
check copy.qcow2 qcow2
(($(allocated copy.qcow2) < before - 45)) || fail "qcow2: $(allocated copy.qcow2) MB"

# By qemu-img: compressed, with options, of another format.
virt-sparsify --convert qcow2 --compress -o cluster_size=4096 disk.img packed.qcow2 >/dev/null
check packed.qcow2 qcow2
qemu-img info packed.qcow2 | matches 'cluster_size: 4096' || fail "$(qemu-img info packed.qcow2)"
virt-sparsify --convert vmdk --check-tmpdir ignore disk.img copy.vmdk >/dev/null
qemu-img compare -q -f vmdk -F raw copy.vmdk copy.img || true # times of mounts differ
qemu-img info copy.vmdk | matches 'file format: vmdk' || fail "$(qemu-img info copy.vmdk)"

# What is to be left alone, and what is to go.
virt-sparsify --ignore /dev/sda1 --ignore VG --zero /dev/sda2 --tmp "$tmp" disk.img part.img >log
((after + 16 > $(allocated part.img) && $(allocated part.img) > after + 8)) || fail "--ignore: $(allocated part.img) MB, else $after"
grep -q 'sda1\|group' log && fail "--ignore: $(cat log)"
cmp -n $((64 << 20)) -i "$((65 << 20)):0" part.img /dev/zero || fail "--zero"
qemu-img create -q -f qcow2 -b disk.img -F raw prebuilt.qcow2
virt-sparsify --tmp prebuilt:prebuilt.qcow2 disk.img part.img >/dev/null
check part.img raw
rm -f part.img packed.qcow2 copy.vmdk copy.qcow2

# In place: raw and qcow2.
qemu-img convert -O qcow2 disk.img disk.qcow2
old=$(guestfish --ro --format=qcow2 -a disk.qcow2 run : checksum-device md5 /dev/sda3)
virt-sparsify --in-place disk.img >log
check disk.img raw
(($(allocated disk.img) < before - 45)) || fail "in place: $(allocated disk.img) MB, before $before"
virt-sparsify --in-place --ignore /dev/sda3 disk.qcow2 >log
expect_equal "$(guestfish --ro --format=qcow2 -a disk.qcow2 run : checksum-device md5 /dev/sda3)" "$old" "an ignored filesystem"
check disk.qcow2 qcow2
qemu-img check -q disk.qcow2

# Wrong use; nothing is left behind.
status=0
qemu-img create -q -f vmdk x.vmdk 1M
virt-sparsify --in-place x.vmdk 2>err || status=$?
expect_equal "$status $(grep -c . err)" "3 1" "in place where that cannot be done: $(cat err)"
expect_error 'cannot be used together' virt-sparsify --in-place --convert qcow2 disk.img
expect_error 'is for qcow2' virt-sparsify --compress disk.img new.img
expect_error 'to change an image itself' virt-sparsify disk.img disk.img
expect_error 'nosuch' virt-sparsify nosuch.img new.img
expect_error 'takes ignore' virt-sparsify --check-tmpdir maybe disk.img new.img
expect_error 'nosuch' virt-sparsify --convert nosuch disk.img new.img
expect_error 'such as /dev/sda2' virt-sparsify --zero sda1 disk.img new.img
expect_error 'give the image' virt-sparsify disk.img
expect_equal "$(ls new.img* disk.img.* 2>/dev/null)" "" "what failed left"
virt-sparsify --machine-readable | matches -x in-place || fail "--machine-readable"
if mkdir full && mount -t tmpfs -o size=4m none full 2>/dev/null; then
  cleanup_fn umount "$tmp/full"
  status=0
  virt-sparsify -q disk.img full/new.img 2>err || status=$?
  expect_equal "$status $(grep -c . err) $(ls full)" "1 1 " "on a full disk: $(cat err)"
fi
