#!/bin/bash
# The network is off unless somebody asks for it: seen from inside there is no interface but the loopback, which is down.
source "$(dirname "$0")/functions.sh"
"$top_builddir/run" guestfish -N "$tmp/x.img=disk:1M" debug sh 'cat /proc/net/route /proc/net/dev; cat /sys/class/net/lo/flags' >"$tmp/out" || fail "$(cat "$tmp/out")"
interfaces=$(sed -n 's/^ *\([^ :|]*\):.*/\1/p' "$tmp/out" | grep -v '^lo$' || true)
expect_equal "$interfaces" "" "interfaces"
expect_equal "$(grep -c '^[a-z0-9]*[[:space:]]0' "$tmp/out" || true)" 0 "routes"
grep -q '^ *lo:' "$tmp/out" || fail "the list of interfaces was not read: $(cat "$tmp/out")"
flags=$(grep -x "0x[0-9a-f]*" "$tmp/out") || fail "no flags of the loopback: $(cat "$tmp/out")"
expect_equal $((flags & 1)) 0 "the loopback is up"
# The same looks see a network that is there.
if "$top_builddir/run" guestfish --network -N "$tmp/y.img=disk:1M" debug sh 'cat /proc/net/dev' >"$tmp/out" 2>&1; then
  matches 'eth0' <"$tmp/out" || fail "this test does not see networks: $(cat "$tmp/out")"
fi
