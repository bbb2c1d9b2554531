#!/bin/bash
# 64 disks, and 200: all are there, in order, and the first one can be read.
source "$(dirname "$0")/functions.sh"
source "$top_srcdir/tests/machine-functions.sh"

noise 3000000 >"$tmp/disk"
truncate -s 3M "$tmp/disk"
for n in 64 200; do
  output=$(driver -d "$tmp/disk" -n "$n" t n v:3145728 s) || fail "$n disks: $output"
  grep -qx "n: $n" <<<"$output" || fail "not $n disks: $output"
  grep -qx same <<<"$output" || fail "contents: $output"
done
