#!/bin/bash
# Real images: those that we read are read as qemu-img reads them; the others
# are refused by the name of their format.
. "$(dirname "$0")/functions.sh"
requires qemu-img bzcat
requires_images

tool=$top_builddir/machine/block/test-tool-block
cd "$tmp"

for image in "$images"/qemu/uefi-boot-images/*.qcow2; do
  qemu-img convert -O raw "$image" raw.img
  "$tool" -r "$image" auto 'compare raw.img' || fail "$image"
  "$tool" -o "$image" auto 'compare raw.img' 'write 0 4096 1' 'read 0 4096 1' ||
    fail "overlay on $image"
done
for image in "$images"/qemu/sample_images/*.bz2; do
  name=$(basename "$image" .bz2)
  bzcat "$image" >"$name"
  case $name in
    *.raw) "$tool" -r "$name" auto "compare $name"; continue ;;
    *.vhd) format=vpc ;;
    parallels*) format=parallels ;;
    *) format=${name##*.} ;;
  esac
  expect_error "format '$format'" "$tool" -r "$name" auto size
done
