#!/bin/bash
# Random operations on qcow2 images of every kind, compared with the same
# operations on a raw file, and checked by qemu-img.
. "$(dirname "$0")/functions.sh"
requires qemu-img

tool=$top_builddir/machine/block/test-tool-block
seed=${BATHYSCOPE_TEST_SEED:-1}
cd "$tmp"

# try SIZE OPTIONS [TOOL OPTIONS]
try ()
{
  local size=$1 options=$2 what
  shift 2
  seed=$((seed + 1))
  what="seed $seed, $options $*"
  rm -f a.qcow2 m.raw
  qemu-img create -q -f qcow2 -o "$options" a.qcow2 "$size"
  truncate -s "$size" m.raw
  for round in 1 2; do
    "$tool" "$@" a.qcow2 qcow2 "random $((seed + round * 100)) 700 m.raw" \
      'compare m.raw' || fail "$what"
    qemu-img check -q a.qcow2 || fail "qemu-img check: $what"
    qemu-img compare -q -f qcow2 -F raw a.qcow2 m.raw ||
      fail "qemu-img compare: $what"
  done
}

for cluster in 512 1k 4k 64k 2M; do
  try 10000384 cluster_size=$cluster,compat=0.10
  try 10000384 cluster_size=$cluster,compat=1.1
done
for width in 1 2 4 8 32 64; do
  try 8M cluster_size=512,refcount_bits=$width
done
for mode in metadata falloc; do
  try 10M preallocation=$mode
done
try 10M lazy_refcounts=on
try 2M cluster_size=64k -t 4
try 2M cluster_size=512,refcount_bits=1 -t 4
try 2M cluster_size=4k,compat=0.10 -t 4
