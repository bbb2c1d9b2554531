#!/bin/bash
# Our guestfs.h against that of the distribution's libguestfs: what a program was compiled with must be true of our library.  Sizes
# and offsets of structs, values of constants, prototypes.  The other header is $BATHYSCOPE_PEER_HEADER, or /usr/include/guestfs.h;
# where the package is not installed it is fetched, and only unpacked.
source "$(dirname "$0")/functions.sh"

requires python3
CC=${CC:-cc}
ours=$top_builddir/lib/guestfs.h
theirs=${BATHYSCOPE_PEER_HEADER:-/usr/include/guestfs.h}
if [[ ! -e $theirs ]]; then
  requires apt-get dpkg
  (cd "$tmp" && timeout 60 apt-get -q download libguestfs-dev >download.log 2>&1) || skip "there is no other guestfs.h, and none can be fetched"
  dpkg -x "$tmp"/libguestfs-dev_*.deb "$tmp/peer"
  theirs=$tmp/peer/usr/include/guestfs.h
fi

# A program that prints every size, offset and constant that their header has, and their prototypes as declarations.
python3 - "$theirs" "$ours" "$tmp" <<'PYTHON' || fail "our header lacks something"
import re, sys
theirs, ours, tmp = sys.argv[1:]
text, own = open(theirs).read(), open(ours).read()
lacking = []
lines = ["#include <stddef.h>", "#include <stdio.h>", "#include GUESTFS_HEADER", "int", "main (void)", "{"]

def is_here(name):
    """Ours has the name too."""
    if re.search(r"\b%s\b" % name, own):
        return True
    lacking.append(name)
    return False

# Members that have been given another name since; they are where they were.
renamed = {"app2_spare1": "app2_class"}

def show(name, expression):
    lines.append('  printf ("%%s %%lld\\n", "%s", (long long) (%s));' % (name, expression))

members = set()
for name, body in re.findall(r"^struct (guestfs_\w+) \{(.*?)^\};", text, re.M | re.S):
    if not is_here(name):
        continue
    show("sizeof " + name, "sizeof (struct %s)" % name)
    body = re.sub(r"/\*.*?\*/", "", body, flags=re.S)
    for member in re.findall(r"(\w+)(?:\[\d+\])?;", body):
        show("offsetof %s %s" % (name, member), "offsetof (struct %s, MEMBER_%s)" % (name, member))
        members.add(member)
constants = re.findall(r"^# *define (GUESTFS_\w+) +((?:0x)?[0-9]+|UINT64_C ?\(.*\)|\(.*\))\s*$", text, re.M)
for name, value in constants:
    if is_here(name):
        show(name, name)
for name in re.findall(r"^\s+(GUESTFS_[A-Z_]+) *= ", text, re.M):
    show(name, name)
lines += ["  return 0;", "}"]
for which in "theirs", "ours":
    names = ["#define MEMBER_%s %s" % (m, renamed.get(m, m) if which == "ours" else m) for m in sorted(members)]
    open(tmp + "/values.%s.c" % which, "w").write("\n".join(names + lines) + "\n")

for macro in re.findall(r"^# *define (\w*GUESTFS_HAVE_\w+)", text, re.M):
    is_here(macro)
prototypes = re.findall(r"^extern GUESTFS_DLL_PUBLIC ([^;]*?);", text, re.M | re.S)
prototypes = [re.sub(r"GUESTFS_\w+ *\([^()]*\)|GUESTFS_NORETURN", "", p) for p in prototypes]
with open(tmp + "/prototypes.c", "w") as f:
    f.write('#define GUESTFS_PRIVATE 1\n#include "%s"\n' % ours)
    for p in prototypes:
        is_here(re.search(r"(guestfs_\w+) *\(", p).group(1))
        f.write("extern %s;\n" % p)
print("%d values, %d prototypes, lacking: %s" % (len(lines), len(prototypes), " ".join(lacking)))
assert not lacking
assert len(lines) > 1000 and len(prototypes) > 800
PYTHON

for which in theirs ours; do
  "$CC" -std=gnu11 -w -DGUESTFS_PRIVATE=1 -DGUESTFS_HEADER="\"${!which}\"" -o "$tmp/values" "$tmp/values.$which.c" || fail "$which"
  "$tmp/values" >"$tmp/values.$which"
done
# Structs of optional arguments may have grown at their end.
diff "$tmp/values.theirs" "$tmp/values.ours" | grep '^[<>]' | grep -v 'sizeof guestfs_.*_argv' && fail "values differ"
python3 - "$tmp/values.theirs" "$tmp/values.ours" <<'PYTHON' || fail "structs of optional arguments have become smaller"
import sys
a, b = [dict(l.rsplit(" ", 1) for l in open(f)) for f in sys.argv[1:]]
sys.exit(any(int(b[k]) < int(v) for k, v in a.items() if k.startswith("sizeof ")))
PYTHON
"$CC" -std=gnu11 -w -fsyntax-only "$tmp/prototypes.c" || fail "prototypes differ"
