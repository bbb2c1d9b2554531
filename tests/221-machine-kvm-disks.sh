#!/bin/bash
# The kvm engine with 64 disks, which share interrupt lines.
source "$(dirname "$0")/functions.sh"
source "$(dirname "$0")/kvm-lab/in-lab.sh"
guest_root

noise 4M >"$tmp/a.img"
drive_kvm -d "$tmp/a.img",ro,raw -n 64 n r:4194304 E:10 s >"$tmp/out" 2>&1 ||
  fail "$(cat "$tmp/out")"
grep -qx 'n: 64' "$tmp/out" || fail "disks: $(cat "$tmp/out")"
