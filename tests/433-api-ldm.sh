#!/bin/bash
# Windows dynamic disks: volumes of all kinds on two disks, RAID 5 on three with a GPT, one disk missing, and a damaged database.
source "$(dirname "$0")/functions.sh"
requires python3
cd "$tmp"
python3 "$top_srcdir/tests/make-ldm.py" .
guid=11111111-2222-3333-4444-555555555555

guestfish -a disk1.img -a disk2.img <<END >out 2>err || fail "the script fails: $(cat out err)"
run
available ldm
ldmtool-scan
ldmtool-scan-devices /dev/sda
ldmtool-diskgroup-name $guid
ldmtool-diskgroup-disks $guid
ldmtool-diskgroup-volumes $guid
ldmtool-volume-type $guid Volume1
ldmtool-volume-type $guid Volume2
ldmtool-volume-type $guid Volume3
ldmtool-volume-type $guid Volume4
ldmtool-volume-hint $guid Volume1
ldmtool-volume-hint $guid Volume2
ldmtool-volume-partitions $guid Volume2
-ldmtool-volume-type $guid Volume9
-ldmtool-diskgroup-name ${guid}0
END
expect_equal "$(cat out)" "$guid
$guid
TEST-Dg0
Disk1
Disk2
Volume1
Volume2
Volume3
Volume4
simple
spanned
striped
mirrored
E:

Disk1-02
Disk2-01"
grep -q 'Volume9: there is no such volume' err
grep -q '50: there is no such disk group' err

# The devices: found without being asked for; what is written on them is on the disks.
v=/dev/mapper/ldm_vol_TEST-Dg0_Volume
guestfish -a disk1.img -a disk2.img <<END >out || fail "using the volumes"
run
mkfs ntfs ${v}1
mkfs ext4 ${v}2
mkfs ext4 ${v}3
mkfs vfat ${v}4
blockdev-getsize64 ${v}1
blockdev-getsize64 ${v}2
blockdev-getsize64 ${v}3
blockdev-getsize64 ${v}4
mount ${v}2 /
fill-pattern spanned 7M /data
umount /
mount ${v}3 /
fill-pattern striped 5M /data
umount /
mount ${v}4 /
fill-pattern mirrored 4M /data
END
expect_equal "$(cat out)" "6291456
10485760
8388608
5242880"
guestfish --ro -a disk1.img -a disk2.img <<END >out 2>err || fail "finding the volumes"
run
list-ldm-volumes
list-ldm-partitions
list-filesystems
list-partitions
mount ${v}2 /
checksum md5 /data
umount /
mount ${v}3 /
checksum md5 /data
umount /
mount ${v}4 /
checksum md5 /data
-ldmtool-remove-all
umount /
ldmtool-remove-all
list-ldm-volumes
list-ldm-partitions
ldmtool-create-all
list-ldm-volumes
END
sum () { python3 -c 'import sys; w = sys.argv[1].encode(); n = int(sys.argv[2]) << 20; sys.stdout.buffer.write((w * (n // len(w) + 1))[:n])' "$@" | md5sum | cut -c1-32; }
expect_equal "$(cat out)" "${v}1
${v}2
${v}3
${v}4
$(printf '/dev/mapper/ldm_part_TEST-Dg0_%s\n' Disk1-04 Disk2-04)
${v}1: ntfs
${v}2: ext4
${v}3: ext4
${v}4: vfat
$(printf '/dev/sd%s\n' a1 a2 a3 a4 b1 b2 b3)
$(sum spanned 7)
$(sum striped 5)
$(sum mirrored 4)
${v}1
${v}2
${v}3
${v}4"
grep -q 'Volume4' err || fail "a volume that is in use was removed: $(cat err)"

# A disk is missing: what can be there is there.
guestfish --ro -a disk1.img <<END >out 2>err || fail "one disk: $(cat err)"
run
list-ldm-volumes
-ldmtool-create-all
ldmtool-diskgroup-disks $guid
END
expect_equal "$(cat out)" "${v}1
${v}4
Disk1
Disk2"
grep -q 'Volume[23]: .*missing' err || fail "$(cat err)"

# RAID 5, and a simple volume, on disks with a GPT.
v=/dev/mapper/ldm_vol_GPT-Dg0_
guid6=${guid%5}6
guestfish -a gpt1.img -a gpt2.img -a gpt3.img <<END >out || fail "disks with a GPT"
run
ldmtool-scan
ldmtool-diskgroup-volumes $guid6
ldmtool-volume-type $guid6 Raid
ldmtool-volume-partitions $guid6 Raid
list-ldm-volumes
blockdev-getsize64 ${v}Raid
blockdev-getsize64 ${v}Simple
mkfs ntfs ${v}Raid
mkfs ext4 ${v}Simple
mount ${v}Raid /
fill-pattern "on three disks" 9M /data
umount /
mount ${v}Simple /
write /file "on one\n"
END
expect_equal "$(cat out)" "$guid6
Raid
Simple
raid5
Disk1-01
Disk2-01
Disk3-01
${v}Raid
${v}Simple
16777216
6291456"
read_raid='mount '$v'Raid / : checksum md5 /data'
expect_equal "$(guestfish --ro -a gpt1.img -a gpt2.img -a gpt3.img run : $read_raid : umount / : mount ${v}Simple / : cat /file)" \
  "$(sum "on three disks" 9)
on one"
# The parity is right on the disks themselves, so two of them suffice, whichever.
python3 - <<'END'
parts = []
for n in 1, 2, 3:
    with open("gpt%d.img" % n, "rb") as f:
        f.seek((4096 + 2048) * 512)
        parts.append(int.from_bytes(f.read(8 << 20), "big"))
assert parts[0] and parts[0] ^ parts[1] ^ parts[2] == 0
END
for pair in "1 2" "1 3" "3 2"; do
  expect_equal "$(guestfish --ro -a gpt${pair% *}.img -a gpt${pair#* }.img run : $read_raid)" "$(sum "on three disks" 9)" "RAID 5 of disks $pair"
done
expect_error "Raid" guestfish --ro -a gpt2.img run : ldmtool-create-all : mount ${v}Raid /

# A damaged database.
python3 - <<'END'
import random, shutil
for n in range(10):
    random.seed(n)
    shutil.copy("disk1.img", "bad%d.img" % n)
    with open("bad%d.img" % n, "r+b") as f:
        for i in range(1 + n * 10):
            f.seek(38 * 2048 * 512 + 1024 * 1024 + 17 * 512 + random.randrange(4096))
            f.write(bytes([random.randrange(256)]))
    with open("bad%d.img" % n, "r+b") as f:
        if n == 9:
            f.truncate(30 << 20)
END
args=()
for n in 0 1 2 3 4 5 6 7 8 9; do
  guestfish --ro -a bad$n.img run : -ldmtool-scan-devices /dev/sda : ldmtool-scan : list-filesystems : ping-daemon >out 2>err \
    || fail "bad$n.img: $(cat out err)"
done
grep -q '/dev/sda: ' err || fail "a database that is not there: $(cat err)"
