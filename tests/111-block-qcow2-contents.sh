#!/bin/bash
# Images that already hold something: compressed clusters, backing files,
# internal snapshots.  They read right, and stay right when they are changed.
. "$(dirname "$0")/functions.sh"
requires qemu-img python3

tool=$top_builddir/machine/block/test-tool-block
seed=${BATHYSCOPE_TEST_SEED:-1}
cd "$tmp"

python3 - <<'PY'
import random
random.seed(3)
with open('base.raw', 'wb') as f:
    for i in range(6 * 256):
        kind = random.random()
        f.write(random.randbytes(4096) if kind < 0.3 else
                bytes([i % 256]) * 4096 if kind < 0.8 else bytes(4096))
PY

# change WHAT [TOOL OPTIONS]: a.qcow2 should be like m.raw, also after changes.
change ()
{
  local what="seed $seed, $*"
  shift
  "$tool" -r a.qcow2 auto 'compare m.raw' || fail "reading: $what"
  "$tool" "$@" a.qcow2 qcow2 "random $seed 600 m.raw" 'compare m.raw' ||
    fail "$what"
  qemu-img check -q a.qcow2 || fail "qemu-img check: $what"
  qemu-img compare -q -f qcow2 -F raw a.qcow2 m.raw ||
    fail "qemu-img compare: $what"
  seed=$((seed + 1))
}

compressed ()
{
  rm -f a.qcow2
  qemu-img convert -c -f raw -O qcow2 -o "$1" base.raw a.qcow2
  cp base.raw m.raw
  change "compressed $*"
  # Readers of a compressed cluster must survive its being replaced.
  change "compressed, threads $*" -t 4
}

# The overlay is larger than the backing file, which must not change.
backing ()
{
  local format=$1 options=$2
  rm -f a.qcow2
  qemu-img convert -f raw -O "$format" base.raw base.img
  sum=$(sha256sum base.img)
  qemu-img create -q -f qcow2 -o "$options" -b base.img -F "$format" \
    a.qcow2 7500288
  cp base.raw m.raw
  truncate -s 7500288 m.raw
  change "backing $*"
  expect_equal "$(sha256sum base.img)" "$sum" "the backing file"
}

snapshots ()
{
  rm -f a.qcow2
  qemu-img convert -f raw -O qcow2 -o "$1" base.raw a.qcow2
  cp base.raw m.raw
  qemu-img snapshot -c one a.qcow2
  change "snapshot one $*"
  cp m.raw two.raw
  qemu-img snapshot -c two a.qcow2
  change "snapshot two $*"
  qemu-img convert -l one -f qcow2 -O raw a.qcow2 s.raw
  cmp s.raw base.raw || fail "snapshot one has changed: $*"
  qemu-img convert -l two -f qcow2 -O raw a.qcow2 s.raw
  cmp s.raw two.raw || fail "snapshot two has changed: $*"
  qemu-img snapshot -d one a.qcow2
  change "after a snapshot went $*"
}

for cluster in 512 64k; do
  compressed cluster_size=$cluster,compat=0.10
  compressed cluster_size=$cluster,compat=1.1
  compressed cluster_size=$cluster,compression_type=zstd
  backing raw cluster_size=$cluster,compat=0.10
  backing qcow2 cluster_size=$cluster,compat=1.1
  snapshots cluster_size=$cluster,compat=0.10
  snapshots cluster_size=$cluster,compat=1.1
done
compressed cluster_size=2M,compression_type=zstd

# A chain of several images, relative names, and a bitmap that goes stale.
mkdir sub
qemu-img convert -f raw -O qcow2 base.raw sub/0.qcow2
for i in 1 2 3 4 5; do
  (cd sub && qemu-img create -q -f qcow2 -b $((i - 1)).qcow2 -F qcow2 $i.qcow2)
done
"$tool" sub/5.qcow2 qcow2 'compare base.raw' 'write 65536 1000 7' \
  'read 65536 1000 7'
"$tool" -r sub/4.qcow2 qcow2 'compare base.raw'
qemu-img create -q -f qcow2 b.qcow2 1M
qemu-img bitmap --add b.qcow2 marks
"$tool" b.qcow2 qcow2 'write 0 65536 1'
qemu-img check -q -r leaks b.qcow2 || fail "an image that had a bitmap"
