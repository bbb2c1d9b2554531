#!/bin/bash
# libguestfs-test-tool: a verdict, and the reasons when it does not work.
source "$(dirname "$0")/functions.sh"
cd "$tmp"
libguestfs-test-tool >out || fail "it fails: $(cat out)"
grep -q '^===== TEST FINISHED OK =====$' out || fail "no verdict: $(cat out)"
grep -Eq '^engine uml +works: launched in [0-9.]+ s' out || fail "engine uml: $(cat out)"
grep -q '^verdict: it works' out
libguestfs-test-tool -v -t 100 >out
grep -q '^----- messages: engine uml' out || fail "-v shows no messages"
status=0; LIBGUESTFS_PATH=/nosuch libguestfs-test-tool >out 2>&1 || status=$?
expect_equal "$status" 1
grep -q '^verdict: it does not work' out || fail "verdict: $(cat out)"
! grep -q 'FINISHED OK' out || fail "it says OK where nothing works"
grep -q '/nosuch' out || fail "the reason is missing: $(cat out)"
libguestfs-test-tool '-?' | matches -- --timeout
