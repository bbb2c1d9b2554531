#!/bin/bash
# virt-resize: partitions, contents and boot loaders of disks of every kind, larger and smaller.
source "$(dirname "$0")/functions.sh"
requires sfdisk qemu-img e2fsck xxd
cd "$tmp"

table () { sfdisk -d "$1" | grep -v '^device\|^last-lba' | sed "s|^$1|disk|"; } # IMAGE
field () { sfdisk -d "$1" | sed -n "s/^$1$2 .*$3= *\([^,]*\).*/\1/p"; }        # IMAGE PARTITION start|size|type|...
bytes () { virt-filesystems -a "$1" --key all:key:secret --csv --long --filesystems --extra | awk -F, -v d="$2" '$1 == d {print $5}'; }
part () { dd if="$1" bs=512 skip="$(field "$1" "$2" start)" count="$(field "$1" "$2" size)" status=none; } # its bytes

# --- GPT, with contents of every kind ---------------------------------------------------
truncate -s 1400M in.img
sfdisk -q in.img <<'EOF'
label: gpt
first-lba: 34
/dev/sda14 : start=34, size=2014, type=21686148-6449-6E6F-744E-656564454649, name="bios boot"
/dev/sda1 : start=2048, size=64M, name="root äöü", attrs="RequiredPartition GUID:63"
/dev/sda2 : size=260M
/dev/sda3 : size=310M
/dev/sda4 : size=32M, type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7
/dev/sda5 : size=128M
/dev/sda6 : size=32M, type=0657FD6D-A4AB-43C4-84E5-0933C84B4F4F
/dev/sda7 : size=96M, type=E6D6D379-F507-44C2-A23C-238F2A3DF928
/dev/sda8 : size=32M
/dev/sda9 : size=32M
EOF
seq 200000 >file
guestfish -a in.img <<'EOF'
run
mkfs ext4 /dev/sda1 label:root
mkfs btrfs /dev/sda2
mkfs xfs /dev/sda3
mkfs ntfs /dev/sda4
mkfs f2fs /dev/sda5
mkswap /dev/sda6 label:swap uuid:11111111-2222-3333-4444-555555555555
pvcreate /dev/sda7
vgcreate VG /dev/sda7
lvcreate LV VG 32
mkfs ext4 /dev/VG/LV
mount /dev/VG/LV /
upload file /lv
umount /
mount /dev/sda1 /
upload file /file
umount /
mount /dev/sda2 /
upload file /file
umount /
mount /dev/sda3 /
upload file /file
umount /
mount /dev/sda4 /
upload file /file
umount /
mount /dev/sda5 /
upload file /file
EOF
echo secret | guestfish --keys-from-stdin -a in.img run : luks-format /dev/sda8 0
printf 'boot code' | dd of=in.img conv=notrunc status=none
printf 'stage two' | dd of=in.img bs=512 seek=40 conv=notrunc status=none
noise 1M | dd of=in.img bs=512 seek="$(field in.img 9 start)" conv=notrunc status=none

