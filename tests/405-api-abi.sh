#!/bin/bash
# The header and the library against the facts of the interface: symbols (abi-symbols.txt), prototypes, layouts, constants, macros (abi-facts.c).
source "$(dirname "$0")/functions.sh"

requires nm
CC=${CC:-cc}
library=$top_builddir/lib/.libs/libguestfs.so.0

# The names of every function that a program may have been linked with, and no others.
nm -D --defined-only "$library" | awk '{ print $3 }' | sort -u >"$tmp/symbols"
missing=$(comm -13 "$tmp/symbols" <(sort "$top_srcdir/tests/abi-symbols.txt"))
[[ -z $missing ]] || fail "symbols are missing: ${missing//$'\n'/ }"
grep -v '^guestfs_' "$tmp/symbols" && fail "symbols that are none of the interface"

[[ $(uname -m) == x86_64 ]] || { echo "$test_name: the layouts are those of x86-64"; exit 0; }
compile () { "$CC" -std=gnu11 -fsyntax-only -DGUESTFS_NO_WARN_DEPRECATED=1 -I"$top_builddir/lib" "$1" 2>"$tmp/log"; }
compile "$top_srcdir/tests/abi-facts.c" || fail "the header differs from the facts: $(head -n 20 "$tmp/log")"
# A header that differs is seen.
for change in 's/int guestfs_mkdir_p (guestfs_h \*g, const char \*path)/int guestfs_mkdir_p (guestfs_h *g, int path)/' \
  's/VALUE (GUESTFS_EVENT_CLOSE, 1)/VALUE (GUESTFS_EVENT_CLOSE, 2)/' 's/SIZE (struct guestfs_statns, .*)/SIZE (struct guestfs_statns, 7)/'; do
  sed "$change" "$top_srcdir/tests/abi-facts.c" >"$tmp/facts.c"
  ! cmp -s "$top_srcdir/tests/abi-facts.c" "$tmp/facts.c" || fail "nothing changed by $change"
  ! compile "$tmp/facts.c" || fail "compiles with $change"
done
