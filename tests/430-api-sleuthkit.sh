#!/bin/bash
# The Sleuth Kit: what it finds on ext4, FAT and NTFS, and deleted files.
source "$(dirname "$0")/functions.sh"
requires python3 debugfs
cd "$tmp"

guestfish <<'END' || fail "preparing"
sparse disk.img 300M
run
available "libtsk sleuthkit"
part-init /dev/sda gpt
part-add /dev/sda p 2048 133119
part-add /dev/sda p 133120 264191
part-add /dev/sda p 264192 395263
mkfs ext4 /dev/sda1
mkfs vfat /dev/sda2
mkfs ntfs /dev/sda3
END

# Deleted files with contents that are easy to find again.
python3 -c 'print("precious data\n" * 1000, end="")' >precious
# The kernel wipes the name of what is deleted from ext4; debugfs does not, as older kernels did not.
for part in 1 2 3; do
  remove="rm /dir/gone.txt"
  [ $part != 1 ] || remove=
  guestfish -a disk.img <<END || fail "filling /dev/sda$part"
run
mount /dev/sda$part /
mkdir /dir
write /dir/kept.txt "kept"
upload precious /dir/gone.txt
write /dir/reused.txt reused
umount-all
mount /dev/sda$part /
$remove
END
done
debugfs -w -R 'rm /dir/reused.txt' "disk.img?offset=1048576" 2>/dev/null
guestfish -a disk.img -m /dev/sda1 <<'END' || fail "filling /dev/sda1"
ln-s dir/kept.txt /symlink
ln /dir/kept.txt /second
mknod-b 0600 8 1 /block
mkfifo 0600 /fifo
utimens /dir/kept.txt 1000000000 123456789 1100000000 987654321
END
debugfs -w -R 'rm /dir/gone.txt' "disk.img?offset=1048576" 2>/dev/null

# One line a file: type, flags, size, name.
walk ()
{
  guestfish --ro -a disk.img run : filesystem-walk /dev/sda$1 |
    sed -nE 's/^ +(tsk_\w+): (.*)/\1 \2/p' |
    awk '{ v[$1] = substr($0, length($1) + 2) } $1 == "tsk_spare1" { print v["tsk_type"], v["tsk_flags"], v["tsk_size"], v["tsk_nlink"], v["tsk_name"], v["tsk_inode"] }'
}

walk 1 >ext
walk 2 >fat
walk 3 >ntfs
has () { grep -Eq -- "$2" "$1" || fail "no line '$2' in $1: $(cat "$1")"; }
has ext '^d 1 [0-9]+ 2 dir [0-9]+$'
has ext '^r 1 4 2 dir/kept.txt [0-9]+$'
has ext '^r 1 4 2 second [0-9]+$'
has ext '^l 1 12 1 symlink [0-9]+$'
has ext '^b 1 0 1 block [0-9]+$'
has ext '^f 1 0 1 fifo [0-9]+$'
has ext '^r 0 14000 0 dir/gone.txt [0-9]+$'
has ext '^r 2 12 1 dir/reused.txt [0-9]+$'
has fat '^r 1 4 1 dir/kept.txt [0-9]+$'
has fat '^r 0 14000 0 dir/(_ONE|gone).(TXT|txt) [0-9]+$'
has ntfs '^r 1 4 [12] dir/kept.txt [0-9-]+$'
has ntfs '^r 0 14000 [012] (dir/gone.txt|.OrphanFiles/OrphanFile-[0-9]+) [0-9-]+$'

# Times to the nanosecond, and the target of a link.
guestfish --ro -a disk.img run : filesystem-walk /dev/sda1 >all
grep -A15 'tsk_name: dir/kept.txt' all >kept
for field in 'atime_sec: 1000000000' 'atime_nsec: 123456789' 'mtime_sec: 1100000000' 'mtime_nsec: 987654321'; do
  grep -q "tsk_$field" kept || fail "no $field: $(cat kept)"
done
grep -A16 'tsk_name: symlink' all | matches 'tsk_link: dir/kept.txt' || fail "target of the link"

# By number: both names of one inode; contents of what exists and of what does not any more.
inode () { awk -v n="$2" '$5 ~ n { print $6; exit }' "$1"; }
guestfish --ro -a disk.img <<END >out || fail "by number"
run
find-inode /dev/sda1 $(inode ext 'kept')
download-inode /dev/sda1 $(inode ext 'kept') kept.ext
download-inode /dev/sda2 $(inode fat 'dir/kept') kept.fat
download-inode /dev/sda1 $(inode ext 'dir/gone') gone.ext
download-inode /dev/sda2 $(inode fat '(ONE|gone)') gone.fat
download-inode /dev/sda3 $(awk '$1 == "r" && $2 == 0 && $3 == 14000 { print $6 }' ntfs) gone.ntfs
download-blocks /dev/sda1 0 99 blocks
download-blocks /dev/sda1 0 30000 free unallocated:true
download /dev/sda1 device
END
expect_equal "$(grep -c tsk_name out)" 2 "names of the inode"
expect_equal "$(cat kept.ext)" kept
expect_equal "$(cat kept.fat)" kept
cmp precious gone.ext || fail "the deleted file of ext4"
cmp precious gone.fat || fail "the deleted file of FAT"
cmp precious gone.ntfs || fail "the deleted file of NTFS"
size=$(($(stat -c %s blocks) / 100))
cmp -n $((100 * size)) blocks device || fail "blocks are not those of the device"
grep -aq 'precious data' free || fail "what was deleted from ext4 is not in its free blocks"
[ "$(stat -c %s free)" -lt $((30001 * size)) ] || fail "free blocks are all blocks"

# What is no filesystem, and what is damaged, is an error and no crash.
noise 300M >random.img
cp disk.img bad.img
python3 - <<'END'
import random
random.seed(1)
with open("bad.img", "r+b") as f:
    for part in (2048, 133120, 264192):
        for i in range(2000):
            f.seek(part * 512 + 2048 + random.randrange(8000000))
            f.write(bytes([random.randrange(256)]))
END
guestfish --ro -a random.img -a bad.img <<'END' >out 2>err || fail "bad filesystems: $(cat err)"
run
-filesystem-walk /dev/sda
-find-inode /dev/sda 1
-download-inode /dev/sda 1 nosuch
-download-blocks /dev/sda 1 2 nosuch
-filesystem-walk /dev/sdb1
-filesystem-walk /dev/sdb2
-filesystem-walk /dev/sdb3
ping-daemon
END
[ "$(grep -c '/dev/sda: ' err)" = 4 ] || fail "messages: $(cat err)"
