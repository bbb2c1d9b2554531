#!/bin/bash
# A /dev/kvm that is there but of no use: auto takes uml, warns once, and does not try again; kvm by name fails and says why.
source "$(dirname "$0")/functions.sh"

requires_file /dev/kvm "$top_builddir/appliance/root.img"
export XDG_CACHE_HOME=$tmp/cache
truncate -s 8M "$tmp/disk.img"
engine () { LIBGUESTFS_BACKEND=$1 guestfish -a "$tmp/disk.img" run : list-devices; }

if engine kvm >"$tmp/out" 2>"$tmp/err"; then skip "/dev/kvm works here"; fi
grep -q "kvm" "$tmp/err" || fail "no reason: $(cat "$tmp/err")"
reason=$(sed -n 's/.*\(\/dev\/kvm [a-z ]*\).*/\1/p' "$tmp/err" | head -1)

expect_equal "$(engine auto 2>"$tmp/err")" /dev/sda "the first launch"
expect_equal "$(grep -c "warning:.*kvm" "$tmp/err")" 1 "warnings of the first launch: $(cat "$tmp/err")"
grep -qF "$reason" "$tmp/err" || fail "another reason: $reason: $(cat "$tmp/err")"
expect_equal "$(engine auto 2>"$tmp/err")" /dev/sda "the second launch"
expect_equal "$(cat "$tmp/err")" "" "warnings of the second launch"
LIBGUESTFS_DEBUG=1 engine auto >"$tmp/out" 2>&1
grep -q "kvm is not tried" "$tmp/out" || fail "nothing told with LIBGUESTFS_DEBUG: $(cat "$tmp/out")"
rm -r "$XDG_CACHE_HOME/bathyscope"
expect_equal "$(engine auto 2>&1 >/dev/null | grep -c warning:)" 1 "warnings without the note"
