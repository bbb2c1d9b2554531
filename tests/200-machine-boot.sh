#!/bin/bash
# A guest boots, and bytes pass unchanged: from disks, both ways through the RPC port, through formats and overlays.
source "$(dirname "$0")/functions.sh"
source "$top_srcdir/tests/machine-functions.sh"
requires qemu-img

noise 20000000 >"$tmp/disk"
truncate -s 20M "$tmp/disk"
qemu-img convert -f raw -O qcow2 "$tmp/disk" "$tmp/base.qcow2"
qemu-img create -q -f qcow2 -F qcow2 -b "$tmp/base.qcow2" "$tmp/top.qcow2"
cp "$tmp/disk" "$tmp/file"

output=$(driver -d "$tmp/file,raw" -d "$tmp/top.qcow2" n e:7 E:100 v:20971520 v:12345678 g:30000000 k:30000000 s)
grep -qx 'n: 2' <<<"$output" || fail "two disks: $output"
grep -qx 'e: 7' <<<"$output" || fail "echo: $output"
[[ $(grep -cx same <<<"$output") -eq 2 ]] || fail "contents: $output"
grep -qxF 'flushed [errno=0] [message=]' <<<"$output" || fail "flush: $output"
cmp "$tmp/file" "$tmp/disk" || fail "reading has changed the disk"

# Writes reach the image, and an overlay keeps them from it.
output=$(driver -d "$tmp/file,ro" w:10000000 r:10000000 s)
grep -qx 'r: 2324308' <<<"$output" || fail "what was written is not read back: $output"
cmp "$tmp/file" "$tmp/disk" || fail "a read-only disk was written to"
driver -d "$tmp/file" w:10000000 s >/dev/null
head -c 10000000 "$tmp/file" | tr -d w | cmp - /dev/null || fail "the write has not reached the image"
cmp -i 10000000 "$tmp/file" "$tmp/disk" || fail "the write has gone too far"
qemu-img compare -q -f qcow2 -F raw "$tmp/top.qcow2" "$tmp/disk" || fail "the qcow2 image has changed"
driver -d "$tmp/top.qcow2,qcow2" w:10000000 s >/dev/null
qemu-img compare -q -f qcow2 -F raw "$tmp/top.qcow2" "$tmp/file" || fail "the qcow2 image differs"
qemu-img check -q "$tmp/top.qcow2" || fail "the qcow2 image is damaged"
