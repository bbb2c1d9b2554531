#!/bin/bash
# Where /dev/kvm is not there, may not be opened or is of no use, the engine
# says why, and soon.  Each case needs a machine of its kind: this one is one
# of them, and an unprivileged user without the group kvm makes another.
source "$(dirname "$0")/functions.sh"
probe=$top_builddir/machine/kvm/test-probe
requires_file "$probe"

"$probe" >"$tmp/out" || fail "$(cat "$tmp/out")"
cat "$tmp/out"
if [[ ! -e /dev/kvm ]]; then
  grep -q 'there is no /dev/kvm' "$tmp/out" || fail "the reason is missing"
fi

if [[ -e /dev/kvm && $(id -u) == 0 ]] && type -p setpriv >/dev/null &&
   [[ $(stat -c %a /dev/kvm) == ??0 ]]; then
  install -m 755 "$probe" "$tmp/probe"
  chmod 755 "$tmp"
  setpriv --reuid=65534 --regid=65534 --clear-groups "$tmp/probe" >"$tmp/out" ||
    fail "$(cat "$tmp/out")"
  grep -q 'no permission to open /dev/kvm' "$tmp/out" ||
    fail "without permission: $(cat "$tmp/out")"
fi
