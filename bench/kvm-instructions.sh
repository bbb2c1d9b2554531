#!/bin/bash
# kvm-instructions.sh: what a launch with KVM costs, counted instead of timed: the guest's instructions, and the exits.
#
#   bench/kvm-instructions.sh [cold|template]...
#
# Prints a table for each (both, unless named).  It runs in the lab (tests/kvm-lab/run-in-lab -i), where a nanosecond is an instruction;
# the kernel of the lab notes when a guest is entered and when it exits, from guestfs_launch to its return. "guest" is what the guest
# executed before exits of that kind, each repetition of `rep stosb` counted as an instruction, in thousands; "host" is what the kernel,
# our process and whatever else ran on that processor did after them, until the next entry.  Exit status 77 where there is no lab.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top_builddir=${top_builddir:-$(dirname "$here")}
[[ $# -gt 0 ]] || set -- cold template

count () # SETTING: a launch, traced
{
  local trace=/sys/kernel/tracing
  echo 0 >$trace/tracing_on
  echo >$trace/trace
  BATHYSCOPE_TEMPLATE=$1 "$top_builddir/run" guestfish -a disk.img <<END
!echo 1 >$trace/tracing_on
run
!echo 0 >$trace/tracing_on
END
  awk '
    function when(i) { for (i = 1; i <= NF; i++) if ($i ~ /^[0-9]+\.[0-9]+:$/) return substr($i, 1, length($i) - 1) }
    /LOST [0-9]+ EVENTS/ { print "events were lost"; exit 1 }
    /kvm_entry:/ { entry = when(); if (kind != "") host[kind] += entry - out; next }
    /kvm_exit:/ && entry {
      out = when(); match($0, /reason [a-z_0-9]+/); kind = substr($0, RSTART + 7, RLENGTH - 7)
      n[kind]++; guest[kind] += out - entry; entry = 0
    }
    END {
      printf "%-15s %7s %10s %10s\n", "exit", "number", "guest", "host"
      for (k in n) {
        printf "%-15s %7d %10.0f %10.0f\n", k, n[k], guest[k] * 1e6, host[k] * 1e6 | "sort -k 3,3nr"
        exits += n[k]; g += guest[k]; h += host[k]
      }
      close("sort -k 3,3nr")
      printf "%-15s %7d %10.0f %10.0f\n", "all", exits, g * 1e6, h * 1e6
    }' $trace/trace
}

if [[ ! ${BATHYSCOPE_IN_LAB-} ]]; then
  for file in appliance/kernel-kvm appliance/root.img fish/guestfish; do
    [[ -e $top_builddir/$file ]] || { echo "kvm-instructions: skipped: $file has not been built" >&2; exit 77; }
  done
  export top_builddir
  exec "$top_builddir/tests/kvm-lab/run-in-lab" -i -t 900 bash "$here/kvm-instructions.sh" "$@"
fi

export LIBGUESTFS_BACKEND=kvm XDG_CACHE_HOME=/tmp/cache
mkdir -p /tmp/cache
cd /tmp
mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null || true
echo 40000 >/sys/kernel/tracing/buffer_size_kb
echo mono >/sys/kernel/tracing/trace_clock
echo 1 >/sys/kernel/tracing/events/kvm/kvm_entry/enable
echo 1 >/sys/kernel/tracing/events/kvm/kvm_exit/enable
truncate -s 50M disk.img
for start; do
  case $start in
    cold) setting=0 ;;
    template) setting=1; "$top_builddir/run" bathyscope-appliance --prepare ;;
    *) echo "kvm-instructions: cold or template" >&2; exit 2 ;;
  esac
  echo "$start:"
  count $setting
done
