#!/bin/bash
# The cache and the temporary directory belong to somebody else, or have been prepared by him: nothing is taken from there, nothing is followed, and no
# name could have been foreseen.
source "$(dirname "$0")/functions.sh"
requires_file "$top_builddir/tools/bathyscope-appliance"
cd "$tmp"
run () { LIBGUESTFS_BACKEND=$1 timeout 200 "$top_builddir/run" "${@:2}"; }
echo untouched >victim
chmod 600 victim

# --- the cache: templates, and what is known of KVM
refused () { expect_error "no cache folder of the user's own" run auto bathyscope-appliance --prepare; }
# Another one each time: a template may still be made in the last one, in the background.
folders=0
fresh ()
{
  export XDG_CACHE_HOME=$tmp/cache$((++folders))
  cache=$XDG_CACHE_HOME/bathyscope
  mkdir -p "$cache/templates"
  chmod -R 700 "$XDG_CACHE_HOME"
}
fresh; chmod 770 "$cache/templates"; refused
fresh; chmod 707 "$cache/templates"; refused
fresh; mv "$cache/templates" elsewhere; ln -s "$tmp/elsewhere" "$cache/templates"; refused
expect_equal "$(ls elsewhere)" "" "what a link leads to"
fresh; rmdir "$cache/templates"; mkfifo "$cache/templates"; refused
if [[ $(id -u) == 0 ]]; then
  fresh; chown 12345 "$cache/templates"; refused
fi

truncate -s 1M disk
launch () { run auto guestfish --ro --format=raw -a disk run 2>err || fail "$1: $(cat err)"; }
fresh; ln -s "$tmp/victim" "$cache/kvm-unusable"; launch "a link"
expect_equal "$(cat victim)" untouched "what the link leads to"
fresh; mkfifo "$cache/kvm-unusable"; launch "a fifo"
if [[ $(id -u) == 0 ]]; then
  fresh; printf 'x\nsomebody said so\n' >"$cache/kvm-unusable"; chown 12345 "$cache/kvm-unusable"; launch "a file of somebody else"
  ! grep -q 'somebody said so' err || fail "it is believed: $(cat err)"
fi

# --- the temporary directory: no name is there while a machine with an overlay runs
mkdir -m 1777 t
TMPDIR=$tmp/t LIBGUESTFS_CACHEDIR=$tmp/t "$top_builddir/run" guestfish --ro --format=raw -a disk >out 2>&1 <<'END'
run
pwrite-device /dev/sda x 0
!ls -A "$TMPDIR" | wc -l
END
expect_equal "$(tail -1 out)" 0 "names in TMPDIR"
