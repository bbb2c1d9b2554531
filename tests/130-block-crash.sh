#!/bin/bash
# kill -9 in the middle of writing: what was flushed is there, and the image
# has leaked clusters at worst.
. "$(dirname "$0")/functions.sh"
requires qemu-img

tool=$top_builddir/machine/block/test-tool-block
cd "$tmp"

# leaks_at_worst IMAGE WHAT
leaks_at_worst ()
{
  local status=0
  qemu-img check "$1" >check.log 2>&1 || status=$?
  # 3: leaked clusters, no errors.
  [[ $status == 0 || $status == 3 ]] ||
    fail "$2: $(grep -v Leaked check.log | tail -20)"
}

truncate -s 1M base.raw
round=0
for options in cluster_size=512 cluster_size=4k,compat=0.10 cluster_size=64k \
               cluster_size=64k,refcount_bits=1 cluster_size=1k,snapshot; do
  qemu-img create -q -f qcow2 -o "${options%,snapshot}" a.qcow2 8M
  for pause in 0.05 0.2 0.4 0.1; do
    round=$((round + 1))
    [[ $options != *,snapshot ]] || qemu-img snapshot -c s$round a.qcow2
    : >log # also where the tool has not begun when it is killed
    "$tool" a.qcow2 qcow2 "churn $round" >>log &
    pid=$!
    sleep $pause
    kill -9 $pid
    wait $pid 2>/dev/null || true
    leaks_at_worst a.qcow2 "$options, killed after $pause"
    flushed=$(sed -n 's/^flushed \([0-9]*\)$/\1/p' log | tail -1)
    [[ -n $flushed ]] || continue
    # The next round may have been flushed before it could say so.
    "$tool" -r a.qcow2 qcow2 "read 0 512 $flushed" 2>/dev/null ||
      "$tool" -r a.qcow2 qcow2 "read 0 512 $(((flushed + 1) % 256))" ||
      fail "$options: round $flushed was flushed, but is not there"
    # Leaks do no harm to the next writer.
    qemu-img check -q -r leaks a.qcow2 >check.log 2>&1 || fail "repair: $options"
  done
done
