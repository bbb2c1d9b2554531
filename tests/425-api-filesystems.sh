#!/bin/bash
# What is told about xfs, NTFS and ISO 9660 is what the host's programs say of the same images; copies of NTFS and squashfs images
# have the right contents.
source "$(dirname "$0")/functions.sh"
requires xz mkfs.xfs xfs_db xfs_repair mkntfs ntfscat ntfsclone unsquashfs blkid python3
requires_file "$top_builddir/fish/guestfish" "$top_builddir/appliance/root.img"

cd "$tmp"
fish () { "$top_builddir/run" guestfish "$@"; }

# --- xfs: every pair that xfs_info prints, from a device and from where it is mounted
truncate -s 800M xfs.img
mkfs.xfs -q -f -d sunit=128,swidth=384 -L data xfs.img
xfs_db -r -p xfs_info -c info xfs.img >wanted
fish -a xfs.img run : xfs-info2 /dev/sda >device
fish -a xfs.img run : mount /dev/sda / : xfs-info2 / >mounted
fish -a xfs.img run : xfs-info /dev/sda >struct
python3 - <<'END' || fail "xfs_info differs"
import re, sys

wanted, group = {}, None
for line in open("wanted"):
    name, rest = line.split("=", 1)
    group = name.strip() or group
    rest = rest.rstrip("\n")
    first = re.split(r"\s{2,}|\s+(?=\S+=)", rest, maxsplit=1)[0].strip()
    if first:
        wanted[group] = first
    for key, value, unit in re.findall(r"([\w-]+)=(\d+)( blks)?", rest):
        wanted[group + "." + key] = value + unit
if len(wanted) < 28:
    sys.exit("only %d pairs" % len(wanted))
for name in ("device", "mounted"):
    got = dict(line.rstrip("\n").split(": ", 1) for line in open(name))
    for pairs in got, wanted:
        pairs.pop("meta-data", None)
    if got != wanted:
        sys.exit("%s: %r, not %r" % (name, got, wanted))
fields = dict(re.findall(r"xfs_(\w+): (\S*)", open("struct").read()))
names = {"inodesize": "meta-data.isize", "agcount": "meta-data.agcount", "agsize": "meta-data.agsize",
         "sectsize": "meta-data.sectsz", "attr": "meta-data.attr", "blocksize": "data.bsize", "datablocks": "data.blocks",
         "imaxpct": "data.imaxpct", "sunit": "data.sunit", "swidth": "data.swidth", "dirblocksize": "naming.bsize",
         "cimode": "naming.ascii-ci", "logblocksize": "log.bsize", "logblocks": "log.blocks", "logversion": "log.version",
         "logsectsize": "log.sectsz", "logsunit": "log.sunit", "lazycount": "log.lazy-count", "rtextsize": "realtime.extsz",
         "rtblocks": "realtime.blocks", "rtextents": "realtime.rtextents"}
for field, name in names.items():
    if fields.get(field) != wanted[name].split()[0]:
        sys.exit("%s: %s, not %s" % (field, fields.get(field), wanted[name]))
if (fields["dirversion"], fields["logname"], fields["rtname"], fields["mntpoint"]) != ("2", "internal", "none", "/dev/sda"):
    sys.exit("names: %r" % fields)
END

# It grows into what was added behind it, and what is broken is repaired.
truncate -s 1000M xfs.img
fish -a xfs.img run : mount /dev/sda / : xfs-growfs / : write /f 123
xfs_db -r -c 'sb 0' -c 'p dblocks' xfs.img | matches -x 'dblocks = 256000' || fail "xfs was not grown: $(xfs_db -r -c 'sb 0' -c 'p dblocks' xfs.img)"
printf 'garbage!' | dd of=xfs.img bs=512 seek=1 conv=notrunc status=none
expect_equal "$(fish -a xfs.img run : xfs-repair /dev/sda nomodify:true)" 1 "xfs_repair of a broken one"
expect_equal "$(fish -a xfs.img run : xfs-repair /dev/sda : xfs-repair /dev/sda nomodify:true)" $'0\n0' "xfs_repair"
fish -a xfs.img run : xfs-admin /dev/sda label:other uuid:nil
xfs_db -r -c label -c uuid xfs.img | matches other || fail "the label was not set"

