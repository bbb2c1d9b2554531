#!/bin/bash
# Templates (kvm) that are damaged, open to others, of another appliance, or were never finished: the launch boots, and the next template is good.
source "$(dirname "$0")/functions.sh"
[[ -n ${BATHYSCOPE_KVM_CAMPAIGN-} ]] || skip "many launches in the lab, by hand: make -C tests kvm-campaign"
requires_file "$top_builddir/appliance/root.img" "$top_builddir/fish/guestfish"
source "$(dirname "$0")/kvm-lab/in-lab.sh"
source "$(dirname "$0")/kvm-lab/template.sh"

truncate -s 1M "$tmp/disk.img"
try () { launch "$tmp/out" -a "$tmp/disk.img" run : list-devices >/dev/null || fail "launch: $(cat "$tmp/out")"; }
prepare () { "$top_builddir/run" bathyscope-appliance --prepare; }
file () { compgen -G "$templates/template-????????????????"; }
replaced () # WHY: the launch was cold, and there is another one
{
  is_cold "$tmp/out"
  [[ ! $1 ]] || grep -q "launch: no template: .*$1" "$tmp/out" || fail "no '$1' in $(cat "$tmp/out")"
  wait_for_template
}

prepare || fail "--prepare"
inode=$(stat -c %i "$(file)")
prepare || fail "--prepare again"
expect_equal "$(stat -c %i "$(file)")" "$inode" "--prepare makes another"
printf x | dd of="$(file)" bs=1 seek=64 conv=notrunc status=none
try
replaced damaged
[[ $(stat -c %i "$(file)") != "$inode" ]] || fail "the damaged one is still there"
chmod 644 "$(file)"
try
replaced ''
expect_equal "$(stat -c %a "$(file)")" 600 "mode"
truncate -s 100K "$(file)"
try
replaced damaged

# A guest whose memory is nonsense does not answer: the launch goes on, and nobody tries again today.
size=$(stat -c %s "$(file)")
dd if=/dev/zero of="$(file)" bs=1M seek=2 count=$((size / 1048576 - 2)) conv=notrunc,sparse status=none
fallocate -p -o $((2 << 20)) -l $((size - (2 << 20))) "$(file)"
try
grep -q 'launch: from a template: ' "$tmp/out" || fail "it was not tried: $(cat "$tmp/out")"
grep -q 'daemon is ready' "$tmp/out" || fail "no cold boot: $(cat "$tmp/out")"
! has_template || fail "the bad one is still there"
[[ -e $(echo "$templates"/*.failed) ]] || fail "not marked: $(ls "$templates")"

# Killed while it is made: what is left is in nobody's way.
prepare &
for ((i = 0; i < 100; i++)); do
  [[ ! -s $(echo "$templates"/*.new) ]] || break
  sleep 0.1
done
for pid in $(grep -lz -- --make-template /proc/[0-9]*/cmdline 2>/dev/null | cut -d/ -f3); do
  kill -9 "$pid" 2>/dev/null || true
done
! wait $! || fail "--prepare succeeds though it was killed"
! has_template || fail "a template that is not complete"
try
is_cold "$tmp/out"
wait_for_template
try
is_resumed "$tmp/out"

# Another appliance has another one.
touch "$top_builddir/appliance/root.img"
try
is_cold "$tmp/out"
for ((i = 0; i < 300; i++)); do
  (($(file | wc -l) < 2)) || break
  sleep 0.2
done
expect_equal "$(file | wc -l)" 2 "templates"
try
is_resumed "$tmp/out"
