#!/bin/bash
# Disks of the host that fail below a guest: a call, umount or shutdown says so, and what was synced before is there.  After sync, umount and shutdown
# everything that was written has been flushed to the host's disk.  tests/disk-faults.c has the cases.
source "$(dirname "$0")/functions.sh"
program=$top_builddir/tests/disk-faults
export BATHYSCOPE_MACHINE=$top_builddir/machine/test-machine-faults BATHYSCOPE_FAULTS=$tmp/faults
requires_file "$program" "$BATHYSCOPE_MACHINE"
cd "$tmp"

for kind in 'ext4 raw' 'ext4 qcow2' 'vfat raw' 'xfs qcow2' 'btrfs raw' 'f2fs raw'; do
  timeout 300 "$program" $kind
  rm -f disk*
done
