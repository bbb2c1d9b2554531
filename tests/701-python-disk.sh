#!/bin/bash
# A Python script as people write them: make a disk, partition and format it, put files in, take them out again.
source "$(dirname "$0")/functions.sh"

requires python3
requires_file "$top_builddir/appliance/root.img"
python3 -c 'import libguestfsmod' 2>/dev/null || skip "the Python binding is not built"

mkdir "$tmp/tree" "$tmp/back"
noise 3000000 >"$tmp/tree/data"
echo hello >"$tmp/tree/hello"
cat >"$tmp/test.py" <<'PYTHON'
import os, sys, threading
import guestfs

tmp = sys.argv[1]
disk = os.path.join(tmp, "disk.img")
g = guestfs.GuestFS(python_return_dict=True)
g.disk_create(disk, "raw", 512 * 1024 * 1024)
g.add_drive_opts(disk, format="raw", readonly=False)
g.launch()
assert g.list_devices() == ["/dev/sda"]
g.part_disk("/dev/sda", "gpt")
partition, = g.list_partitions()
g.mkfs("ext4", partition, label="data")
assert g.vfs_label(partition) == "data"
assert g.list_filesystems() == {"/dev/sda1": "ext4"}
g.mount(partition, "/")

# Text, bytes, names of all kinds, structs, lists of structs.
g.write("/text", "caf\u00e9\n")
assert g.cat("/text") == "caf\u00e9\n"
g.write("/bytes", b"\0\1\xff")
assert g.read_file("/bytes") == b"\0\1\xff"
odd = os.fsdecode(b"/odd \xff name")
g.touch(odd)
assert odd[1:] in g.ls("/")
assert g.statns("/bytes")["st_size"] == 3
assert {d["name"] for d in g.readdir("/")} >= {"text", "bytes", "."}
g.setxattr("user.x", "ab", 2, "/text")
x = [a for a in g.getxattrs("/text") if a["attrname"] == "user.x"]
assert x[0]["attrval"] == b"ab", x

# Files in and out, with progress.
g.mkdir("/tree")
g.copy_in(os.path.join(tmp, "tree"), "/")
assert g.checksum("md5", "/tree/hello") == "b1946ac92492d2347c6235b4d2611184"
g.upload(os.path.join(tmp, "tree", "data"), "/up")
g.download("/up", os.path.join(tmp, "back", "data"))

# Errors have names and numbers, and the handle stays usable.
try:
    g.mkdir("/tree")
    raise AssertionError("mkdir did not fail")
except RuntimeError as e:
    assert str(e).startswith("mkdir: /tree: "), e
    assert g.last_errno() == 17

# Another thread of the program runs during a call.
ticks = []
stop = threading.Event()
def tick():
    while not stop.wait(0.01):
        ticks.append(1)
t = threading.Thread(target=tick)
t.start()
def ticks_in_call():
    before = len(ticks)
    g.sleep(1)
    return len(ticks) - before
# A busy machine may give it less time, though not always.
assert any(ticks_in_call() > 20 for _ in range(20)), len(ticks)
stop.set()
t.join()

g.shutdown()
g.close()

# What was written is there in the next machine.
with open(os.path.join(tmp, "ok"), "w") as f:
    g = guestfs.GuestFS(python_return_dict=True)
    g.add_drive_ro(disk)
    g.launch()
    g.mount_ro("/dev/sda1", "/")
    f.write(g.cat("/text"))
    g.close()
PYTHON
timeout 400 python3 "$tmp/test.py" "$tmp" || fail "the script failed"
cmp "$tmp/tree/data" "$tmp/back/data"
expect_equal "$(cat "$tmp/ok")" "café"
