#!/bin/bash
# An error of mount has what the kernel said about this mount, and nothing older.
source "$(dirname "$0")/functions.sh"

truncate -s 40M "$tmp/a.img"
output=$(guestfish -a "$tmp/a.img" <<'END' 2>&1
run
mkfs ext4 /dev/sda
-mount-vfs "" xfs /dev/sda /
-mount-vfs "" nosuchfs /dev/sda /
mount /dev/sda /
umount /
-mount-vfs "" nosuchfs /dev/sda /
END
) || fail "$output"
matches 'as xfs: .*(kernel: XFS (sda)' <<<"$output" || fail "the kernel's reason is missing: $output"
expect_equal "$(grep -c 'as nosuchfs' <<<"$output")" 2 "mounts that fail"
grep 'as nosuchfs' <<<"$output" | matches 'kernel:' && fail "a message of something else: $output"
true
