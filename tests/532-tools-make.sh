#!/bin/bash
# virt-make-fs and virt-format: what they make, checked by other programs.
source "$(dirname "$0")/functions.sh"
requires sfdisk blkid e2fsck qemu-img debugfs
cd "$tmp"
mkdir -p in/sub
seq 20000 >in/numbers
echo hello >in/sub/hello
ln -s sub/hello in/link

# From a directory: ext2 without partitions is the default.
virt-make-fs in out.img
expect_equal "$(blkid -p -s TYPE -o value out.img)" ext2
e2fsck -fn out.img >fsck 2>&1 || fail "e2fsck: $(cat fsck)"
expect_equal "$(debugfs -R 'cat /numbers' out.img 2>/dev/null | cksum)" "$(cksum <in/numbers)"
expect_equal "$(stat -c %a out.img)" "$(printf %o $((0666 & ~$(umask))))" "permissions of the image"

# Files with several names stay one file, and the directory's mode is that of the root.
mkdir -m 750 named named/sub
echo x >named/a
ln named/a named/b
ln named/a named/sub/c
virt-make-fs named named.img
expect_equal "$(guestfish --ro -a named.img -m /dev/sda lstatlist / "a b" : lstat /sub/c | grep -c "nlink: 3")" 3
expect_equal "$(guestfish --ro -a named.img -m /dev/sda lstat / | grep '^mode:')" "mode: $((040750))"
expect_error 'hard link to' virt-make-fs -t vfat named fat.img

# From archives, with every option.
tar -cf in.tar -C in .
xz -k in.tar
virt-make-fs --partition=gpt --type=ext4 --label=things --format=qcow2 --size=+50M in.tar.xz out.qcow2
expect_equal "$(qemu-img info --output json out.qcow2 | grep -c '"format": "qcow2"')" 1
expect_equal "$(virt-filesystems -a out.qcow2 --all --long --csv | cut -d, -f 1-4 | head -n 2 | tail -n 1)" /dev/sda1,filesystem,ext4,things
mkdir back
virt-copy-out -a out.qcow2 -m /dev/sda1 /sub /numbers back
diff -r -x link in back
free=$(virt-df --json -a out.qcow2 | sed 's/.*"available":\([0-9]*\).*/\1/')
((free > 40000000)) || fail "--size=+50M leaves only $free bytes"
virt-make-fs -s 30M -t vfat --partition in/sub fat.img
expect_equal "$(stat -c %s fat.img)" $((30 << 20))
expect_equal "$(sfdisk -d fat.img | sed -n 's/.*type=\([^,]*\).*/\1/p')" b
virt-make-fs --floppy in/sub floppy.img
expect_equal "$(stat -c %s floppy.img)" 1474560
for i in $(seq 3000); do echo "$i" >in/sub/$i; done
for type in ext2 ext4 xfs btrfs ntfs; do
  virt-make-fs --type=$type in many.img || fail "3000 small files do not fit into $type"
  expect_equal "$(guestfish --ro -a many.img -m /dev/sda cat /sub/2999)" 2999 "$type"
done

# What fails leaves no file.
truncate -s 1M zeroes.img
expect_error 'nothing in it' virt-make-fs zeroes.img no.img
[[ ! -e no.img ]] || fail "an image of a disk was taken for an archive"
tar -cf nothing.tar -T /dev/null
virt-make-fs nothing.tar nothing.img
expect_error 'No such file' virt-make-fs nosuch x.img
expect_error 'neither a directory nor a tar' virt-make-fs in/numbers x.img
expect_error 'large' virt-make-fs --size=99999999999E in x.img
expect_error '"12X"' virt-make-fs --size=12X in x.img
expect_error 'No space' virt-make-fs --size=2M in x.img
expect_error 'nosuchfs' virt-make-fs --type=nosuchfs in x.img
expect_equal "$(ls x.img* 2>/dev/null)" "" "what failed left"

# virt-format
cp out.img disk.img
truncate -s 300M disk.img second.img
virt-format -a disk.img --filesystem=ext4 --label=new
expect_equal "$(virt-filesystems -a disk.img --long --csv | tail -n 1 | cut -d, -f 1-4)" /dev/sda1,filesystem,ext4,new
expect_equal "$(sfdisk -d disk.img | sed -n 's/.*type=\([^,]*\).*/\1/p;s/^label: //p')" $'dos\n83'
virt-format -a disk.img -a second.img --lvm=/dev/Group/Volume --filesystem=xfs --partition=gpt
expect_equal "$(virt-filesystems -a disk.img -a second.img --all | sort -u)" $'/dev/Group\n/dev/Group/Volume\n/dev/sda\n/dev/sda1\n/dev/sdb\n/dev/sdb1'
virt-format --partition=none -a second.img --wipe
cmp -n $((300 << 20)) second.img /dev/zero || fail "--wipe leaves something"
# What cannot be made is seen before anything is erased.
virt-format -a disk.img --filesystem=ext4 --label=kept
sum=$(md5sum <disk.img)
expect_error 'unknown filesystem type' virt-format -a disk.img --filesystem=nosuch
expect_error 'unknown type of partition table' virt-format -a disk.img --partition=nosuch --wipe
expect_error 'Invalid value' virt-format -a disk.img --filesystem=xfs --label=a-label-that-is-too-long
expect_equal "$(md5sum <disk.img)" "$sum" "the disk is not as it was"
expect_error 'such as /dev/VG/LV' virt-format -a disk.img --lvm=foo
expect_error 'needs --filesystem' virt-format -a disk.img --label=x
expect_error 'give a disk image' virt-format
expect_error 'invalid option' virt-format -d domain
