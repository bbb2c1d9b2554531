#!/bin/bash
# What goes wrong is told clearly: at launch, in the guest, on the host's disk.
source "$(dirname "$0")/functions.sh"
source "$top_srcdir/tests/machine-functions.sh"
requires qemu-img

truncate -s 64M "$tmp/disk"
mkdir "$tmp/directory"
printf 'QFI\373\0\0\0\3garbage' >"$tmp/bad.qcow2"
truncate -s 1M "$tmp/bad.qcow2"
qemu-img create -q -f qcow2 -u -F raw -b "$tmp/missing" "$tmp/no-backing.qcow2" 1M

# At launch: one `error` message, and the machine ends.
expect_error 'error \[message=.*bad\.qcow2' driver -d "$tmp/bad.qcow2,qcow2" t
expect_error 'error \[message=.*missing' driver -d "$tmp/no-backing.qcow2" t
expect_error 'error \[message=.*\[errno=' driver -d "$tmp/disk,nosuch" t
expect_error 'error \[message=.*\[errno=' driver -d "$tmp/directory,ro" t
expect_error 'error \[message=.*engine uml.*missing' driver -k /dev/null t
expect_error 'error \[message=.*no engine abacus' driver -e abacus t
cp /bin/true "$tmp/not-a-kernel"
expect_error 'exited \[message=the guest has stopped' driver -k "$tmp/not-a-kernel" t
echo text >"$tmp/not-a-program"
expect_error 'error \[message=.*running the user-mode kernel' driver -k "$tmp/not-a-program" t

# In the guest.
output=$(driver p) || true
grep -q 'exited \[message=the guest.s kernel has panicked; it said last' <<<"$output" || fail "panic: $output"
grep -q 'Attempted to kill init' <<<"$output" || fail "the panic's reason is not told: $output"
output=$(driver o) || true
grep -q 'exited \[message=the guest has stopped' <<<"$output" || fail "power off: $output"

# A host's disk that is full: the guest sees an error, we are told once, and `flushed` reports it.
if mkdir "$tmp/small" && mount -t tmpfs -o size=8M none "$tmp/small" 2>/dev/null; then
  cleanup_fn umount "$tmp/small"
  truncate -s 64M "$tmp/small/disk"
  output=$(driver -d "$tmp/small/disk" w:30000000 w:30000000 e:5 s) || true
  [[ $(grep -c 'io-error \[index=0\].*\[errno=28\]' <<<"$output") -eq 1 ]] || fail "io-error: $output"
  grep -qx 'w: 5' <<<"$output" || fail "the guest has not seen the error: $output"
  grep -qx 'e: 5' <<<"$output" || fail "the guest does not answer any more: $output"
  grep -q 'flushed \[errno=28\] \[message=.*disk' <<<"$output" || fail "flushed: $output"
fi

expect_error 'started by hand' "$machine" 3<&-
