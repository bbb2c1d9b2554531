#!/bin/bash
# A power cut at any moment, and a disk that fills up at any write: the image
# is valid, with leaked clusters at worst.  test-tool-block records what goes
# to the disk, and makes images as a power cut could leave them: everything up
# to some fdatasync, and any part of the writes since then.
. "$(dirname "$0")/functions.sh"
requires qemu-img

tool=$top_builddir/machine/block/test-tool-block
cd "$tmp"

# leaks_at_worst IMAGE WHAT
leaks_at_worst ()
{
  local status=0
  qemu-img check "$1" >check.log 2>&1 || status=$?
  [[ $status == 0 || $status == 3 ]] ||
    fail "$2: $(grep -v Leaked check.log | tail -20)"
}

for options in cluster_size=512 cluster_size=512,refcount_bits=64 \
               cluster_size=4k,compat=0.10 cluster_size=64k; do
  qemu-img create -q -f qcow2 -o "$options" base.qcow2 4M
  # Something to change, and a snapshot to copy from.
  "$tool" base.qcow2 qcow2 'write 0 300000 1' 'write 2000000 100000 2'
  qemu-img snapshot -c one base.qcow2
  for seed in 1 2 3; do
    cp base.qcow2 a.qcow2
    "$tool" -p cut a.qcow2 qcow2 "mix $seed 150"
    for image in cut.*; do
      leaks_at_worst "$image" "$options, seed $seed, $image"
    done
    rm -f cut.*
  done
  for limit in 1 2 3 4 5 6 8 10 13 17 22 30 40 60 80; do
    cp base.qcow2 a.qcow2
    "$tool" -f $limit a.qcow2 qcow2 'mix 5 150' >log 2>&1 || true
    grep -q 'No space left' log || fail "no ENOSPC at write $limit: $(cat log)"
    leaks_at_worst a.qcow2 "$options, full at write $limit"
    # There is space again: the image is as good as ever.
    "$tool" a.qcow2 qcow2 'write 0 4194304 9' 'read 0 4194304 9'
    leaks_at_worst a.qcow2 "$options, written after full at $limit"
  done
done
