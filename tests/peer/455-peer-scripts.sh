#!/bin/bash
# Scripts that people have: each file in scripts/ runs with the distribution's guestfish and with ours, both on our library; what they print
# on stdout, and each status, is the same.
source "$(dirname "$0")/peer-functions.sh"
requires_peer /usr/bin/guestfish
theirs=$tmp/theirs
mkdir "$theirs"
printf '#!/bin/bash\nexec env LD_LIBRARY_PATH=%q /usr/bin/guestfish "$@"\n' "$top_builddir/lib/.libs" >"$theirs/guestfish"
chmod +x "$theirs/guestfish"
export GUESTFISH_PID=
for script in "$peer_dir"/scripts/*; do
  name=$(basename "$script")
  [[ -z ${PEER_SCRIPT:-} || $PEER_SCRIPT == "$name" ]] || continue
  for who in theirs ours; do
    mkdir -p "$tmp/place/$who"
    path=$PATH
    [[ $who == ours ]] || path=$theirs:$PATH
    (cd "$tmp/place/$who" && env -u GUESTFISH_PID PATH="$path" HOME="$tmp" timeout 300 bash "$script" >"$tmp/$name.$who" 2>"$tmp/$name.$who.err" </dev/null) || true
    rm -rf "$tmp/place"
  done
  diff -u "$tmp/$name.theirs" "$tmp/$name.ours" || { tail -n 30 "$tmp/$name.ours.err" >&2; fail "the script $name does not do the same"; }
done
