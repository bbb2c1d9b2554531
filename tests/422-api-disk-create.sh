#!/bin/bash
# disk-create against qemu-img: every image is without errors, of the right size and format, and reads as zeroes.
source "$(dirname "$0")/functions.sh"

requires qemu-img
requires_file "$top_builddir/fish/guestfish" "$top_builddir/machine/bathyscope-machine"

fish () { "$top_builddir/run" guestfish "$@"; }
cd "$tmp"
info () { qemu-img info --output=json "$1" | python3 -c "import json,sys; print(json.load(sys.stdin)$2)"; }

for size in 1 1000000 1073741824 10000000000000; do
  for more in '' 'clustersize:512' 'clustersize:2097152' 'compat:0.10' 'preallocation:metadata'; do
    [[ $size == 10000000000000 && $more ]] && continue # large tables
    sectors=$(((size + 511) / 512 * 512))
    answers=$(fish disk-create x.qcow2 qcow2 "$size" $more : disk-format x.qcow2 : disk-virtual-size x.qcow2 \
      : disk-has-backing-file x.qcow2 | xargs)
    expect_equal "$answers" "qcow2 $sectors false" "answers for size $size $more"
    qemu-img check -q x.qcow2 || fail "qemu-img check: size $size $more"
    expect_equal "$(info x.qcow2 "['virtual-size']")" "$sectors" "size with $more"
  done
done

fish disk-create full.qcow2 qcow2 10000000 preallocation:full
qemu-img check -q full.qcow2
(($(stat -c %b full.qcow2) * 512 >= 10000000)) || fail "full preallocation takes no space"
truncate -s 10000384 zero.img
qemu-img compare -q full.qcow2 -F raw zero.img

# Backing files: the name is relative to the image, the size is found.
mkdir sub
noise 3000320 >sub/base.img
fish disk-create sub/top.qcow2 qcow2 -1 backingfile:base.img backingformat:raw
qemu-img check -q sub/top.qcow2
qemu-img compare -q sub/top.qcow2 sub/base.img
expect_equal "$(info sub/top.qcow2 "['backing-filename-format']")" raw
expect_equal "$(fish disk-has-backing-file sub/top.qcow2)" true
fish disk-create sub/top2.qcow2 qcow2 -1 backingfile:top.qcow2 backingformat:qcow2 compat:0.10 clustersize:4096
qemu-img check -q sub/top2.qcow2
qemu-img compare -q sub/top2.qcow2 sub/base.img

fish disk-create raw.img raw 12345
expect_equal "$(stat -c %s raw.img)" 12345
expect_equal "$(fish disk-format raw.img)" raw
expect_error 'invalid size: 0' fish disk-create x raw 0
expect_error 'invalid size: -1' fish disk-create x qcow2 -1
expect_error 'size must be given as -1' fish disk-create x qcow2 1 backingfile:raw.img backingformat:raw
for kind in qcow2:top.qcow2 raw:base.img; do
  fish disk-create sub/guess.qcow2 qcow2 -1 "backingfile:${kind#*:}"
  expect_equal "$(info sub/guess.qcow2 "['backing-filename-format']")" "${kind%:*}" "the format of a backing file"
  qemu-img compare -q sub/guess.qcow2 sub/base.img
done
expect_error 'No such file' fish disk-create x qcow2 -1 backingfile:none
expect_error 'backing format vmdk' fish disk-create x qcow2 -1 backingfile:raw.img backingformat:vmdk
expect_error 'not supported' fish disk-create x vdi 1
expect_error 'No such file' fish disk-create none/x raw 1
expect_error 'No such file' fish disk-format none
head -c 40 sub/top.qcow2 >bad.qcow2
expect_error 'disk_virtual_size: ' fish disk-virtual-size bad.qcow2
