#!/bin/bash
# SIGKILL to any process in the middle of writing: what was synced is there afterwards, and image and filesystem are sound.
# make kill-campaign does it 500 times.
source "$(dirname "$0")/functions.sh"

requires qemu-img
requires_file "$top_builddir/tests/kill-writes" "$top_builddir/appliance/root.img"

count=${BATHYSCOPE_KILL_COUNT:-4}
cd "$tmp"
for type in ext4 xfs btrfs; do
  for format in raw qcow2; do
    "$top_builddir/run" guestfish disk-create disk $format 320M : add disk format:$format : run : mkfs $type /dev/sda
    timeout $((count * 300)) "$top_builddir/run" "$top_builddir/tests/kill-writes" --count "$count" --seed "${BATHYSCOPE_KILL_SEED:-1}" \
      --type $type --format $format disk || fail "$type on $format"
  done
done
