#!/bin/bash
# copy_drive_to_drive: bytes arrive, holes stay holes, whatever the images are; and what cannot be done.
source "$(dirname "$0")/functions.sh"
requires qemu-img python3
cd "$tmp"

# A disk of data, holes and written zeroes, whose pieces begin and end anywhere.
python3 - <<'PYTHON'
import random
random.seed(8)
with open("base.img", "wb") as f:
    f.truncate(48 << 20)
    at = 0
    while at < 46 << 20:
        n = random.choice([512, 4096, 5120, 65536, 1 << 20, 3 << 20])
        kind = random.randrange(3)
        if kind:
            f.seek(at)
            f.write(random.randbytes(n) if kind == 1 else bytes(n))
        at += n
PYTHON
qemu-img convert -f raw -O qcow2 base.img base.qcow2
qemu-img convert -c -f raw -O qcow2 base.img packed.qcow2
qemu-img create -q -f qcow2 -b base.qcow2 -F qcow2 top.qcow2 64M
cp base.img wanted.img
truncate -s 64M wanted.img
qemu-io -f qcow2 -c "write -P 7 1M 300k" -c "write -z 5M 2M" top.qcow2 >/dev/null
qemu-io -f raw -c "write -P 7 1M 300k" -c "write -z 5M 2M" wanted.img >/dev/null

copy () # FROM FORMAT TO FORMAT OPTIONS...
{
  local from=$1 from_format=$2 to=$3 to_format=$4
  shift 4
  guestfish add "$from" readonly:true format:"$from_format" : add "$to" format:"$to_format" : run : copy-drive-to-drive /dev/sda /dev/sdb "$@"
}
allocated () { echo $(($(stat -c %b "$1") * 512)); }
truncate -s 48M raw.img
for from in base.img:raw base.qcow2:qcow2 packed.qcow2:qcow2; do
  rm raw.img
  truncate -s 48M raw.img
  copy "${from%:*}" "${from#*:}" raw.img raw sparse:true
  cmp raw.img base.img || fail "$from arrived differently"
  (($(allocated raw.img) <= $(allocated base.img))) || fail "$from: the copy is larger: $(allocated raw.img)"
done
qemu-img create -q -f qcow2 out.qcow2 64M
copy top.qcow2 qcow2 out.qcow2 qcow2 sparse:true
qemu-img compare -q -f qcow2 -F raw out.qcow2 wanted.img || fail "a chain of qcow2 images arrived differently"
qemu-img check -q out.qcow2

# Over what is there: zeroes are written as well, and only there.
head -c 64M /dev/zero | tr '\0' x >old.img
copy base.qcow2 qcow2 old.img raw destoffset:1048576
cmp -n $((48 << 20)) base.img old.img 0 1048576
cmp -n 1048576 old.img <(head -c 1M /dev/zero | tr '\0' x)
cmp -n $((15 << 20)) <(tail -c 15M old.img) <(head -c 15M /dev/zero | tr '\0' x)

# What the appliance has written is copied, and what it has read before is not what it reads afterwards.
truncate -s 48M new.img
guestfish >got <<'EOF'
add base.img readonly:true format:raw
add new.img format:raw
run
pwrite-device /dev/sda "written" 40000000
pread-device /dev/sdb 7 40000000 | cat -v
copy-drive-to-drive /dev/sda /dev/sdb
pread-device /dev/sdb 7 40000000
EOF
[[ $(cat got) == *@written ]] || fail "what was written in the appliance: $(cat got)"

# Part of the disk, and errors.
expect_error 'has only|no room' copy base.img raw new.img raw size:67108864
expect_error 'no room' copy base.img raw new.img raw destoffset:512
expect_error 'sectors' copy base.img raw new.img raw srcoffset:100
truncate -s 1M small.img
expect_error 'no room' copy base.img raw small.img raw
expect_error 'no such drive' guestfish -a base.img run : copy-drive-to-drive /dev/sda /dev/sdb
