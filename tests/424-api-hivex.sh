#!/bin/bash
# A registry hive in a guest: read, changed, committed, read back by hivex on the host; and hives that are damaged.
source "$(dirname "$0")/functions.sh"

requires python3 hivexregedit hivexml
requires_file "$top_builddir/appliance/root.img"
"$top_builddir/run" python3 -c 'import libguestfsmod' 2>/dev/null || skip "the Python binding is not built"

cat >"$tmp/software.reg" <<'REG'
Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\HIVE\Tools]
"Name"=hex(1):47,00,72,00,fc,00,df,00,65,00,00,00
"Size"=dword:000003e8
@="default"

[HKEY_LOCAL_MACHINE\HIVE\Tools\Empty]
REG
"$top_srcdir/tests/guests/make-hive" "$tmp/hive" "$tmp/software.reg"
head -c 6000 "$tmp/hive" >"$tmp/short"
cat >"$tmp/test.py" <<'PYTHON'
import errno, guestfs, sys
tmp = sys.argv[1]
g = guestfs.GuestFS(python_return_dict=True)
g.add_drive_scratch(64 << 20)
g.launch()
g.mkfs("ext4", "/dev/sda")
g.mount("/dev/sda", "/")
g.upload(tmp + "/hive", "/hive")
g.upload(tmp + "/short", "/short")

def fails(number, fn, *args):
    try:
        fn(*args)
    except RuntimeError:
        assert g.last_errno() == number, (fn, g.last_errno())
        return
    raise AssertionError("no error")

# read only
g.hivex_open("/hive")
root = g.hivex_root()
tools = g.hivex_node_get_child(root, "Tools")
assert g.hivex_node_name(tools) == "Tools"
assert g.hivex_node_parent(tools) == root
assert [g.hivex_node_name(c["hivex_node_h"]) for c in g.hivex_node_children(tools)] == ["Empty"]
keys = {g.hivex_value_key(v["hivex_value_h"]) for v in g.hivex_node_values(tools)}
assert keys == {"Name", "Size", ""}, keys
size = g.hivex_node_get_value(tools, "Size")
assert g.hivex_value_type(size) == 4
assert g.hivex_value_value(size) == b"\xe8\x03\x00\x00"
name = g.hivex_node_get_value(tools, "Name")
assert g.hivex_value_string(name) == "Grüße", g.hivex_value_string(name)
assert g.hivex_value_utf8(name) == "Grüße"
fails(errno.EINVAL, g.hivex_value_string, size)
fails(errno.EROFS, g.hivex_node_add_child, root, "New")
assert g.hivex_node_get_child(root, "Nothing") == 0
fails(errno.EINVAL, g.hivex_node_name, 12345)
g.hivex_close()
fails(errno.EINVAL, g.hivex_root)

# written in place
g.hivex_open("/hive", write=True)
root = g.hivex_root()
new = g.hivex_node_add_child(root, "New")
fails(errno.EEXIST, g.hivex_node_add_child, root, "New")
g.hivex_node_set_value(new, "Text", 1, "äb".encode("utf-16le") + b"\0\0")
g.hivex_node_set_value(new, "Bytes", 3, bytes(range(256)) * 40)
g.hivex_node_delete_child(g.hivex_node_get_child(g.hivex_node_get_child(root, "Tools"), "Empty"))
g.hivex_commit(None)
g.hivex_close()
g.download("/hive", tmp + "/changed")

# a hive that ends too early
try:
    g.hivex_open("/short")
    g.hivex_root()
    raise AssertionError("a truncated hive was opened")
except RuntimeError:
    pass
g.ping_daemon()
g.shutdown()
PYTHON
"$top_builddir/run" python3 "$tmp/test.py" "$tmp"

hivexml "$tmp/changed" >"$tmp/changed.xml"
grep -q 'key="Text" value="äb"' "$tmp/changed.xml" || fail "the new value is not there: $(cat "$tmp/changed.xml")"
grep -q 'name="Empty"' "$tmp/changed.xml" && fail "the deleted key is there"
grep -q 'key="Bytes"' "$tmp/changed.xml" || fail "the long value is not there"
