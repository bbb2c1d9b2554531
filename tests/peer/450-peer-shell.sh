#!/bin/bash
# The distribution's guestfish on our library: each file in sessions/ is a session.
source "$(dirname "$0")/peer-functions.sh"

requires python3
requires_peer /usr/bin/guestfish
for session in "$peer_dir"/sessions/*; do
  name=$(basename "$session")
  [[ -z ${PEER_SESSION:-} || $PEER_SESSION == "$name" ]] || continue
  mkdir "$tmp/$name"
  (cd "$tmp/$name" && peer python3 "$peer_dir/session.py" /usr/bin/guestfish "$session" >"$tmp/$name.out") ||
    fail "$name"
  compare "$name" <"$tmp/$name.out"
done
