#!/bin/bash
# Long lists: a directory of 100,000 entries, a file of 1,000,000 lines.
source "$(dirname "$0")/functions.sh"
cd "$tmp"
seq 1000000 >lines
truncate -s 500M disk.img
timeout 500 guestfish -a disk.img <<'END' >out 2>err || fail "$(cat err)"
run
mke2fs /dev/sda fstype:ext4 bytesperinode:2048
mount /dev/sda /
mkdir /d
fill-dir /d 100000
ls /d | wc -l
readdir /d | grep -c name:
find /d | tail -1
find0 / names
upload lines /lines
read-lines /lines | wc -l
head-n 1000000 /lines | tail -1
wc-l /lines
grep ^99999 /lines | wc -l
END
expect_equal "$(tr '\n' ' ' <out)" "100000 100002 /00099999 1000000 1000000 1000000 11 "
expect_equal "$(tr -dc '\0' <names | wc -c)" 100002 "names of find0"
