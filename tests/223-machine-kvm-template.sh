#!/bin/bash
# Start from a template (kvm): what the first launch makes, later ones use; disks, clock and random numbers are those of the launch.
source "$(dirname "$0")/functions.sh"
[[ -n ${BATHYSCOPE_KVM_CAMPAIGN-} ]] || skip "many launches in the lab, by hand: make -C tests kvm-campaign"
requires_file "$top_builddir/appliance/root.img" "$top_builddir/fish/guestfish"
source "$(dirname "$0")/kvm-lab/in-lab.sh"
source "$(dirname "$0")/kvm-lab/template.sh"

for ((i = 1; i <= 17; i++)); do
  truncate -s "${i}M" "$tmp/$i.img"
done
disks () { local i; for ((i = 1; i <= $1; i++)); do echo "-a"; echo "$tmp/$i.img"; done; }

# Two first launches at the same time: both boot, and one template comes of it.
launch "$tmp/first" -a "$tmp/1.img" run &
launch "$tmp/second" -a "$tmp/2.img" run
wait $! || fail "first launch: $(cat "$tmp/first")"
is_cold "$tmp/first"
is_cold "$tmp/second"
wait_for_template
mode=$(stat -c %a "$templates" "$templates"/*)
expect_equal "$(tr '\n' ' ' <<<"$mode")" "700 600 " "modes"

# One disk, few exits; the clock is right.
launch "$tmp/one" -a "$tmp/8.img" run : list-devices : debug sh "date +%s" : debug sh "cat /proc/sys/kernel/random/uuid" \
  : mkfs ext4 /dev/sda : vfs-uuid /dev/sda >"$tmp/one.out"
is_resumed "$tmp/one"
now=$(date +%s)
mapfile -t lines < <(grep . "$tmp/one.out")
expect_equal "${#lines[@]}" 4 "lines of $(cat "$tmp/one.out")"
expect_equal "${lines[0]}" /dev/sda
((lines[1] <= now && lines[1] > now - 60)) || fail "the clock says ${lines[1]}, it is $now"
exits=$(sed -n 's/^kvm: exits //p' "$tmp/one" | tr ' ' '\n' | awk '/^[0-9]/ { n += $1 } END { print n }')
((exits > 0 && exits <= 500)) || fail "exits: $(grep '^kvm: exits' "$tmp/one")"

# Another start has other random numbers, in the kernel and in programs.
launch "$tmp/two" -a "$tmp/8.img" run : debug sh "cat /proc/sys/kernel/random/uuid" : mkfs ext4 /dev/sda : vfs-uuid /dev/sda >"$tmp/two.out"
is_resumed "$tmp/two"
mapfile -t others < <(grep . "$tmp/two.out")
expect_equal "${#others[@]}" 2 "lines of $(cat "$tmp/two.out")"
[[ ${lines[2]} != "${others[0]}" ]] || fail "the kernel says ${lines[2]} again"
[[ ${lines[3]} != "${others[1]}" ]] || fail "mkfs says ${lines[3]} again"

# All places taken, in order; what is written arrives.
mapfile -t all < <(disks 16)
{
  echo run
  for d in a b c d e f g h i j k l m n o p; do echo "blockdev-getsize64 /dev/sd$d"; done
  echo "pwrite-device /dev/sdb hello 4096"
  echo "mkfs ext4 /dev/sdp"
} >"$tmp/script"
launch "$tmp/all" "${all[@]}" <"$tmp/script" >"$tmp/all.out"
is_resumed "$tmp/all"
expect_equal "$(head -n 16 "$tmp/all.out" | tr '\n' ' ')" "$(for ((i = 1; i <= 16; i++)); do printf '%d ' $((i << 20)); done)" "sizes"
expect_equal "$(dd if="$tmp/2.img" bs=1 skip=4096 count=5 2>/dev/null)" hello "written"
expect_equal "$(blkid -o value -s TYPE "$tmp/16.img")" ext4 "the last disk"

# One more than there are places for; and when it is not wanted.
mapfile -t all < <(disks 17)
launch "$tmp/many" "${all[@]}" run : blockdev-getsize64 /dev/sdq >"$tmp/many.out"
is_cold "$tmp/many"
expect_equal "$(cat "$tmp/many.out")" $((17 << 20)) "17th disk"
BATHYSCOPE_TEMPLATE=0 launch "$tmp/off" -a "$tmp/1.img" run
is_cold "$tmp/off"

# Two processors, made ahead.
"$top_builddir/run" bathyscope-appliance --prepare --smp 2 || fail "--prepare"
launch "$tmp/smp" -a "$tmp/1.img" set-smp 2 : run : debug sh "grep -c ^processor /proc/cpuinfo" : mkfs ext4 /dev/sda >"$tmp/smp.out"
is_resumed "$tmp/smp"
expect_equal "$(head -n 1 "$tmp/smp.out")" 2 "processors"
