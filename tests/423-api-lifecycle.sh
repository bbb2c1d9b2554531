#!/bin/bash
# Handles that end in every way: the machine or the guest killed in the middle of a call, the caller killed, two at a time, one handle launched
# again and again.  No process and no file is left.
source "$(dirname "$0")/functions.sh"

requires python3
requires_file "$top_builddir/appliance/root.img"
"$top_builddir/run" python3 -c 'import libguestfsmod' 2>/dev/null || skip "the Python binding is not built"

mkdir "$tmp/t"
export TMPDIR=$tmp/t
cat >"$tmp/common.py" <<'PYTHON'
import guestfs, os, signal, sys, threading, time

def start(**opts):
    g = guestfs.GuestFS(python_return_dict=True)
    if opts.pop("scratch", False):
        g.add_drive_scratch(64 << 20)
    else:
        g.add_drive(sys.argv[1], format="raw", **opts)
    g.launch()
    return g

def fails(errno, text, fn, *args):
    try:
        fn(*args)
    except RuntimeError as e:
        assert text in str(e), str(e)
        assert fn.__self__.last_errno() == errno, fn.__self__.last_errno()
        return
    raise AssertionError("no error: " + text)

def children(pid):
    return [int(x) for x in open("/proc/%d/task/%d/children" % (pid, pid)).read().split()]
PYTHON
truncate -s 64M "$tmp/disk.img"
python () { PYTHONPATH=$tmp "$top_builddir/run" bash -c 'PYTHONPATH=$0:$PYTHONPATH exec python3 "$@"' "$tmp" "$@"; }

cat >"$tmp/deaths.py" <<'PYTHON'
from common import *

def source(then):
    """A pipe without an end, as a file to send; calls then () when so much of it was read that it is being sent."""
    name = os.environ["TMPDIR"] + "/../pipe%d" % time.monotonic_ns()
    os.mkfifo(name)
    def run():
        block = bytes(1 << 20)
        with open(name, "wb", buffering=0) as f:
            for i in range(8):
                f.write(block)
            then()
            try:
                while True:
                    f.write(block)
            except BrokenPipeError:
                pass
    t = threading.Thread(target=run, daemon=True)
    t.start()
    return name, t

# The machine is killed while a file is sent; the handle can be used again.
g = start()
quits = []
g.set_event_callback(lambda *a: quits.append(a), guestfs.EVENT_SUBPROCESS_QUIT)
g.mkfs("ext4", "/dev/sda")
pipe, t = source(lambda pid=g.get_pid(): os.kill(pid, signal.SIGKILL))
fails(5, "signal 9", g.upload, pipe, "/dev/sda")
t.join()
assert len(quits) == 1 and g.is_config() == 1
g.add_drive(sys.argv[1], format="raw")
g.launch()
assert g.list_devices() == ["/dev/sda"]

# The guest is killed, between calls and in a call.
guest = children(g.get_pid())[0]
os.kill(guest, signal.SIGKILL)
fails(5, "the appliance stopped", g.upload, "/dev/zero", "/dev/sda")
assert g.is_config() == 1
g.close()

# Launch and shutdown, again and again.
g = guestfs.GuestFS(python_return_dict=True)
for i in range(3):
    g.add_drive(sys.argv[1], format="raw")
    g.launch()
    g.mkfs("ext2", "/dev/sda")
    g.mount("/dev/sda", "/")
    g.write("/file", "%d" % i)
    g.shutdown()
g.add_drive(sys.argv[1], format="raw", readonly=True)
g.launch()
g.mount("/dev/sda", "/")
assert g.cat("/file") == "2"
g.rm("/file")
g.close()

# What was written to a read-only drive is gone, an autosync without shutdown is not.
g = start()
g.mount("/dev/sda", "/")
assert g.cat("/file") == "2"
g.write("/file2", "x" * 100000)
g.close()
g = start(readonly=True)
g.mount("/dev/sda", "/")
assert len(g.cat("/file2")) == 100000

# A second handle beside it; cancellation from another thread.
h = guestfs.GuestFS()
h.add_drive_scratch(16 << 30)
h.launch()
pipe, t = source(h.user_cancel)
try:
    h.upload(pipe, "/dev/sda")
    raise AssertionError("not cancelled")
except RuntimeError as e:
    assert "cancelled" in str(e) and h.last_errno() == 4, str(e)
t.join()
assert g.ls("/") and h.list_devices()

# A fork of the process leaves the handle to us.
pid = os.fork()
if pid == 0:
    try:
        g.ls("/")
    except RuntimeError as e:
        os._exit(0 if "fork" in str(e) else 1)
    os._exit(2)
assert os.waitpid(pid, 0)[1] == 0
assert g.ls("/")
h.close()
# g is closed by the end of the program.
PYTHON
python "$tmp/deaths.py" "$tmp/disk.img"

# The caller is killed.
cat >"$tmp/wait.py" <<'PYTHON'
from common import *
g = start(readonly=True)
print(g.get_pid(), *children(g.get_pid()), flush=True)
time.sleep(60)
PYTHON
coproc python "$tmp/wait.py" "$tmp/disk.img"
read -r -t 60 -u "${COPROC[0]}" pids
caller=$(ps -o ppid= -p "${pids%% *}")
kill -9 $caller
for pid in $pids; do wait_until is_gone "$pid"; done
expect_equal "$(ls -A "$tmp/t")" "" "temporary files"
