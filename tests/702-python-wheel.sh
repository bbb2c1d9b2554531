#!/bin/bash
# pip install ./bindings/python into a fresh virtual environment: what it installs works with nothing of the tree or the system.
source "$(dirname "$0")/functions.sh"

requires python3
requires_file "$top_builddir/appliance/root.img" "$top_builddir/bindings/python/.libs/libguestfsmod.so"
[[ $top_srcdir -ef $top_builddir ]] || skip "the wheel is made in a tree that is built in its sources"
python3 -m venv "$tmp/venv" 2>/dev/null || skip "python3 -m venv does not work"
[[ -x $tmp/venv/bin/pip ]] || skip "there is no pip"

# Nothing of ./run's environment.
clean=(env -i "HOME=$tmp" "PATH=/usr/bin:/bin" "TMPDIR=${TMPDIR:-/tmp}" "LIBGUESTFS_BACKEND=$LIBGUESTFS_BACKEND")
"${clean[@]}" "$tmp/venv/bin/pip" install --quiet --no-index --no-build-isolation --disable-pip-version-check \
  "$top_srcdir/bindings/python" >"$tmp/log" 2>&1 || fail "$(cat "$tmp/log")"
cat >"$tmp/test.py" <<'PYTHON'
import sys
import guestfs
from guestfs import customize

assert guestfs.__file__.startswith(sys.prefix), guestfs.__file__
with guestfs.GuestFS(python_return_dict=True) as g:
    g.add_drive_scratch(64 * 1024 * 1024)
    g.launch()
    g.part_disk("/dev/sda", "mbr")
    g.mkfs("ext4", "/dev/sda1")
    g.mount("/dev/sda1", "/")
    customize.template(g, "/hello", "Hello, $name\n", {"name": "wheel"})
    print(g.cat("/hello"), end="")
with open("/proc/self/maps") as f:
    paths = {line.split()[-1] for line in f if "libguestfs" in line}
assert paths and all(path.startswith(sys.prefix) for path in paths), paths
PYTHON
cd "$tmp"
timeout -k 5 400 "${clean[@]}" "$tmp/venv/bin/python" test.py >out 2>err || fail "$(cat err)"
expect_equal "$(cat out)" "Hello, wheel"
