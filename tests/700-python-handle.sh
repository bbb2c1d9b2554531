#!/bin/bash
# The Python binding without a launch: handle, errors, events, conversions.
source "$(dirname "$0")/functions.sh"

requires python3
"$top_builddir/run" python3 -c 'import libguestfsmod' 2>/dev/null \
  || skip "the Python binding is not built"

cat >"$tmp/test.py" <<'PYTHON'
import guestfs

def fails(kind, text, fn, *args, **opts):
    try:
        fn(*args, **opts)
    except kind as e:
        assert text in str(e), str(e)
    else:
        raise AssertionError("no exception: " + text)

g = guestfs.GuestFS(python_return_dict=True)
v = g.version()
assert v["major"] == 1 and isinstance(v["extra"], str), v
assert g.get_verbose() == 0 or g.get_verbose() == 1

# Errors.
fails(RuntimeError, "mount: ", g.mount, "/dev/sda1", "/")
assert g.last_errno() == 22
fails(RuntimeError, "/nonexistent", g.add_drive, "/nonexistent/x", format="raw")
assert g.last_errno() == 2
fails(TypeError, "must be str", g.mount, None, "/")
fails(TypeError, "must be str", g.mkfs, "ext4", "/dev/sda1", label=1)
fails(OverflowError, "range", g.mkfs, "ext4", "/dev/sda1", blocksize=1 << 40)
fails(ValueError, "null", g.mount, "a\0b", "/")
fails(TypeError, "unexpected keyword", g.mkfs, "ext4", "/dev/sda1", nosuch=1)
assert g.mkfs_opts.__func__ is g.mkfs.__func__

# Strings, and None for those that are optional.
g.set_append(None)
assert g.get_append() is None
g.set_append("caf\u00e9 \udcff")
assert g.get_append() == "caf\u00e9 \udcff"

# Events: registered, deleted, and at close.
seen = []
def callback(event, handle, buf, array):
    seen.append((event, handle, buf, array))
h = g.set_event_callback(callback, guestfs.EVENT_TRACE)
g.set_trace(True)
g.get_append()
assert ("get_append" in [s[2] for s in seen]) and seen[0][1] == h, seen
g.delete_event_callback(h)
g.set_trace(False)
count = len(seen)
g.get_append()
assert len(seen) == count
fails(TypeError, "cannot be called", g.set_event_callback, 1, 1)
g.set_event_callback(callback, guestfs.EVENT_CLOSE)
g.close()
assert seen[-1][0] == guestfs.EVENT_CLOSE
g.close()
fails(guestfs.ClosedHandle, "closed", g.get_append)
assert issubclass(guestfs.ClosedHandle, ValueError)
assert guestfs.event_to_string(guestfs.EVENT_CLOSE | guestfs.EVENT_TRACE) \
    == "close,trace"

# Handles that are only dropped, and one that is never closed.
for i in range(100):
    guestfs.GuestFS(environment=False)
left = guestfs.GuestFS(close_on_exit=False)
print("ok")
PYTHON
"$top_builddir/run" python3 "$tmp/test.py" >"$tmp/out" || fail "$(cat "$tmp/out")"
expect_equal "$(tail -1 "$tmp/out")" ok
