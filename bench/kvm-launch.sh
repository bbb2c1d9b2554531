#!/bin/bash
# kvm-launch.sh: the time from launch to ready with KVM, ours beside Debian's
# libguestfs, in one run of the lab (tests/kvm-lab/run-in-lab).
#
#   bench/kvm-launch.sh [RUNS]
#
# Prints the seconds of each, the best of RUNS (2), and the ratio; exit status
# 77 where something is missing.
# Debian's appliance is made beforehand and kept in the cache, so that its
# construction does not count; our launch is cold: nothing is kept of it but
# the page cache, which both have warm after the first run.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top_builddir=${top_builddir:-$(dirname "$here")}
runs=${1:-2}
peer_path=/usr/sbin:/usr/bin:/sbin:/bin # without the build tree, which ./run puts in front
skip () { echo "kvm-launch: skipped: $*" >&2; exit 77; }

measure () # NAME COMMAND...: prints the least of the seconds
{
  local name=$1 best= start end i
  shift
  for ((i = 0; i < runs; i++)); do
    start=$(date +%s.%N)
    "$@" >"/tmp/$name.log" 2>&1 </dev/null || {
      tail -n 20 "/tmp/$name.log" >&2
      echo "kvm-launch: $name failed" >&2
      return 1
    }
    end=$(date +%s.%N)
    best=$(awk "BEGIN { t = $end - $start; b = ${best:-1e9}; printf \"%.3f\", t < b ? t : b }")
  done
  echo "$best"
}

if [[ ${BATHYSCOPE_IN_LAB-} ]]; then
  truncate -s 100M /tmp/disk.img
  # The program itself, not the script that libtool puts before it.
  program=$top_builddir/fish/.libs/guestfish
  [[ -e $program ]] || program=$top_builddir/fish/guestfish
  ours=$(LIBGUESTFS_BACKEND=kvm \
    "$top_builddir/run" bash -c "$(declare -f measure); runs=$runs; measure ours $program -a /tmp/disk.img run")
  peer=$(env -u LD_LIBRARY_PATH PATH="$peer_path" LIBGUESTFS_BACKEND=direct \
    LIBGUESTFS_PATH="$LAB_PEER_APPLIANCE" LIBGUESTFS_CACHEDIR=/tmp \
    bash -c "$(declare -f measure); runs=$runs; measure peer guestfish -a /tmp/disk.img run")
  awk "BEGIN {
    printf \"launch to ready, kvm in the lab: ours %.2f s, libguestfs %.2f s, ratio 1/%.1f\\n\",
      $ours, $peer, $peer / $ours
  }"
  exit
fi

for program in guestfish libguestfs-make-fixed-appliance; do
  type -p "$program" >/dev/null || skip "Debian's $program is not installed"
done
for file in appliance/kernel-kvm appliance/root.img fish/guestfish; do
  [[ -e $top_builddir/$file ]] || skip "$file has not been built"
done
cache=${XDG_CACHE_HOME:-$HOME/.cache}/bathyscope
appliance=$cache/peer-appliance
if [[ ! -e $appliance/README.fixed ]]; then
  rm -rf "$appliance"
  mkdir -p "$appliance"
  env -u LD_LIBRARY_PATH -u LIBGUESTFS_PATH PATH="$peer_path" LIBGUESTFS_BACKEND=direct \
    LIBGUESTFS_BACKEND_SETTINGS=force_tcg \
    libguestfs-make-fixed-appliance "$appliance" >"$cache/peer-appliance.log" 2>&1 || {
    rm -rf "$appliance"
    tail -n 5 "$cache/peer-appliance.log" >&2
    skip "libguestfs-make-fixed-appliance fails"
  }
fi
export top_builddir LAB_PEER_APPLIANCE=$appliance
exec "$top_builddir/tests/kvm-lab/run-in-lab" -t 1800 bash "$here/kvm-launch.sh" "$runs"
