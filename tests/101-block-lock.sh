#!/bin/bash
# Two writers of one image: the second is refused, whichever of them is QEMU.
# Readers are welcome.
. "$(dirname "$0")/functions.sh"
requires qemu-img qemu-io

tool=$top_builddir/machine/block/test-tool-block
cd "$tmp"
truncate -s 1M raw.img
qemu-img create -q -f qcow2 a.qcow2 1M

for image in raw.img:raw a.qcow2:qcow2; do
  format=${image#*:} image=${image%:*}

  # Ours first: a pipe keeps it open.  Who opens the image meanwhile could be
  # first, so nobody does until there is an answer.
  mkfifo hold.$format
  stdbuf -oL "$tool" $image $format <hold.$format >held.$format &
  exec {pipe}>hold.$format
  echo size >&$pipe
  wait_until test -s held.$format
  expect_error 'in use by another process' "$tool" $image $format size
  expect_error '[Ff]ailed to get' qemu-io -f $format -c 'write 0 512' $image
  "$tool" -r $image $format 'read 0 512 0'
  "$tool" -o $image $format 'write 0 512 1' 'read 0 512 1'
  exec {pipe}>&-
  wait
  "$tool" $image $format 'write 0 512 0'

  # QEMU's first.
  mkfifo qemu.$format
  stdbuf -oL qemu-io -f $format $image <qemu.$format >qemu-held.$format &
  exec {pipe}>qemu.$format
  echo length >&$pipe
  wait_until grep -qs MiB qemu-held.$format
  expect_error 'in use by another process' "$tool" $image $format size
  "$tool" -r $image $format 'read 0 512 0'
  exec {pipe}>&-
  wait
  "$tool" $image $format 'write 0 512 0'
done
