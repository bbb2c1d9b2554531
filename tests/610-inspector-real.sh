#!/bin/bash
# Real images against what is known of them: BitLocker volumes that Windows made, FreeDOS floppies, bootable discs without a
# system, a disklabel in a slice.
source "$(dirname "$0")/functions.sh"
requires_images
requires guestfish xz
requires_file "$top_builddir/appliance/root.img"
cd "$tmp"

unpack () { xz -dkc "$images/$1.xz" >"$(basename "$1")"; }
known () # PATH KEY: what the manifest knows of it
{
  awk -F'\t' -v path="$1" '$1 == path {print $6}' "$images/MANIFEST.tsv" | tr ' ' '\n' | sed -n "s/^$2=//p"
}

# --- BitLocker: each with its password and its recovery password; what is inside is told by its checksum, as its files are not whole
volumes=(aes-cbc-128-4k aes-cbc-128 aes-cbc-elephant-256 aes-xts-128 aes-xts-256)
folder=cryptsetup/unpacked/bitlk-images
args=()
: >wanted
echo run >script
for i in "${!volumes[@]}"; do
  name=bitlk-${volumes[i]}.img d=/dev/sd$(printf '%b' "\\x$(printf %x $((97 + i)))")
  requires_file "$images/$folder/$name.xz"
  unpack "$folder/$name"
  args+=(-a "$name")
  for key in PW RP; do
    printf 'cryptsetup-open %s v%s\n%s\nvfs-uuid /dev/mapper/v%s\n' $d "$key" "$(known "$folder/$name" $key)" "$key"
    [[ $key != PW || $i -gt 2 ]] || echo "checksum-device sha256 /dev/mapper/vPW"
    echo "cryptsetup-close /dev/mapper/v$key"
  done >>script
  known "$folder/$name" UUID >>wanted
  [[ $i -gt 2 ]] || known "$folder/$name" SHA256SUM >>wanted
  known "$folder/$name" UUID >>wanted
done
[[ $(wc -l <wanted) == 13 ]] || fail "the manifest does not know enough: $(cat wanted)"
guestfish --ro "${args[@]}" --keys-from-stdin <script >out
diff -u wanted out || fail "BitLocker volumes of Windows"
rm -- *.img

# --- systems, and what only boots
dos=(1200K 180K 360K 640K)
args=()
for d in "${dos[@]}"; do
  unpack "freedos/freedos.boot.disk.$d.img"
  args+=(-a "freedos.boot.disk.$d.img")
done
for d in grub-rescue-cdrom ipxe memtest86+x64; do
  unpack "debian-boot/$d.iso"
  args+=(-a $d.iso)
done
for d in hfsplus.raw ext2.qcow2; do
  case $d in *.qcow2) cp "$images/dfvfs/$d" . ;; *) unpack "dfvfs/$d" ;; esac
  args+=(-a $d)
done
unpack util-linux/ts/blkid/images-fs/ufs.img
unpack util-linux/ts/blkid/images-pt/dos+bsd.img
guestfish --ro "${args[@]}" -a ufs.img -a dos+bsd.img run : inspect-os : inspect-get-type /dev/sda : inspect-get-distro /dev/sdd : \
  vfs-type /dev/sdj : mount /dev/sdj / : blockdev-getsz /dev/sdk5 : blockdev-getsz /dev/sdk6 >out
diff -u - out <<'END' || fail "systems, and discs without one"
/dev/sda
/dev/sdb
/dev/sdc
/dev/sdd
dos
freedos
ufs
4864
3584
END
