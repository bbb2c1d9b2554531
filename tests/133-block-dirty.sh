#!/bin/bash
# Images with lazy refcounts whose writer was killed: opened for writing they are repaired, and nothing is lost.
source "$(dirname "$0")/functions.sh"
requires qemu-img qemu-io python3
tool=$top_builddir/machine/block/test-tool-block
requires_file "$tool"
cd "$tmp"

is_dirty () { (($(od -An -tu1 -j79 -N1 "$1") & 1)); }

# make OPTIONS: img.qcow2, killed after a write with the refcounts behind
make_dirty ()
{
  qemu-img create -q -f qcow2 -o "lazy_refcounts=on,$1" img.qcow2 20M
  qemu-io -c 'write -P 1 0 3M' img.qcow2 >/dev/null
  if [[ ${2:-} == snapshot ]]; then qemu-img snapshot -c one img.qcow2; fi
  qemu-io -c 'write -P 2 1M 4M' -c 'write -P 3 10M 700k' -c flush -c abort img.qcow2 >/dev/null 2>&1 || true
  is_dirty img.qcow2 || fail "the image is not dirty ($1)"
}

for options in cluster_size=64k cluster_size=4k cluster_size=512,refcount_bits=64 cluster_size=64k,refcount_bits=8; do
  for snapshot in '' snapshot; do
    make_dirty $options $snapshot
    ! qemu-img check -q img.qcow2 >/dev/null 2>&1 || fail "its refcounts are right ($options)"
    sum=$(sha256sum img.qcow2)
    "$tool" -r img.qcow2 qcow2 'read 0 1048576 1' 'read 1048576 4194304 2' 'read 10485760 716800 3'
    expect_equal "$(sha256sum img.qcow2)" "$sum" "opened for reading"
    "$tool" img.qcow2 qcow2 'read 0 1048576 1'
    expect_equal "$(sha256sum img.qcow2)" "$sum" "opened for writing, but not written"
    "$tool" img.qcow2 qcow2 'write 5242880 3000000 4' 'read 0 1048576 1' 'read 1048576 4194304 2' 'read 10485760 716800 3'
    ! is_dirty img.qcow2 || fail "still dirty ($options)"
    # What a snapshot shared no longer may be leaked, which harms nobody.
    qemu-img check -q img.qcow2 >check.out || { [[ $? = 3 && -n $snapshot ]]; } || fail "qemu-img check ($options $snapshot): $(head check.out)"
    qemu-io -r -c 'read -P 1 0 1M' -c 'read -P 2 1M 4M' -c 'read -P 4 5M 3000000' -c 'read -P 3 10M 700k' img.qcow2 | matches failed && fail "contents ($options $snapshot)"
    if [[ -n $snapshot ]]; then
      qemu-img snapshot -a one img.qcow2
      "$tool" -r img.qcow2 qcow2 'read 0 3145728 1' 'read 3145728 1000000 0'
    fi
  done
done

# Compressed clusters, which share host clusters.
head -c 3M /dev/zero | tr '\0' x >x.raw
qemu-img convert -c -O qcow2 -o lazy_refcounts=on x.raw img.qcow2
qemu-io -c 'write -P 2 64k 200k' -c abort img.qcow2 >/dev/null 2>&1 || true
is_dirty img.qcow2 || fail "the compressed image is not dirty"
"$tool" img.qcow2 qcow2 'write 1048576 65536 7' 'read 65536 204800 2' 'read 0 65536 120'
qemu-img check -q img.qcow2 >check.out || [[ $? = 3 ]] || fail "compressed: $(head check.out)"

# Power cuts while it is being repaired: each result can be opened and repaired again.
make_dirty cluster_size=4k
"$tool" -p cut img.qcow2 qcow2 'write 5242880 300000 4' flush >/dev/null
count=0
for f in cut*; do
  [[ -f $f ]] || continue
  "$tool" "$f" qcow2 'read 0 1048576 1' 'read 1048576 4194304 2' 'write 15728640 100000 9'
  qemu-img check "$f" >check.out 2>&1 || [[ $? = 3 ]] || fail "$f: $(head check.out)"
  count=$((count + 1))
done
((count > 5)) || fail "only $count cuts"

# A dirty image that is damaged besides is refused, and keeps the bit.
make_dirty cluster_size=64k
l1=$(od -An -tu8 --endian=big -j40 -N8 img.qcow2 | tr -d ' ')
printf '\x80\x00\x7f\xff\xff\xff\x00\x00' | dd of=img.qcow2 bs=1 seek=$l1 conv=notrunc status=none
expect_error 'damaged' "$tool" img.qcow2 qcow2 'write 0 512 1'
is_dirty img.qcow2 || fail "the bit has gone"
