#!/bin/bash
# The kvm engine boots a guest: root image, RPC port, disks, two processors,
# and the ways in which a guest can end.
source "$(dirname "$0")/functions.sh"
source "$(dirname "$0")/kvm-lab/in-lab.sh"
guest_root

# On a healthy KVM, the probe finds it so.
"$top_builddir/machine/kvm/test-probe" >"$tmp/out" || fail "$(cat "$tmp/out")"
grep -q "million instructions a second$" "$tmp/out" || fail "$(cat "$tmp/out")"

truncate -s 8M "$tmp/a.img"
noise 1M >"$tmp/b.img"

# One of everything.
drive_kvm -d "$tmp/a.img",raw -d "$tmp/b.img",ro,raw \
  E:10 n u w:1048576 r:1048576 s >"$tmp/out" 2>&1 || fail "$(cat "$tmp/out")"
grep -q 'engine \[name=kvm\]' "$tmp/out" || fail "not kvm: $(cat "$tmp/out")"
grep -qx 'n: 2' "$tmp/out" || fail "disks: $(cat "$tmp/out")"
grep -qx 'u: 1' "$tmp/out" || fail "processors: $(cat "$tmp/out")"
grep -q 'flushed \[errno=0\]' "$tmp/out" || fail "flush: $(cat "$tmp/out")"
cmp -n 1048576 "$tmp/a.img" <(tr '\0' w </dev/zero) || fail "not written"

# Two processors; it ends by power off.
drive_kvm -s 2 u o >"$tmp/out" 2>&1 || true
grep -qx 'u: 2' "$tmp/out" || fail "two processors: $(cat "$tmp/out")"
grep -q '^exited .*has reset itself.*\[usable=1\]' <(tr '\n' ' ' <"$tmp/out" | sed 's/exited/\n&/') ||
  fail "power off: $(cat "$tmp/out")"

# The end of init is a panic, which is told.
drive_kvm p >"$tmp/out" 2>&1 || true
grep -q 'panicked: Attempted to kill init' "$tmp/out" ||
  fail "panic: $(cat "$tmp/out")"

# The threads that run the guest have a filter of their own, on top of that of the machine.
drive_kvm -s 2 P >"$tmp/out" 2>&1 &
caller=$!
cleanup_fn kill $caller
wait_until grep -q '^pids' "$tmp/out"
read -r _ machine_pid _ < <(grep '^pids' "$tmp/out") || fail "no machine: $(cat "$tmp/out")"
threads=0
for task in "/proc/$machine_pid/task"/*; do
  filters=$(sed -n 's/^Seccomp_filters:[[:space:]]*//p' "$task/status")
  case $(<"$task/comm") in
    vcpu*) expect_equal "$filters" 2 "filters of the processor's thread"; threads=$((threads + 1)) ;;
    *) expect_equal "$filters" 1 "filters of the thread $(<"$task/comm")" ;;
  esac
done
expect_equal $threads 2 "threads of processors"
