# What every test script sources first.
#
#   requires PROGRAM...      skip the test where a program is missing
#   requires_file FILE...    the same for files
#   requires_guest           skip where the Debian guest has not been made; sets $guest_img, $guest_qcow2
#   requires_images          skip where the real test images are not there; sets $images
#   requires_fuse            skip where no FUSE filesystem can be mounted
#   skip REASON, fail REASON
#   cleanup_fn COMMAND...    run at exit, last one first
#   expect_error PATTERN COMMAND...   the command must fail and say something that matches
#   expect_equal GOT WANTED [WHAT]
#   noise BYTES [SEED]       bytes without a pattern, the same in every run
#   make_in FOLDER ARGUMENT...   make in the build tree, one test at a time
#   wait_until COMMAND...    until it succeeds; the test fails when that takes longer than two minutes
#   while_running PID LOG COMMAND...   does it succeed?  For wait_until: the test fails, and shows the log, where the process has ended before
#   free_port                prints a port of 127.0.0.1 where nobody listens now
#   is_gone PID              whether the process has ended, also where nobody has waited for it
#   without_proxy            programs take no proxy from the environment
#   COMMAND | matches [-OPTIONS] PATTERN   as grep -q, which would end at the first match and so make COMMAND fail
# $tmp is a fresh directory that goes away.

set -euo pipefail

# Messages, sizes of lines and modes of files that do not depend on who runs the test.
export LC_ALL=C.UTF-8
unset LANGUAGE COLUMNS LINES
umask 022

: "${top_srcdir:=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}"
: "${top_builddir:=$top_srcdir}"
test_name=$(basename "$0" .sh)
tmp=$(mktemp -d "${TMPDIR:-/tmp}/$test_name-XXXXXX")
export LIBGUESTFS_BACKEND=${LIBGUESTFS_BACKEND:-uml}
export PATH=$PATH:/usr/sbin:/sbin
cleanup_commands=()

run_cleanup ()
{
  local status=$? i
  set +e
  for ((i = ${#cleanup_commands[@]} - 1; i >= 0; i--)); do
    eval "${cleanup_commands[$i]}"
  done
  rm -rf --one-file-system "$tmp"
  exit $status
}
trap run_cleanup EXIT
trap 'exit 130' INT TERM

cleanup_fn () { cleanup_commands+=("$(printf '%q ' "$@")"); }

skip () { echo "$test_name: skipped: $*"; exit 77; }
fail () { echo "$test_name: FAILED: $*" >&2; exit 1; }

requires ()
{
  local program
  for program; do
    type -p "$program" >/dev/null || skip "the program $program is not installed"
  done
}

requires_file ()
{
  local file
  for file; do
    [[ -e $file ]] || skip "$file is not there"
  done
}

requires_guest ()
{
  guest_dir=${BATHYSCOPE_GUEST_DIR:-$top_builddir/guests}
  guest_img=$guest_dir/debian.img guest_qcow2=$guest_dir/debian.qcow2
  requires_file "$guest_img" "$guest_qcow2"
}

requires_images ()
{
  images=${BATHYSCOPE_TEST_IMAGES:-$top_srcdir/../shared/images}
  requires_file "$images/MANIFEST.tsv"
}

matches ()
{
  local status=0
  grep -q "$@" || status=$?
  cat >/dev/null
  return $status
}

expect_error ()
{
  local pattern=$1 output
  shift
  if output=$("$@" 2>&1 </dev/null); then
    fail "succeeded, but should have failed: $*"
  fi
  grep -Eq -- "$pattern" <<<"$output" ||
    fail "the message of '$*' does not match '$pattern': $output"
}

expect_equal ()
{
  [[ $1 == "$2" ]] || fail "${3:-value}: got '$1', wanted '$2'"
}

noise () { head -c "$1" /dev/zero | openssl enc -aes-128-ctr -K "$(printf %032x "${2:-1}")" -iv "$(printf %032x 0)"; }

make_in () { flock "$top_builddir" make -C "$top_builddir/$1" "${@:2}"; }

# A machine that does something else meanwhile takes its time: this is no limit that a test is about.
wait_until ()
{
  local end=$((SECONDS + ${wait_limit:-120}))
  until "$@"; do
    ((SECONDS < end)) || fail "waited too long for: $*"
    sleep 0.05
  done
}

while_running ()
{
  "${@:3}" && return
  kill -0 "$1" 2>/dev/null || fail "a process that should go on has ended: $(cat "$2")"
  return 1
}

without_proxy () { unset http_proxy HTTP_PROXY https_proxy HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY; }

free_port () { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

is_gone ()
{
  local state
  state=$(ps -o stat= -p "$1") || return 0
  [[ $state == Z* ]]
}

# Skip where no FUSE filesystem can be mounted.
requires_fuse ()
{
  [[ -w /dev/fuse ]] || skip "/dev/fuse is not there"
  requires fusermount3
  grep -q '^#define HAVE_FUSE' "$top_builddir/config.h" || skip "built without libfuse3"
}
