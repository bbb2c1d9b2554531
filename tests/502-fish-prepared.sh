#!/bin/bash
# guestfish -N: each type of disk, its parameters, names of files, and what is refused.
source "$(dirname "$0")/functions.sh"
requires sfdisk
cd "$tmp"
# What mkfs.xfs says of a disk that is too small is told, without its options.
expect_error 'must be larger than 300MB' guestfish -N small.img=fs:xfs:100M exit
status=0; guestfish -N small.img=fs:xfs:100M exit 2>errors || status=$?
expect_equal "$status $(wc -l <errors)" "1 2" "what is said of a disk that is too small: $(cat errors)"
[[ ! -e small.img ]] || fail "a disk that could not be prepared is left"
label () { sfdisk -J "$1" | python3 -c 'import json,sys; t=json.load(sys.stdin)["partitiontable"]; print(t["label"], len(t["partitions"]))'; }

# Files are numbered; a name goes before "=".
guestfish -N disk:10M -N named.img=part:20M:gpt -N fs:ext4:40M list-filesystems : -mount /dev/sdc1 / : write /x y : list-partitions >out
expect_equal "$(cat out)" $'/dev/sda: unknown\n/dev/sdb1: unknown\n/dev/sdc1: ext4\n/dev/sdb1\n/dev/sdc1'
expect_equal "$(stat -c '%n %s' test1.img named.img test3.img)" $'test1.img 10485760\nnamed.img 20971520\ntest3.img 41943040'
[[ ! -e test2.img ]] || fail "test2.img is there"
expect_equal "$(label named.img) $(label test3.img)" "gpt 1 dos 1"

# Mounts come after formatting; --ro is for other disks; -a and -N mix in their order.
guestfish -N fs:vfat:32M -m /dev/sda1 write /x y : vfs-type /dev/sda1 >out
expect_equal "$(cat out)" vfat
guestfish --ro -a test3.img -N fs:ext2:16M list-filesystems : mount /dev/sdb1 / : write /x y >out
expect_equal "$(cat out)" $'/dev/sda1: ext4\n/dev/sdb1: ext2'
expect_equal "$(guestfish --ro -a test1.img -m /dev/sda1 cat /x)" y "what was written to a disk of -N with --ro"

guestfish -N lv:/dev/a/b:40M lvs : list-filesystems >out
expect_equal "$(cat out)" $'/dev/a/b\n/dev/a/b: unknown'
guestfish -N lvfs:/dev/c/d:ext3:40M:gpt list-filesystems >out
expect_equal "$(cat out)" '/dev/c/d: ext3'
guestfish -N bootroot:ext2:ext4:100M:40M list-filesystems : blockdev-getsize64 /dev/sda1 >out
expect_equal "$(cat out)" $'/dev/sda1: ext2\n/dev/sda2: ext4\n41943040'
guestfish -N bootrootlv:/dev/v/root:vfat:ext4:100M:32M:gpt list-filesystems >out
expect_equal "$(cat out)" $'/dev/sda1: vfat\n/dev/v/root: ext4'
expect_equal "$(label test1.img)" "gpt 2"
guestfish -N fs list-filesystems : blockdev-getsize64 /dev/sda >out
expect_equal "$(cat out)" $'/dev/sda1: ext2\n1073741824' "what is left out"

for help in help '?' list; do
  guestfish -N "$help" >out
  for type in disk part fs lv lvfs bootroot bootrootlv; do grep -q -- "-N $type " out || fail "-N $help does not tell $type"; done
done
expect_error 'no such type; -N help' guestfish -N nosuch
expect_error 'not a number' guestfish -N disk:many
expect_error 'not positive' guestfish -N disk:0
expect_error 'too many parameters' guestfish -N disk:1M:gpt
expect_error 'like /dev/VG/LV' guestfish -N lv:name:20M
expect_error 'no room for a boot partition' guestfish -N bootroot:ext2:ext2:20M:30M
expect_error 'nosuch/x.img' guestfish -N nosuch/x.img=disk
expect_error 'mkfs|nosuchfs' guestfish -N fs:nosuchfs:20M
