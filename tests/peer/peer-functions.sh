# What the scripts in this folder have in common.  They run the programs of the distribution's libguestfs on our library, and
# compare what these print with the files in expected/, which were made with the distribution's own library.
#
#   PEER_REFERENCE=1 tests/peer/NNN-peer-NAME.sh     makes the expected files anew, on the distribution's library
#
#   peer PROGRAM...        run a program of the distribution, on the library that is wanted
#   requires_peer FILE...  skip where programs or modules of the distribution are not there
#   compare NAME           compare standard input with expected/NAME
#   same PROGRAM ARG...    run the distribution's program and ours, both on our library: output and whether it succeeded must be the same
source "$(dirname "${BASH_SOURCE[0]}")/../functions.sh"

export LC_ALL=C TZ=UTC
peer_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

requires_peer ()
{
  requires_file "$@"
}

peer ()
{
  if [[ ${PEER_REFERENCE:-} ]]; then
    env -u LD_LIBRARY_PATH -u LIBGUESTFS_PATH -u PYTHONPATH LIBGUESTFS_BACKEND=direct LIBGUESTFS_BACKEND_SETTINGS=force_tcg "$@"
  else
    # Python finds the distribution's module, and that finds our library.
    env -u PYTHONPATH LD_LIBRARY_PATH="$top_builddir/lib/.libs" "$@"
  fi
}

compare ()
{
  cat >"$tmp/got"
  if [[ ${PEER_REFERENCE:-} ]]; then
    cp "$tmp/got" "$peer_dir/expected/$1"
  else
    diff -u "$peer_dir/expected/$1" "$tmp/got" || fail "$1 differs from what the distribution's library does"
  fi
}

same ()
{
  local theirs=0 ours=0

  PATH=/usr/bin:/bin:$PATH peer timeout 300 "/usr/bin/$1" "${@:2}" >"$tmp/theirs" 2>"$tmp/theirs.errors" </dev/null || theirs=$?
  timeout 300 "$@" >"$tmp/ours" 2>"$tmp/ours.errors" </dev/null || ours=$?
  [[ $theirs == "$ours" ]] || fail "$*: the exit status is $ours, not $theirs: $(cat "$tmp/ours.errors" "$tmp/theirs.errors")"
  cmp -s "$tmp/theirs" "$tmp/ours" || { diff -au "$tmp/theirs" "$tmp/ours" | head -40 || true; fail "$* prints something else"; }
}
