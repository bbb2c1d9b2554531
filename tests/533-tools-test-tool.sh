#!/bin/bash
# libguestfs-test-tool: a verdict, and the reasons when it does not work.
source "$(dirname "$0")/functions.sh"
cd "$tmp"
libguestfs-test-tool >out || fail "it fails: $(cat out)"
grep -q '^===== TEST FINISHED OK =====$' out || fail "no verdict: $(cat out)"
grep -Eq '^engine uml +works: launched in [0-9.]+ s' out || fail "engine uml: $(cat out)"
grep -q '^verdict: it works' out
libguestfs-test-tool -v -t 500 >out
grep -q '^----- messages: engine uml' out || fail "-v shows no messages"
status=0; LIBGUESTFS_PATH=/nosuch libguestfs-test-tool >out 2>&1 || status=$?
expect_equal "$status" 1
grep -q '^verdict: it does not work' out || fail "verdict: $(cat out)"
! grep -q 'FINISHED OK' out || fail "it says OK where nothing works"
grep -q '/nosuch' out || fail "the reason is missing: $(cat out)"

# For programs.
status=0; LIBGUESTFS_PATH=/nosuch libguestfs-test-tool --json >bad.json || status=$?
expect_equal "$status" 1
libguestfs-test-tool --json >json
python3 - <<'PYTHON'
import json
machine, kvm, uml, default, verdict = map(json.loads, open("json"))
assert machine["processors"] > 0 and machine["memory_free"] > 0 and machine["version"], machine
assert (kvm["engine"], uml["engine"], default["engine"]) == ("kvm", "uml", "default")
assert uml["works"] and 0 < uml["launch_ms"] < 600000 and 0 < uml["test_ms"] < 600000, uml
assert verdict == {"works": True, "engine": "kvm" if kvm["works"] else "uml"}, verdict
lines = list(map(json.loads, open("bad.json")))
assert lines[-1] == {"works": False} and "/nosuch" in lines[2]["reason"] and not lines[3]["works"], lines
PYTHON
libguestfs-test-tool '-?' | matches -- --timeout
