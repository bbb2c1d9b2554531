#!/bin/bash
# A disk of the host that fails at each read, write, flush and discard in turn, with EIO, ENOSPC, short writes, once or for good, and a failed flush
# that forgets: machine/block/test-faults says what must hold then.  BATHYSCOPE_FAULT_SEEDS=N takes N workloads and every way at every position.
source "$(dirname "$0")/functions.sh"
requires qemu-img qemu-io

program=$top_builddir/machine/block/test-faults
requires_file "$program"
cd "$tmp"
head -c 3M /dev/zero | tr '\0' '\111' >backing.raw

make ()
{
  local name=$1
  shift
  qemu-img create -q -f qcow2 "$@" "$name" 3M
}

# Something to change, and a snapshot that shares it.
with_snapshot ()
{
  make "$1" -o "$2"
  qemu-io -c 'write -P 7 100k 900k' -c 'write -P 9 2M 300k' "$1" >/dev/null
  qemu-img snapshot -c one "$1"
}

with_snapshot small.qcow2 cluster_size=512
with_snapshot v2.qcow2 cluster_size=4k,compat=0.10
make empty.qcow2 -o cluster_size=4k,refcount_bits=1
make large.qcow2
make backed.qcow2 -o cluster_size=4k -F raw -b "$tmp/backing.raw"
qemu-img convert -c -O qcow2 -o cluster_size=4k backing.raw compressed.qcow2

options=(-n 25 -c 25) seeds=1
if [[ -n ${BATHYSCOPE_FAULT_SEEDS:-} ]]; then
  options=(-a -c 5) seeds=$BATHYSCOPE_FAULT_SEEDS
fi
for ((seed = 1; seed <= seeds; seed++)); do
  "$program" "${options[@]}" -s $seed backing.raw raw
  "$program" "${options[@]}" -s $seed -o backing.raw raw
  for image in *.qcow2; do
    "$program" "${options[@]}" -s $seed $image qcow2 ||
      fail "$image: $(grep -v Leaked check.log | head -5)"
  done
  "$program" "${options[@]}" -s $seed -o backed.qcow2 qcow2
done

# The snapshots still hold what they held: the last of many writers and failures.
for image in small.qcow2 v2.qcow2; do
  cp $image a.qcow2
  "$top_builddir/machine/block/test-tool-block" -f 40 a.qcow2 qcow2 'mix 5 150' >/dev/null 2>&1 || true
  qemu-img snapshot -a one a.qcow2
  qemu-io -r -c 'read -P 7 100k 900k' -c 'read -P 9 2M 300k' a.qcow2 | matches failed && fail "the snapshot of $image"
done
true
