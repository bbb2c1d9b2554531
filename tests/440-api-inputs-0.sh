#!/bin/bash
# Every call with bad values for every argument, in two parts (0 of 0 and 1).
source "$(dirname "$0")/functions.sh"
requires_file "$top_builddir/appliance/root.img" "$top_builddir/tests/api-inputs"
cd "$tmp"
echo content >in
"$top_builddir/tests/api-inputs" --part 0/2
