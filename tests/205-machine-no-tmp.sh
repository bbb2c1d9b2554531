#!/bin/bash
# A machine needs no writable temporary directory and nothing of /dev/shm.
source "$(dirname "$0")/functions.sh"
source "$top_srcdir/tests/machine-functions.sh"
requires unshare
unshare -m true 2>/dev/null || skip "no mount namespaces here"

export driver_program machine kernel tmp
output=$(unshare -m bash -c '
  for dir in /tmp /var/tmp "$tmp"; do
    mount --bind "$dir" "$dir" && mount -o remount,ro,bind "$dir" || exit 99
  done
  mount -t tmpfs -o ro,size=4k none /dev/shm || exit 99
  ! touch "$tmp/x" /dev/shm/x 2>/dev/null || exit 99
  exec timeout 600 "$driver_program" -m "$machine" -k "$kernel" -r "$tmp/root.erofs" -e uml e:9 s') ||
  { [[ $? -ne 99 ]] || skip "cannot make directories read-only here"; fail "$output"; }
grep -qx 'e: 9' <<<"$output" || fail "$output"
