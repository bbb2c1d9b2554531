#!/bin/bash
# Every example of generator/api, in a machine of its own.
source "$(dirname "$0")/functions.sh"

requires_file "$top_builddir/appliance/root.img" "$top_builddir/tests/api-examples"
cd "$tmp"
status=0
jobs=()
for i in 0 1; do
  "$top_builddir/tests/api-examples" --part $i/2 >part$i.out 2>&1 &
  jobs+=($!)
done
for i in 0 1; do
  wait "${jobs[$i]}" || status=1
  cat part$i.out
done
[[ $status == 0 ]] || fail "examples failed"
