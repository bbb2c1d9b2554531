#!/bin/bash
# The processes of a running machine have given up what they do not need.
source "$(dirname "$0")/functions.sh"
source "$top_srcdir/tests/machine-functions.sh"

truncate -s 10M "$tmp/disk"
exec 77</etc/passwd # must not come through
SECRET=x "$driver_program" -m "$machine" -k "$kernel" -r "$tmp/root.erofs" -e uml -a "$mark" -d "$tmp/disk" e:1 P >"$tmp/out" 2>&1 &
caller=$!
cleanup_fn kill -9 $caller
wait_until grep -q '^pids' "$tmp/out"
read -r _ machine_pid guest_pid < <(grep '^pids' "$tmp/out") || fail "no machine: $(cat "$tmp/out")"

check ()
{
  local pid=$1 status
  status=$(cat "/proc/$pid/status")
  grep -q '^NoNewPrivs:.*1' <<<"$status" || fail "$2 can gain privileges"
  grep -q '^Seccomp:.*2' <<<"$status" || fail "$2 has no system call filter"
  grep -q '^CapEff:.*0000000000000000' <<<"$status" || fail "$2 has capabilities: $(grep Cap <<<"$status")"
  grep -q '^Max core file size *0 *0 ' "/proc/$pid/limits" || fail "$2 may dump core"
  ! ls -l "/proc/$pid/fd" | matches /etc/passwd || fail "$2 has a descriptor of the caller's"
  ! tr '\0' '\n' <"/proc/$pid/environ" | matches SECRET || fail "$2 sees the caller's environment"
}
check "$machine_pid" "the machine"
for task in /proc/$machine_pid/task/*; do
  grep -q '^Seccomp:.*2' "$task/status" || fail "a thread of the machine has no filter"
done
for pid in $(guest_processes); do
  check "$pid" "process $pid of the guest"
done
