#!/bin/bash
# Many images in one command: memory, processes and descriptors do not depend on their number, nor does the time of each.
# BATHYSCOPE_SCALE_IMAGES="10 100 1000" takes these numbers (make -C tests scale-campaign).
source "$(dirname "$0")/functions.sh"
requires qemu-img
requires_guest
make_in bench -s peak
cd "$tmp"
counts=${BATHYSCOPE_SCALE_IMAGES:-20}
most=${counts##* }

# One overlay is written by qemu-img; the others are copies.
qemu-img create -q -f qcow2 -b "$(realpath "$guest_qcow2")" -F qcow2 first.qcow2
for ((i = 1; i <= most; i++)); do printf -v name 'guest%04d.qcow2' $i; cp first.qcow2 $name; done

# measure TOOL COUNT...: sets seconds, memory, processes and descriptors; what was printed is in out.
measure ()
{
  local tool=$1 n=$2 images=() i
  for ((i = 1; i <= n; i++)); do printf -v name 'guest%04d.qcow2' $i; images+=(-a $name); done
  case $tool in
    virt-df) set -- virt-df --json --jobs 2 "${images[@]}" ;;
    virt-cat) set -- virt-cat --json --jobs 2 "${images[@]}" /etc/hostname ;;
    virt-inspector) set -- virt-inspector --json --jobs 2 $(printf '%s\n' "${images[@]}" | grep -v '^-a$') ;;
  esac
  "$top_builddir/bench/peak" "$@" >out 2>log || fail "$tool of $n images: $(cat log)"
  eval "$(sed -n 's/^peak: //p' log)"
  # Every image is there, in order.
  grep -o '"image":"[^"]*"' out | uniq >names
  for ((i = 1; i <= n; i++)); do printf '"image":"guest%04d.qcow2"\n' $i; done | cmp - names || fail "$tool of $n images: not all of them, or not in order"
}

# Two guests at a time, each with its appliance: what these take, and room for what differs between machines.
memory_max=200
! grep -q __asan_init "$top_builddir"/lib/.libs/libguestfs.so.0 || memory_max=1000
for tool in virt-df virt-cat virt-inspector; do
  [[ $tool != virt-inspector || -n ${BATHYSCOPE_SCALE_IMAGES:-} ]] || counts=8
  for n in $counts; do
    measure $tool $n
    printf '%-15s %5d images: %8.2f s, %.3f s each, %6.1f MiB in all, %5.1f MiB the largest, %3d processes, %4d descriptors\n' \
      $tool $n $seconds "$(awk -v s=$seconds -v n=$n 'BEGIN {print s / n}')" $memory $largest $processes $descriptors
    awk -v m="$memory" -v max=$memory_max 'BEGIN {exit !(m > 0 && m < max)}' || fail "$tool of $n images took $memory MiB"
    [[ $processes -le 20 && $descriptors -le 64 ]] || fail "$tool of $n images had $processes processes, and $descriptors descriptors in one"
  done
done
