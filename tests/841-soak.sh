#!/bin/bash
# Launch and close: nothing is left behind, whatever goes wrong on the way.  make -C bench soak-campaign runs it for longer.
source "$(dirname "$0")/functions.sh"
requires_file "$top_builddir/appliance/root.img" "$top_builddir/appliance/kernel-uml"
make_in bench -s soak
TMPDIR=$tmp "$top_builddir/bench/soak" 50 16
# It does see what is left behind: a descriptor, a file and a process of each cycle.
expect_error 'left behind: descriptors.*left behind: processes.*left behind: files' \
  bash -c "SOAK_LEAK=1 TMPDIR=$tmp $top_builddir/bench/soak 2 0 | tr '\n' ' '; exit \${PIPESTATUS[0]}"
