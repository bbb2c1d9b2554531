#!/bin/bash
# disk_create with all kinds of arguments, on the distribution's library and on ours: the same is refused, and images are the same to qemu-img.
source "$(dirname "$0")/peer-functions.sh"

requires python3 qemu-img
requires_peer /usr/bin/guestfish
cd "$tmp"
cat >both.py <<'END'
"""Run a guestfish with the commands, and tell what each made: both.py GUESTFISH"""
import json, os, subprocess, sys

cases = []
for size in 0, 1, 511, 512, 1000000, 1 << 30, 10 ** 13, -1, -2:
    cases += [("raw", size, ""), ("qcow2", size, "")]
for size in -1, 0, 1000000, 1 << 26:
    for more in "preallocation:off", "preallocation:sparse", "preallocation:metadata", "preallocation:full", "preallocation:falloc", \
            "preallocation:", "compat:1.1", "compat:0.10", "compat:2", "compat:", "clustersize:512", "clustersize:65536", \
            "clustersize:2097152", "clustersize:1000", "clustersize:256", "clustersize:4194304", "clustersize:0", "clustersize:-1", \
            "backingfile:base.img", "backingfile:base.img backingformat:raw", "backingfile:base.qcow2 backingformat:qcow2", \
            "backingformat:raw", "backingfile:base.img backingformat:nosuch", "backingfile:none backingformat:raw", \
            "backingfile:base.img backingformat:raw preallocation:metadata", "compat:0.10 preallocation:metadata clustersize:4096":
        cases += [("qcow2", size, more), ("raw", size, more)]
for name in "base.img backingformat:raw", "base.qcow2 backingformat:qcow2", "none backingformat:raw":
    cases.append(("qcow2", -1, "backingfile:" + name))
cases += [("vmdk", 1000000, ""), ("nosuch", 1000000, ""), ("", 1000000, ""), ("QCOW2", 1000000, "")]

lines = []
for i, (kind, size, more) in enumerate(cases):
    lines += ["!echo @%d >&2" % i, "-disk-create %d.img '%s' %d %s" % (i, kind, size, more)]
r = subprocess.run(sys.argv[1:2], input="\n".join(lines) + "\n", capture_output=True, text=True)
parts = r.stderr.split("@")[1:]
assert len(parts) == len(cases), r.stderr
for i, (kind, size, more) in enumerate(cases):
    number, _, message = parts[i].partition("\n")
    assert int(number) == i
    failed = "libguestfs: error" in message or "*stdin*" in message
    print("disk-create", repr(kind), size, more, "->", "ERROR" if failed else "", end=" ")
    name = "%d.img" % i
    if not failed:
        out = subprocess.run(["qemu-img", "info", "--output=json", name], capture_output=True, text=True)
        info = json.loads(out.stdout) if out.returncode == 0 else {}
        # How much it takes on the disk is each one's own; so is the folder.
        for word in "filename", "full-backing-filename", "dirty-flag", "actual-size":
            info.pop(word, None)
        print(json.dumps(info, sort_keys=True), "full" if "full" in more and os.stat(name).st_blocks * 512 >= info["virtual-size"] else "", end=" ")
    print("exists" if os.path.exists(name) else "does not exist")
END
for which in theirs ours; do
  mkdir $which
  (cd $which && head -c 3000320 /dev/zero >base.img && qemu-img create -q -f qcow2 base.qcow2 5M &&
   { [[ $which == ours ]] || PEER_REFERENCE=1; } && peer python3 ../both.py /usr/bin/guestfish) >$which.out || fail "$which: $(cat $which.out)"
done
diff -u theirs.out ours.out || fail "the images differ"
