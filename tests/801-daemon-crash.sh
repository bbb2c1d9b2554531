#!/bin/bash
# A daemon that crashes, or ends, within a call: an error that says so, at once.
source "$(dirname "$0")/functions.sh"

requires python3
requires_file "$top_builddir/appliance/root.img"
python3 -c 'import libguestfsmod' 2>/dev/null || skip "the Python binding is not built"

cat >"$tmp/test.py" <<'PYTHON'
import time
import guestfs

def seconds(call):
    g = guestfs.GuestFS(python_return_dict=True)
    g.add_drive_scratch(1 << 20)
    g.launch()
    start = time.monotonic()
    try:
        call(g)
        raise SystemExit("the call succeeded")
    except RuntimeError as e:
        assert "panicked" in str(e), e
        assert "Attempted to kill init" in str(e), e
    took = time.monotonic() - start
    g.close()
    return took

for call in (lambda g: g.debug("segv", []), lambda g: g.internal_exit()):
    # Well below the five seconds that the library allows a machine to speak up; the host may do something else for as long, though not always.
    assert any(seconds(call) < 4 for _ in range(8)), "eight times too late"
PYTHON
timeout 400 python3 "$tmp/test.py" || fail "see above"
