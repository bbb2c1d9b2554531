#!/bin/bash
# The generator against testdata: a small interface with every word and type gives the files in testdata/good/expected, which
# compile, and every kind of mistake is told with its file and line.   test-golden.sh --update writes the expectations anew.
set -euo pipefail
: "${srcdir:=.}" "${CC:=cc}"
data=$srcdir/testdata
top=$(cd "$srcdir/.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
status=0

fail () { echo "FAILED: $*"; status=1; }

mkdir -p "$tmp"/{lib,rpc,daemon,fish,tests,docs,bindings/{common,java/com/redhat/et/libguestfs,ocaml,perl,python,ruby}}
cp "$data/good/small.api" "$tmp"
(cd "$tmp" && "$OLDPWD/generator" . small.api) || fail "small.api is refused"
rm "$tmp/small.api"

for name in mistakes examples; do
  if (cd "$data/bad" && "$OLDPWD/generator" "$tmp" $name.api) >"$tmp/out" 2>&1; then
    fail "$name.api is accepted"
  fi
  if [[ ${1:-} == --update ]]; then
    cp "$tmp/out" "$data/bad/$name.expected"
  fi
  diff -u "$data/bad/$name.expected" "$tmp/out" || fail "messages for $name.api"
  rm "$tmp/out"
done
# What was made from the files with mistakes is not looked at.
rm -rf "$tmp"; mkdir -p "$tmp"/{lib,rpc,daemon,fish,tests,docs,bindings/{common,java/com/redhat/et/libguestfs,ocaml,perl,python,ruby}}
cp "$data/good/small.api" "$tmp"
(cd "$tmp" && "$OLDPWD/generator" . small.api)
rm "$tmp/small.api"

if [[ ${1:-} == --update ]]; then
  rm -rf "$data/good/expected"
  cp -r "$tmp" "$data/good/expected"
fi
diff -ru "$data/good/expected" "$tmp" || fail "output for small.api (if it is right: $0 --update)"

# A second run changes nothing.
touch -d '2001-01-01' "$tmp/lib/guestfs.h"
./generator "$tmp" "$data/good/small.api"
[[ $(date -r "$tmp/lib/guestfs.h" +%Y) == 2001 ]] || fail "a file that is the same was written again"

# Hand-written headers that the output includes; their folders have generated ones as well, of the real interface.
mkdir "$tmp/by-hand"
for h in rpc/{call,layout,xdr}.h lib/{api-support,handle,receiver}.h daemon/core/{dispatch,dispatch-support}.h \
         daemon/filesystems/mountable.h \
         fish/{calls,commands,print}.h tests/{examples,inputs}.h bindings/common/table.h; do
  cp "$top/$h" "$tmp/by-hand"
done
for f in "$tmp"/lib/actions-*.c "$tmp"/rpc/*.c "$tmp"/daemon/*.c "$tmp"/fish/*.c "$tmp"/tests/*.c "$tmp"/bindings/common/*.c; do
  $CC -std=gnu11 -fsyntax-only -Wall -Wextra -Wno-unused-parameter -Wshadow -Werror -DGUESTFS_NO_WARN_DEPRECATED=1 \
    -I.. -I"$top/common" -I"$tmp/by-hand" -I"$tmp/lib" -I"$tmp/rpc" -I"$tmp/daemon" "$f" || fail "$(basename "$f") does not compile"
done
if type -p c++ >/dev/null; then
  c++ -fsyntax-only -x c++ -Wall -Werror -include "$tmp/lib/guestfs.h" - </dev/null || fail "guestfs.h is no C++"
fi
exit $status
