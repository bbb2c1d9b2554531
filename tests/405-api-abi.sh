#!/bin/bash
# The header and the library against the facts of the interface: symbols, prototypes, layouts, constants, macros.  The facts beside the
# symbols are in ../shared/api (or $BATHYSCOPE_API_FACTS), when that is there.
source "$(dirname "$0")/functions.sh"

requires python3 nm
CC=${CC:-cc}
facts=${BATHYSCOPE_API_FACTS:-$top_srcdir/../shared/api}
header=$top_builddir/lib/guestfs.h
library=$top_builddir/lib/.libs/libguestfs.so.0

# The names of every function that a program may have been linked with.
nm -D --defined-only "$library" | awk '{ print $3 }' | sort -u >"$tmp/symbols"
missing=$(comm -13 "$tmp/symbols" <(sort "$top_srcdir/tests/abi-symbols.txt"))
[[ -z $missing ]] || fail "symbols are missing: ${missing//$'\n'/ }"
grep -v '^guestfs_' "$tmp/symbols" && fail "symbols that are none of the interface"

if [[ -e $facts/api.json ]]; then
  python3 - "$facts" "$header" "$tmp/symbols" "$tmp/abi.c" <<'PYTHON' || fail "header or symbols differ from the facts"
import json, os, re, sys
facts, header, symbols, output = sys.argv[1:]
def load(name):
    return json.load(open(os.path.join(facts, name)))
calls, structs, constants = load("api.json"), load("structs.json"), load("constants.json")
text = open(header).read()
macros = set(re.findall(r"^#define (\w+)", text, re.M))
exported = set(open(symbols).read().split())
lines, bad = ["#include <stddef.h>", '#include "%s"' % header], []

def same(expression, what):
    lines.append('_Static_assert (%s, "%s");' % (expression, what))

wanted = set()
present = [c for c in calls if "GUESTFS_HAVE_" + c["name"].upper() in macros]
for c in present:
    for prototype in c["c_prototypes"]:
        lines.append("extern %s;" % prototype)
    wanted |= set(c["c_symbols"])
    argv = c["argv_struct_x86_64"]
    if argv:
        same("sizeof (struct %s) == %d" % (argv["name"], argv["size"]), argv["name"])
        for member, offset in argv["offsets"].items():
            same("offsetof (struct %s, %s) == %d" % (argv["name"], member, offset), member)
        for o in c["optargs"]:
            name = "%s_%s" % (c["c_optarg_prefix"], o["name"].upper())
            same("%s == %d" % (name, o["bit"]), name)
            same("%s_BITMASK == UINT64_C (%d)" % (name, 1 << o["bit"]), name)
for s in structs:
    name, layout = "struct guestfs_" + s["name"], s["layout_x86_64"]
    same("sizeof (%s) == %d" % (name, layout["size"]), name)
    same("sizeof (%s_list) == %d" % (name, layout["list_size"]), name)
    for member, offset in layout["offsets"].items():
        same("offsetof (%s, %s) == %d" % (name, member, offset), member)
    wanted |= {"guestfs_%s_%s%s" % (verb, s["name"], suffix)
               for verb in ("free", "copy", "compare") for suffix in ("", "_list")}
for f in constants["base_functions"]:
    lines.append("extern %s;" % f["prototype"])
    wanted.add(f["name"])
for e in constants["events"] + [constants["event_all"]]:
    same("%s == %d" % (e["c_name"], e["value"]), e["c_name"])
for f in constants["create_flags"]:
    same("%s == %d" % (f["name"], f["value"]), f["name"])
absent = {prefix + n.upper() for c in calls if c not in present
          for n in (c["name"], c["c_name"])
          for prefix in ("GUESTFS_HAVE_", "LIBGUESTFS_HAVE_")}
missing = [m for m in constants["header_feature_macros"] if m not in macros and m not in absent]
if missing:
    bad.append("macros that are missing: %s" % missing)
if wanted - exported:
    bad.append("symbols that are missing: %s" % sorted(wanted - exported))
known = wanted | {s for c in calls for s in c["c_symbols"]}
extra = {s for s in exported - known if not s.startswith("guestfs_")}
if extra:
    bad.append("symbols that are none of the interface: %s" % sorted(extra))
open(output, "w").write("\n".join(lines) + "\n")
print("%d calls of %d, %d symbols" % (len(present), len(calls), len(wanted)))
print("\n".join(bad))
sys.exit(1 if bad else 0)
PYTHON
  "$CC" -std=gnu11 -fsyntax-only -DGUESTFS_NO_WARN_DEPRECATED=1 "$tmp/abi.c" || fail "the header differs from the facts"
fi