# All of them larger at once.
rm -f out.img
truncate -s 3G out.img
options=()
for n in 1 2 4 6 7 8; do options+=(--resize "/dev/sda$n=+30M"); done
virt-resize -n --json "${options[@]}" --resize /dev/sda3=150% --resize /dev/vda5=256M --expand /dev/sda9 --lv-expand /dev/VG/LV in.img out.img >plan
python3 - <<'PYTHON'
import json
lines = [json.loads(line) for line in open("plan")]
parts = {line["partition"]: line for line in lines if "partition" in line}
assert parts[14] == {"partition": 14, "size": 2014 * 512, "deleted": False, "new_partition": 14, "new_size": 2014 * 512, "copied": True, "content_expanded": False}, parts[14]
assert parts[3]["size"] == 310 << 20 and parts[3]["new_size"] == 465 << 20 and parts[3]["content"] == "xfs" and parts[3]["content_expanded"], parts[3]
assert lines[-2:] == [{"volume": "/dev/VG/LV"}, {"surplus": 0}], lines[-2:]
PYTHON
virt-resize "${options[@]}" --resize /dev/sda3=150% --resize /dev/vda5=256M --expand /dev/sda9 --lv-expand /dev/VG/LV in.img out.img >summary
grep -qx '/dev/sda14: will be left as it is (1007K)' summary || fail "summary: $(cat summary)"
grep -q '/dev/sda3: will be resized from 310M to 465M, and its xfs expanded' summary || fail "summary: $(cat summary)"
grep -q '/dev/sda7: .*LVM physical volume expanded' summary || fail "summary: $(cat summary)"
expect_equal "$(ls out.img*)" out.img
sizes=$(for n in 1 2 3 4 5 6 7 8; do field out.img $n size; done)
expect_equal "${sizes//$'\n'/ }" "192512 593920 952320 126976 524288 126976 258048 126976" "sizes"
(($(field out.img 9 start) + $(field out.img 9 size) > 3 * 2097152 - 200)) || fail "--expand leaves room: $(table out.img)"
# Names, types, identifiers and attributes are as they were.
identity () { table "$1" | sed 's/start= *[0-9]*, size= *[0-9]*//'; }
expect_equal "$(identity out.img)" "$(identity in.img)" "the table"
expect_equal "$(dd if=out.img bs=9 count=1 status=none)" "boot code"
expect_equal "$(dd if=out.img bs=512 skip=40 count=1 status=none | head -c 9)" "stage two"
cmp <(part in.img 14) <(part out.img 14)
cmp -n $((32 << 20)) <(part in.img 9) <(part out.img 9) || fail "partition 9"
# Contents have grown, and are whole.
part out.img 1 >ext4
e2fsck -fn ext4 >fsck 2>&1 || fail "ext4: $(cat fsck)"
guestfish --ro -a out.img >got <<'EOF'
run
-mount /dev/sda1 /
checksum md5 /file
statvfs / | grep ^blocks
umount /
mount /dev/sda2 /
checksum md5 /file
statvfs / | grep ^blocks
umount /
mount /dev/sda3 /
checksum md5 /file
statvfs / | grep ^blocks
umount /
mount /dev/sda4 /
checksum md5 /file
statvfs / | grep ^blocks
umount /
mount /dev/sda5 /
checksum md5 /file
statvfs / | grep ^blocks
umount /
mount /dev/VG/LV /
checksum md5 /lv
blockdev-getsize64 /dev/VG/LV
vfs-uuid /dev/sda6
vfs-label /dev/sda6
EOF
sum=$(md5sum <file | cut -c 1-32)
expect_equal "$(grep -c "$sum" got)" 6 "files that are as they were"
expect_equal "$(tail -n 2 got)" $'11111111-2222-3333-4444-555555555555\nswap'
echo "$(tail -n 3 got | head -n 1)" | matches '^1[23][0-9]*$' || fail "the logical volume: $(cat got)"
for n in 1:80 2:280 3:380 4:61 5:180; do
  mib=$(($(bytes out.img "/dev/sda${n%:*}") >> 20))
  ((mib >= ${n#*:})) || fail "/dev/sda${n%:*} has only $mib MiB"
done
echo secret | guestfish --ro --keys-from-stdin -a out.img run : cryptsetup-open /dev/sda8 c : blockdev-getsize64 /dev/mapper/c >luks
(($(cat luks) > 40 << 20)) || fail "the encrypted device: $(cat luks)"

# Smaller again, after their contents, into qcow2 with --shrink.
truncate -s 4G big.img
guestfish -a out.img <<'EOF'
run
e2fsck-f /dev/sda1
resize2fs-size /dev/sda1 40M
zero-device /dev/sda9
EOF
expect_error 'its xfs needs' virt-resize --resize /dev/sda3=-1M out.img big.img
expect_error 'may not fit' virt-resize --resize /dev/sda5=-1M out.img big.img
expect_error 'its ext4 needs 41943040' virt-resize --resize /dev/sda1=39M out.img big.img
truncate -s 2500M less.img
expect_error 'may not fit' virt-resize --shrink /dev/sda9 out.img less.img
qemu-img create -q -f qcow2 small.qcow2 1900M
virt-resize -q --resize /dev/sda1=40M --resize-force /dev/sda9=1M --ignore /dev/sda2 --delete /dev/sda4 --no-extra-partition out.img small.qcow2 >quiet
expect_equal "$(cat quiet)" ""
qemu-img check -q small.qcow2
qemu-img convert small.qcow2 small.img
expect_equal "$(field small.img 1 size)" 81920
expect_equal "$(field small.img 13 name)" '"bios boot"' "what comes behind a deleted one"
expect_equal "$(virt-filesystems -a small.img --key all:key:secret --filesystems | tr "\n" " ")" "/dev/sda1 /dev/sda3 /dev/sda4 /dev/VG/LV " "filesystems"
part small.img 1 >ext4
e2fsck -fn ext4 >fsck 2>&1 || fail "ext4: $(cat fsck)"
rm -f out.img ext4 small.img
