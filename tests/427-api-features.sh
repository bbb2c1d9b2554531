#!/bin/bash
# available, feature_available and available_all_groups tell the truth: every group that a call belongs to is known and the other way
# round, and a group is available exactly when its calls do not fail with ENOTSUP.
source "$(dirname "$0")/functions.sh"
requires python3
requires_file "$top_builddir/fish/guestfish" "$top_builddir/appliance/root.img"

cd "$tmp"
truncate -s 10M disk.img
"$top_builddir/run" guestfish -a disk.img run : available-all-groups | sort >known
awk -F'[\t ]' '/^\tgroup / { print $3 }' "$top_srcdir"/generator/api/*.api | sort -u >used
comm -13 known used >unknown
[[ ! -s unknown ]] || fail "calls belong to groups that are not known: $(tr '\n' ' ' <unknown)"

python3 - "$top_srcdir" known <<'END' >script
import glob, re, sys

# One call of each group, with the fewest arguments; those are nonsense, but the group is looked at first.
example = {"device": "/dev/sda", "mountable": "/dev/sda", "devpath": "/dev/sda", "devices": "/dev/sda", "path": "/x", "mountpath": "/dev/sda",
           "string": "x", "int": "1", "int64": "1", "bool": "true", "filein": "/dev/null", "fileout": "/dev/null", "paths": "/x",
           "strings": "x", "filename": "x", "filenames": "x", "guid": "01234567-89AB-CDEF-0123-456789ABCDEF", "buffer": "x", "optstring": "x"}
best = {}
for name in glob.glob(sys.argv[1] + "/generator/api/*.api"):
    for stanza in re.split(r"\n(?=call )", open(name).read()):
        lines = [l.split("#")[0].split() for l in stanza.split("\n")]
        call = next((l[1] for l in lines if l[:1] == ["call"]), None)
        group = next((l[1] for l in lines if l[:1] == ["group"] and len(l) == 2), None)
        kinds = [l[1] for l in lines if l[:1] == ["arg"]]
        if not call or not group or any(l[:1] == ["flags"] and "nofish" in l for l in lines) or not all(k in example for k in kinds):
            continue
        if not any(l[:1] == ["proc"] for l in lines):
            continue
        if group not in best or len(kinds) < len(best[group][1]):
            best[group] = (call, kinds)
for group in sorted(best):
    call, kinds = best[group]
    print("echo =%s" % group)
    print("feature-available %s" % group)
    print("-%s %s" % (call.replace("_", "-"), " ".join(example[k] for k in kinds)))
END
{ echo run; cat script; } | "$top_builddir/run" guestfish -a disk.img >out 2>&1 || true
python3 - out script <<'END' || fail "a group does not tell the truth"
import re, sys

groups = re.split(r"(?m)^=(\S+)\n", open(sys.argv[1]).read())
checked = 0
for group, text in zip(groups[1::2], groups[2::2]):
    available = re.match(r"(true|false)$", text.split("\n")[0])
    if not available:
        sys.exit("%s: feature_available said: %s" % (group, text))
    refused = "feature group %s is not available" % group in text
    if (available.group(1) == "true") == refused:
        sys.exit("%s: available: %s, but: %s" % (group, available.group(1), text))
    checked += 1
wanted = open(sys.argv[2]).read().count("echo =")
if checked != wanted or checked < 20:
    sys.exit("only %d of %d groups were looked at" % (checked, wanted))
END

# SELinux in the kernel, when it was asked for; without a policy there is one context.
fish () { "$top_builddir/run" guestfish add-drive-scratch 1M : "$@"; }
expect_equal "$(fish set-selinux true : run : feature-available selinux : setcon kernel : getcon)" $'true\nkernel'
expect_error 'getcon: .*selinux is not available' fish run : getcon
