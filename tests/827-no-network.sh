#!/bin/bash
# The network is off unless somebody asks for it: seen from inside there is no interface but the loopback, which is down.
source "$(dirname "$0")/functions.sh"
"$top_builddir/run" guestfish -N "$tmp/x.img=disk:1M" debug sh 'ls /sys/class/net; cat /proc/net/route /proc/net/dev' >"$tmp/out" || fail "$(cat "$tmp/out")"
interfaces=$(sed -n 's/^ *\([^ :|]*\):.*/\1/p' "$tmp/out" | grep -v '^lo$' || true)
expect_equal "$interfaces" "" "interfaces"
expect_equal "$(grep -c '^[a-z0-9]*[[:space:]]0' "$tmp/out" || true)" 0 "routes"
grep -q '^ *lo:' "$tmp/out" || fail "the list of interfaces was not read: $(cat "$tmp/out")"
