#!/bin/bash
# virt-resize: MBR with logical partitions, options, wrong use, what is left behind; and the peer's program on the same disk.
source "$(dirname "$0")/functions.sh"
requires sfdisk fallocate
cd "$tmp"
field () { sfdisk -d "$1" | sed -n "s/^$1$2 .*$3= *\([^,]*\).*/\1/p"; } # IMAGE PARTITION start|size|type|...

truncate -s 80M in.img
sfdisk -q in.img <<'EOF'
label: dos
label-id: 0x12345678
start=63, size=20000, type=83, bootable
start=40000, size=80000, type=5
start=40063, size=30000, type=83
start=70200, size=40000, type=7
start=130000, size=20000, type=83
EOF
for n in 1 3 5 6; do
  noise 1M $n >"part$n"
  dd if="part$n" of=in.img bs=512 seek="$(field in.img $n start)" conv=notrunc status=none
done
printf 'in front' | dd of=in.img conv=notrunc status=none
printf 'extended' | dd of=in.img bs=512 seek=40000 conv=notrunc status=none
same () { cmp -n 1048576 -i "0:$(($(field "$1" "$2" start) * 512))" "part$3" "$1" || fail "$1: partition $2"; }

# A logical partition grows, the extended one grows with it, and what is behind moves.
truncate -s 120M out.img
chmod 604 out.img
virt-resize --resize /dev/sda5=+10M --expand /dev/sda6 in.img out.img >summary
grep -q '/dev/sda5: will be resized from 15M to 25M' summary || fail "$(cat summary)"
expect_equal "$(field out.img 5 size)" $((30000 + 20480))
(($(field out.img 3 start) + 20000 > 245760 - 256)) || fail "--expand leaves room: $(sfdisk -d out.img)"
(($(field out.img 2 start) + $(field out.img 2 size) >= $(field out.img 6 start) + $(field out.img 6 size))) || fail "the extended partition: $(sfdisk -d out.img)"
for n in 1 3 5 6; do same out.img $n $n; done
expect_equal "$(sfdisk -d out.img | grep -c 'bootable\|0x12345678')" 2
expect_equal "$(dd if=out.img bs=8 count=1 status=none)" "in front"
expect_equal "$(dd if=out.img bs=512 skip="$(field out.img 2 start)" count=1 status=none | head -c 8)" extended
expect_equal "$(stat -c %a out.img)" 604 "permissions"
expect_equal "$(field out.img 6 type)" 7

# Deleting, ignoring; room that is left over; into a file whose space is reserved.
fallocate -l 120M full.img
virt-resize --delete /dev/sda5 --ignore /dev/sda1 --no-copy-boot-loader in.img full.img >summary
grep -q 'surplus of [0-9]*M, which becomes the partition /dev/sda4' summary || fail "$(cat summary)"
same full.img 5 6
same full.img 3 3
cmp -n 8 full.img /dev/zero
cmp -n 1048576 -i "$((63 * 512)):0" full.img /dev/zero || fail "--ignore copies"
(($(stat -c %b full.img) >= 120 * 2048)) || fail "the reserved space is gone"
virt-resize --no-sparse --align-first always --alignment 2048 in.img full.img >/dev/null
expect_equal "$(field full.img 1 start)" 2048
same full.img 1 1
cmp -n $((9000 * 512)) -i $(((2048 + 2048) * 512)):$(((63 + 2048) * 512)) full.img in.img || fail "--no-sparse leaves old bytes"

# Nothing is written by --dry-run, nor when something is wrong.
truncate -s 120M new.img
virt-resize --dry-run --expand /dev/sda3 in.img new.img | matches 'sda3: will be resized' || fail "--dry-run"
expect_equal "$(stat -c %b new.img)" 0
expect_error 'no such partition' virt-resize --expand /dev/sda9 in.img new.img
expect_error 'takes a partition' virt-resize --expand sdx in.img new.img
expect_error 'cannot be used together' virt-resize --expand /dev/sda1 --shrink /dev/sda2 in.img new.img
expect_error 'cannot be used together' virt-resize --resize /dev/sda1=+1M --delete /dev/sda1 in.img new.img
expect_error 'a size is' virt-resize --resize /dev/sda1=10X in.img new.img
expect_error 'a size is' virt-resize --resize /dev/sda1=5 in.img new.img
expect_error 'not that large' virt-resize --resize /dev/sda1=-200% in.img new.img
expect_error 'are missing' virt-resize --resize /dev/sda1=1T in.img new.img
expect_error 'unknown contents' virt-resize --resize /dev/sda1=1M in.img new.img
expect_error 'no such logical volume' virt-resize --lv-expand /dev/a/b in.img new.img
expect_error 'truncate' virt-resize in.img nosuch.img
expect_error 'nosuch' virt-resize nosuch.img new.img
expect_error 'partition table' virt-resize part1 new.img
expect_error 'give the disk' virt-resize in.img
expect_equal "$(stat -c %b new.img) $(ls | grep -c 'new.img')" "0 1" "what failed left"
virt-resize --machine-readable | matches -x ntfsresize-force || fail "--machine-readable"

# A disk of the host that is full: one line, and the old file is as it was.
if mkdir full && mount -t tmpfs -o size=1500k none full 2>/dev/null; then
  cleanup_fn umount "$tmp/full"
  truncate -s 120M full/new.img
  status=0
  virt-resize -q in.img full/new.img 2>err || status=$?
  expect_equal "$status $(grep -c . err) $(ls full)" "1 1 new.img" "on a full disk: $(cat err)"
  grep -q 'No space' err || fail "$(cat err)"
  expect_equal "$(stat -c %b full/new.img)" 0
fi

# Interrupted: nothing of it stays.
virt-resize in.img new.img >log &
pid=$!
wait_until grep -q Setting log
kill -INT $pid 2>/dev/null || true
wait $pid && interrupted=0 || interrupted=$?
if ((interrupted)); then
  expect_equal "$(stat -c %b new.img) $(ls | grep -c 'new.img')" "0 1" "what was interrupted left"
fi

# The distribution's program, on our library, makes the same table.
peer=/usr/bin/virt-resize
if [[ -x $peer && $(type -p virt-resize) != "$peer" ]]; then
  truncate -s 60M gpt.img
  sfdisk -q gpt.img <<'EOF'
label: gpt
start=2048, size=20480, name="one", type=uefi
size=40960, name="two", attrs="GUID:63"
size=20480, name="three"
EOF
  truncate -s 100M ours.img theirs.img
  virt-resize -q --resize-force /dev/sda1=5M --resize /dev/sda2=+10M gpt.img ours.img
  "$peer" -q --resize-force /dev/sda1=5M --resize /dev/sda2=+10M gpt.img theirs.img
  for i in ours theirs; do sfdisk -d $i.img | sed -n "s/^$i//p" | head -n 3 >$i; done
  diff ours theirs
fi
