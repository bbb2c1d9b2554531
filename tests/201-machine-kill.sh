#!/bin/bash
# Whoever is killed, and however it ends: no process and no file is left.
source "$(dirname "$0")/functions.sh"
source "$top_srcdir/tests/machine-functions.sh"

truncate -s 10M "$tmp/disk"
mkdir "$tmp/empty"

# Start a machine and wait until it runs; sets $caller, $machine_pid, $guest_pid.
start ()
{
  : >"$tmp/out"
  TMPDIR=$tmp/empty "$driver_program" -m "$machine" -k "$kernel" -r "$tmp/root.erofs" -e uml -a "$mark" -d "$tmp/disk" e:1 P >"$tmp/out" 2>&1 &
  caller=$!
  wait_until grep -q '^pids' "$tmp/out"
  read -r _ machine_pid guest_pid < <(grep '^pids' "$tmp/out") || fail "the machine has not started: $(cat "$tmp/out")"
  [[ $(guest_processes | wc -l) -ge 2 ]] || fail "the guest has too few processes: $(guest_processes)"
}

expect_end ()
{
  expect_no_guest "$1"
  wait_until is_gone "$machine_pid"
  kill -9 "$caller" 2>/dev/null || true
  wait "$caller" 2>/dev/null || true
  [[ -z $(ls -A "$tmp/empty") ]] || fail "$1: files are left: $(ls -lA "$tmp/empty")"
}

start; kill -9 "$machine_pid"; expect_end "machine killed"
start; kill -9 "$caller"; expect_end "caller killed"
start; kill -9 "$guest_pid"; sleep 0.3
kill -9 "$caller"; expect_end "guest killed"
# One of the guest's processes, not its kernel.
start; kill -9 "$(guest_processes | grep -vx "$guest_pid" | tail -1)"; sleep 0.3
kill -9 "$caller"; expect_end "process of the guest killed"
start; kill -TERM "$machine_pid"; expect_end "machine terminated"
start; kill -STOP "$guest_pid"; kill -9 "$machine_pid"; expect_end "guest stopped, machine killed"

driver_marked -d "$tmp/disk" e:1 C >/dev/null || fail "closing the control channel is an orderly end"
expect_no_guest "control channel closed"
driver_marked -d "$tmp/disk" e:1 s >/dev/null || fail "shutdown"
expect_no_guest "shutdown"
