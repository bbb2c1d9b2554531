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

# Errors have a number and the name of the call.
g = guestfs.GuestFS()
try:
    g.add_drive("/nonexistent/x", format="raw")
except guestfs.Error as e:
    assert e.errno == 2 and e.call == "add_drive" and isinstance(e, RuntimeError)
g.set_backend_settings(iter(["a=1", "b=2"]))
assert g.get_backend_settings() == ["a=1", "b=2"]
for bad in ("abc", b"abc", None, [1], ["a\0b"], 5):
    fails((TypeError, ValueError), "", g.set_backend_settings, bad)
fails(TypeError, "bytes or str", g.write, "/x", [1, 2])
with guestfs.GuestFS() as h:
    h.get_verbose()
fails(guestfs.ClosedHandle, "closed", h.get_verbose)

# Callbacks that raise, delete themselves, close the handle.
import sys, threading, os, time
unraisable = []
sys.unraisablehook = unraisable.append
def raising(*args):
    raise SystemExit(3)
eh = g.set_event_callback(raising, guestfs.EVENT_TRACE)
g.set_trace(True)
assert g.get_verbose() == 0
assert unraisable and unraisable[0].exc_type is SystemExit
g.delete_event_callback(eh)
own = []
own.append(g.set_event_callback(lambda *a: own and g.delete_event_callback(own.pop()), guestfs.EVENT_TRACE))
g.get_path()
assert not own
g.set_event_callback(lambda *a: g.close(), guestfs.EVENT_TRACE)
assert g.get_path()
fails(guestfs.ClosedHandle, "closed", g.get_path)

# Threads that share a handle, while one closes it; a forked process.
g = guestfs.GuestFS()
pid = os.fork()
if pid == 0:
    os._exit(g.get_verbose())
assert os.waitpid(pid, 0)[1] == 0
g.set_trace(True)
g.set_event_callback(lambda *a: time.sleep(0), guestfs.EVENT_TRACE)
def work():
    try:
        for i in range(2000):
            g.set_append("x")
            g.get_append()
    except ValueError:
        pass
threads = [threading.Thread(target=work) for i in range(4)]
for t in threads:
    t.start()
time.sleep(0.05)
g.close()
for t in threads:
    t.join()
print("ok")
PYTHON
timeout -k 5 400 "$top_builddir/run" python3 "$tmp/test.py" >"$tmp/out" 2>"$tmp/err" || fail "$(cat "$tmp/out" "$tmp/err")"
expect_equal "$(tail -1 "$tmp/out")" ok

# The types, where there is a checker.
type -p mypy >/dev/null || exit 0
cat >"$tmp/typed.py" <<'PYTHON'
from typing import Dict, List
import guestfs
from guestfs import customize

def sizes(g: guestfs.GuestFS) -> Dict[str, int]:
    names: List[str] = g.find("/")
    g.mkfs("ext4", "/dev/sda1", label="x", blocksize=4096)
    types: Dict[str, str] = g.list_filesystems()
    types.clear()
    return {name: g.statns(name)["st_size"] for name in names}

with guestfs.GuestFS(python_return_dict=True) as g:
    g.set_event_callback(lambda event, handle, buf, array: print(buf), guestfs.EVENT_TRACE)
    try:
        print(sizes(g))
        customize.hostname(g, "x")
    except guestfs.Error as e:
        print(e.errno + 1, e.call.upper())
PYTHON
cd "$tmp"
MYPYPATH="$top_builddir/bindings/python" mypy --strict --cache-dir "$tmp/cache" typed.py >"$tmp/log" 2>&1 || fail "$(cat "$tmp/log")"
echo 'g.mkfs(5)' >>typed.py
for program in "$top_srcdir"/examples/python/*.py; do
  MYPYPATH="$top_builddir/bindings/python" mypy --strict --cache-dir "$tmp/cache" "$program" >"$tmp/log" 2>&1 || fail "$(cat "$tmp/log")"
done
if MYPYPATH="$top_builddir/bindings/python" mypy --strict --cache-dir "$tmp/cache" typed.py >/dev/null 2>&1; then
  fail "mypy accepts a wrong argument"
fi
