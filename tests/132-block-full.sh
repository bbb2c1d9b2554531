#!/bin/bash
# The host's disk is full: ENOSPC, a valid image, and writing goes on when
# there is space again.
. "$(dirname "$0")/functions.sh"
requires qemu-img unshare

tool=$top_builddir/machine/block/test-tool-block
if [[ -z ${in_namespace:-} ]]; then
  unshare -rm true 2>/dev/null || skip "no user namespaces here"
  rmdir "$tmp"
  in_namespace=1 exec unshare -rm "$BASH" "$0"
fi
mkdir "$tmp/small"
mount -t tmpfs -o size=2m none "$tmp/small" || skip "no tmpfs here"
cleanup_fn umount -l "$tmp/small"
cd "$tmp/small"

for options in cluster_size=512 cluster_size=64k; do
  qemu-img create -q -f qcow2 -o "$options" a.qcow2 8M
  "$tool" a.qcow2 qcow2 'write 0 500000 1' flush
  expect_error 'No space left on device' \
    "$tool" a.qcow2 qcow2 'write 1000000 4000000 2'
  qemu-img check -q a.qcow2 || fail "the image after ENOSPC, $options"
  "$tool" a.qcow2 qcow2 'read 0 500000 1' 'write 0 500000 3'
  mount -o remount,size=20m "$tmp/small"
  "$tool" a.qcow2 qcow2 'write 1000000 4000000 2' 'read 0 500000 3' \
    'read 1000000 4000000 2'
  qemu-img check -q a.qcow2 || fail "the image after there was space, $options"
  rm a.qcow2
  mount -o remount,size=2m "$tmp/small"
done

# The scratch file of an overlay, and a raw image.
truncate -s 8M "$tmp/base.raw" raw.img
expect_error 'No space left on device' \
  "$tool" -o "$tmp/base.raw" raw 'write 0 500000 1' 'write 0 5000000 2'
expect_error 'No space left on device' \
  "$tool" raw.img raw 'write 0 5000000 2'
rm raw.img

# A limit on the size of files is an error too, not a signal.
qemu-img create -q -f qcow2 "$tmp/a.qcow2" 8M
expect_error 'File too large' \
  bash -c 'ulimit -f 2048; "$@"' - "$tool" "$tmp/a.qcow2" qcow2 'write 0 5000000 1'
qemu-img check -q "$tmp/a.qcow2" || fail "the image after EFBIG"
