#!/bin/bash
# A block device of the host as a drive: a loop device, written, read-only, and one that cannot be written.
source "$(dirname "$0")/functions.sh"

requires losetup
requires_file "$top_builddir/appliance/root.img"
[[ $EUID -eq 0 ]] || skip "loop devices need root"
truncate -s 64M "$tmp/disk.img"
loop=$(losetup -f --show "$tmp/disk.img" 2>/dev/null) || skip "there are no loop devices here"
cleanup_fn losetup -d "$loop"

expect_equal "$(guestfish -a "$loop" run : mkfs ext4 /dev/sda : mount /dev/sda / : write /f hello : blockdev-getsize64 /dev/sda)" 67108864 size
before=$(sha256sum "$loop")
expect_equal "$(guestfish --ro -a "$loop" run : mount /dev/sda / : write /f changed : cat /f)" changed "the overlay"
expect_equal "$(sha256sum "$loop")" "$before" "the device after a read-only session that wrote"
expect_equal "$(guestfish -a "$loop" run : mount /dev/sda / : cat /f)" hello "what was written"

cleanup_fn blockdev --setrw "$loop"
blockdev --setro "$loop"
expect_error "$loop: Read-only device" guestfish -a "$loop" run
expect_equal "$(guestfish --ro -a "$loop" run : mount-ro /dev/sda / : cat /f)" hello "a device that is read-only"
