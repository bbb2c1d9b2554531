#!/bin/bash
# The distribution's guestmount on our library: it launches, then becomes a daemon, and the machine must outlive that, and not hold
# what the caller waits for.
source "$(dirname "$0")/peer-functions.sh"

requires fusermount3
requires_peer /usr/bin/guestmount /usr/bin/guestunmount /dev/fuse
cd "$tmp"
guestfish >/dev/null <<'END'
sparse disk.img 50M
run
mkfs ext4 /dev/sda
mount /dev/sda /
mkdir /d
write /d/f "content\n"
ln-s d/f /l
setxattr user.name value 5 /d/f
END
mkdir mnt
cleanup_fn fusermount3 -quz "$tmp/mnt"
out=$(timeout 100 env LD_LIBRARY_PATH="$top_builddir/lib/.libs" /usr/bin/guestmount -a disk.img -m /dev/sda mnt 2>&1) ||
  fail "guestmount: $out"
expect_equal "$(ls mnt)" $'d\nl\nlost+found'
expect_equal "$(cat mnt/l)" content
expect_equal "$(readlink mnt/l)" d/f
echo more >>mnt/d/f
mkdir mnt/new
mv mnt/d/f mnt/new/g
expect_error "No such file" cat mnt/d/f
timeout 60 /usr/bin/guestunmount mnt
# guestunmount does not wait for the end of guestmount.
is_written () { guestfish --ro -a disk.img -m /dev/sda cat /new/g >again 2>/dev/null && [[ $(cat again) == $'content\nmore' ]]; }
wait_until is_written
