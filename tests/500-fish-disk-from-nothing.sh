#!/bin/bash
# The shell's main job: make a disk, partition it, make a filesystem, copy in and out, and see it again later.
source "$(dirname "$0")/functions.sh"

mkdir "$tmp/tree"
echo "hello" >"$tmp/tree/greeting"
ln -s greeting "$tmp/tree/link"
noise 3000000 >"$tmp/tree/large"

cd "$tmp"
guestfish <<'EOF' >out
sparse disk.img 200M
run
part-disk /dev/sda gpt
mkfs ext4 /dev/sda1 label:data
mount /dev/sda1 /
copy-in tree /
write /tree/more "one\ntwo\n"
chmod 0600 /tree/more
ls /tree
EOF
expect_equal "$(cat out)" $'greeting\nlarge\nlink\nmore'

# Somebody else's tools see the same.
PATH=$PATH:/sbin:/usr/sbin
expect_equal "$(sfdisk -J disk.img | python3 -c 'import json,sys; t=json.load(sys.stdin)["partitiontable"]; print(t["label"], len(t["partitions"]))')" "gpt 1"
start=$(sfdisk -J disk.img | python3 -c 'import json,sys; p=json.load(sys.stdin)["partitiontable"]["partitions"][0]; print(p["start"], p["size"])')
dd if=disk.img of=fs.img bs=512 skip="${start% *}" count="${start#* }" status=none
e2fsck -fn fs.img >fsck.log 2>&1 || fail "e2fsck finds faults: $(cat fsck.log)"
expect_equal "$(debugfs -R 'cat /tree/more' fs.img 2>/dev/null)" $'one\ntwo'

mkdir out-tree
guestfish --ro -a disk.img -m /dev/sda1 copy-out /tree out-tree : stat /tree/more >stat
cmp tree/large out-tree/tree/large
expect_equal "$(readlink out-tree/tree/link)" greeting
grep -q '^size: 8$' stat || fail "stat prints no size: $(cat stat)"
expect_equal "$(guestfish --ro -a disk.img -m /dev/sda1 vfs-label /dev/sda1)" data
