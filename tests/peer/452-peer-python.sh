#!/bin/bash
# The distribution's Python module on our library.
source "$(dirname "$0")/peer-functions.sh"

requires_peer /usr/bin/python3
compgen -G '/usr/lib/python3/dist-packages/libguestfsmod*.so' >/dev/null || skip "python3-guestfs is not installed"
# Python loads a module only when all of its symbols are there.
[[ ${PEER_REFERENCE:-} || ${LD_PRELOAD:-} || ! -s $top_srcdir/tests/abi-absent.txt ]] || skip "calls are missing: tests/abi-absent.txt"
cd "$tmp"
peer /usr/bin/python3 "$peer_dir/peer.py" >out 2>err || fail "$(cat err)"
compare python <out
