#!/bin/bash
# Every distribution and operating system that inspection knows, from small trees: first without a machine, then all as disks
# of one machine.
source "$(dirname "$0")/functions.sh"
requires python3 mke2fs
show=$top_builddir/inspector/show-system
requires_file "$show"
cd "$tmp"

systems () { python3 "$top_srcdir/tests/inspect/systems.py" "$@"; }
systems make trees
while read -r name fs; do
  echo "@ $name"
  "$show" "trees/$name" "$fs"
done <trees/list >told
systems check <told || fail "some trees are not recognised"
# The comparison itself can fail.
! sed 's/^distro debian/distro ubuntu/' told | systems check 2>/dev/null || fail "any answer is right"

# The kernel's road: filesystems made of the trees.
requires_file "$top_builddir/appliance/root.img"
args=() names=()
while read -r name fs; do
  [[ $fs == ext4 && $name != no-* ]] || continue
  mke2fs -q -t ext4 -O ^has_journal -d "trees/$name" "$name.img" 3M >/dev/null
  args+=(-a "$name.img") names+=("$name")
done <trees/list

letter () # the disk with this number
{
  local n=$1 letters=
  while ((n >= 0)); do
    letters=$(printf "\\$(printf '%03o' $((97 + n % 26)))")$letters
    n=$((n / 26 - 1))
  done
  echo "/dev/sd$letters"
}
{
  echo "run"
  echo "inspect-os"
  for i in "${!names[@]}"; do
    device=$(letter "$i")
    echo "echo @ ${names[i]}"
    for call in type distro package_format package_management arch product_name major_version minor_version hostname; do
      echo "-inspect-get-${call//_/-} $device"
    done
  done
} >script
guestfish --ro "${args[@]}" -f script >out
expect_equal "$(sed '/^@/,$d' out | wc -l)" "${#names[@]}" "the number of systems found"
sed -n '/^@/,$p' out | systems check type distro package_format package_management arch product major minor hostname ||
  fail "some systems are not told right in the machine"
