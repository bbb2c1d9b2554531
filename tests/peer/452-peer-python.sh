#!/bin/bash
# The distribution's Python module on our library.
source "$(dirname "$0")/peer-functions.sh"

requires_peer /usr/bin/python3
compgen -G '/usr/lib/python3/dist-packages/libguestfsmod*.so' >/dev/null || skip "python3-guestfs is not installed"
cd "$tmp"
peer /usr/bin/python3 "$peer_dir/peer.py" >out 2>err || fail "$(cat err)"
compare python <out