# --- NTFS: a copy, and a file by its number
truncate -s 60M ntfs.img copy.img
mkntfs -Q -F -q -L notes ntfs.img >/dev/null 2>&1
fish -a ntfs.img run : mount /dev/sda / : fill-pattern abc 3000000 /big : umount / : ntfsclone-out /dev/sda saved : ntfscat-i /dev/sda 4 attrdef
fish -a copy.img run : ntfsclone-in saved /dev/sda
ntfscat -f copy.img /big >got
fish -a ntfs.img run : mount /dev/sda / : download /big wanted
cmp got wanted || fail "the copy of NTFS has other contents"
expect_equal "$(stat -c %s got)" 3000000 "size of the file in the copy"
ntfscat -f -i 4 ntfs.img | cmp - attrdef || fail "ntfscat_i has other contents"
head -c 100000 saved >short
truncate -s 60M other.img
expect_error 'ntfsclone' "$top_builddir/run" guestfish -a other.img run : ntfsclone-in short /dev/sda
expect_error 'ntfsresize|NTFS' "$top_builddir/run" guestfish -a other.img run : ntfsresize /dev/sda
before=$(ntfssecaudit ntfs.img /big 2>/dev/null | grep -o 'mode [0-7]*')
fish -a ntfs.img run : ntfs-chmod /dev/sda 0640 /big
after=$(ntfssecaudit ntfs.img /big 2>/dev/null | grep -o 'mode [0-7]*')
[[ $before != "$after" && $after == 'mode 0640' ]] || fail "ntfs_chmod: '$before', then '$after'"

# --- squashfs
fish sparse ext4.img 200M : run : mkfs ext4 /dev/sda : mount /dev/sda / : mkdir-p /dir/sub : fill 65 2000000 /dir/big : write /dir/sub/a hello : write /dir/sub/skip.o x : ln-s a /dir/sub/link \
    : mksquashfs /dir out.sqfs compress:xz excludes:'sub/*.o' : mksquashfs /dir plain.sqfs
unsquashfs -q -n -d tree out.sqfs >/dev/null
expect_equal "$(cd tree && find . | sort | tr '\n' ' ')" '. ./big ./sub ./sub/a ./sub/link ' "squashfs"
expect_equal "$(cat tree/sub/link)$(tr -d A <tree/big | wc -c)" hello0 "contents"
unsquashfs -s out.sqfs | matches 'Compression xz' || fail "not compressed with xz"
unsquashfs -l plain.sqfs | matches 'sub/skip.o' || fail "everything was to be there"

# --- ISO 9660: libblkid reads the same fields
images=${BATHYSCOPE_TEST_IMAGES:-$top_srcdir/../shared/images}
for iso in "$images"/util-linux/ts/blkid/images-fs/iso*.img.xz; do
    # Of an image with Joliet names libblkid tells those; the call tells the primary descriptor's.
    [[ -e $iso && $iso != *joliet* ]] || continue
    xz -dc "$iso" >iso.img
    fish --ro -a iso.img run : isoinfo-device /dev/sda >iso.out
    blkid -p -o export iso.img >iso.wanted
    for pair in SYSTEM_ID:iso_system_id VOLUME_SET_ID:iso_volume_set_id PUBLISHER_ID:iso_publisher_id APPLICATION_ID:iso_application_id \
                DATA_PREPARER_ID:iso_data_preparer_id; do
        wanted=$(sed -n "s/^${pair%:*}=//p" iso.wanted | sed 's/\\//g')
        expect_equal "$(sed -n "s/^${pair#*:}: //p" iso.out)" "$wanted" "${iso##*/}: ${pair%:*}"
    done
done
