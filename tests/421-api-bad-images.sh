#!/bin/bash
# Images and settings that are no good: one clear error each, from the call that first can know, and nothing is changed.
source "$(dirname "$0")/functions.sh"

requires qemu-img
requires_file "$top_builddir/fish/guestfish" "$top_builddir/appliance/root.img"

launch () { "$top_builddir/run" guestfish "$@" run; }
cd "$tmp"
truncate -s 0 empty
truncate -s 1M raw
mkdir directory
mkfifo fifo

expect_error 'missing: No such file' launch -a missing
expect_error 'directory' launch -a directory
expect_error 'empty' launch -a empty
expect_error 'neither a file' launch --ro -a fifo
expect_error 'raw: ' launch --format=vmdk -a raw
expect_error 'image format luks is not supported' launch --format=luks -a raw
if [[ $(id -u) != 0 ]]; then
  touch unreadable; chmod 0 unreadable
  expect_error 'Permission denied' launch -a unreadable
fi

# qcow2: truncated, no magic, loops, missing and strange backing files.
qemu-img create -q -f qcow2 good.qcow2 10M
head -c 50 good.qcow2 >short.qcow2
expect_error 'launch: .*short.qcow2' launch --format=qcow2 -a short.qcow2
expect_error 'launch: .*raw' launch --format=qcow2 -a raw
cp good.qcow2 broken.qcow2
printf '\xff\xff\xff\xff' | dd of=broken.qcow2 bs=1 seek=20 conv=notrunc status=none
sum=$(md5sum <broken.qcow2)
expect_error 'launch: .*broken.qcow2' launch --format=qcow2 -a broken.qcow2
expect_equal "$(md5sum <broken.qcow2)" "$sum" "the broken image"

backed () { qemu-img create -q -f qcow2 -F "$3" -u -b "$2" "$1" 10M; }
backed orphan.qcow2 gone.img raw
expect_error 'gone.img: No such file' launch --format=qcow2 -a orphan.qcow2
backed a.qcow2 b.qcow2 qcow2
backed b.qcow2 a.qcow2 qcow2
expect_error 'launch: .*[ab].qcow2' launch --format=qcow2 -a a.qcow2
backed remote.qcow2 nbd://localhost:1/x raw
expect_error 'not a file name' launch --format=qcow2 -a remote.qcow2
backed dir.qcow2 directory raw
expect_error 'directory' launch --format=qcow2 -a dir.qcow2

# A backing file beside the image, in another directory than ours.
mkdir sub
truncate -s 10M sub/base.img
(cd sub && backed top.qcow2 base.img raw)
expect_equal "$("$top_builddir/run" guestfish --ro --format=qcow2 -a sub/top.qcow2 run : blockdev-getsize64 /dev/sda)" 10485760

# The appliance is not there; no directory for temporary files.
expect_error "no appliance in \"$tmp/nothing\"" "$top_builddir/run" env LIBGUESTFS_PATH="$tmp/nothing" guestfish --ro -a raw run
TMPDIR=$tmp/none "$top_builddir/run" guestfish --ro --format=raw -a raw run

# An image that somebody writes to can only be read.
"$top_builddir/run" guestfish --format=raw -a raw <<EOF
run
!$top_builddir/run guestfish --format=raw -a raw run 2>second.err && touch second.ok; true
!$top_builddir/run guestfish --ro --format=raw -a raw run && touch third.ok; true
EOF
[[ ! -e second.ok ]] || fail "two writers of one image"
grep -q 'another process has this image open' second.err
[[ -e third.ok ]] || fail "a reader beside a writer"
