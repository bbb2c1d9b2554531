#!/bin/bash
# BitLocker: volumes of each method, made from the documented format; keys, and a Windows inside.
source "$(dirname "$0")/functions.sh"
source "$top_srcdir/tests/inspect/windows.sh"
requires guestfish python3
requires_file "$top_builddir/appliance/root.img"
python3 -c 'import cryptography' 2>/dev/null || skip "Python's cryptography is not installed"
cd "$tmp"

bitlocker () { python3 "$top_srcdir/tests/inspect/bitlocker.py" "$@"; }
recovery=471207-278498-422125-177177-561902-537405-468006-693451
wrong_recovery=471207-278498-422125-177177-561902-537405-468006-693462

# --- each method, and each kind of key
echo "in the volume" >hello
guestfish <<'FISH'
sparse fat.img 1M
run
mkfs vfat /dev/sda
mount /dev/sda /
upload hello /hello
FISH
drives=()
for method in xts-128 cbc-256 elephant-128; do
  bitlocker fat.img $method.img $method password=Passw0rd
  drives+=(-a $method.img)
done
bitlocker fat.img both.img xts-128 password=Passw0rd recovery=$recovery
drives+=(-a both.img)
{
  echo run
  echo list-filesystems
  for d in a b c d; do
    printf 'cryptsetup-open /dev/sd%s open%s\nPassw0rd\n' $d $d
    printf 'mount /dev/mapper/open%s /\ncat /hello\numount /\n' $d
  done
} >script
guestfish --ro "${drives[@]}" --keys-from-stdin <script >out
{
  printf '/dev/sd%s: BitLocker\n' a b c d
  printf 'in the volume\n\n%.0s' 1 2 3 4
} | diff -u - out || fail "the volumes"
open () { printf '%s\n' "$1" | guestfish --ro -a both.img --keys-from-stdin run : cryptsetup-open /dev/sda x : "${@:2}"; }
expect_equal "$(open $recovery list-filesystems)" $'/dev/sda: BitLocker\n/dev/mapper/x: vfat' "with the recovery password"
for key in wrong $wrong_recovery; do
  open "$key" list-filesystems >out 2>&1 && fail "opened with $key"
  grep -q 'does not fit\|passphrase' out || fail "the error with $key: $(cat out)"
done
# Damage: every copy of the metadata, of the boot sector; a length that leads out.
for at in 0 3 160 176; do
  cp xts-128.img bad.img
  printf '\xff\xff\xff\xff\xff\xff\xff\xff' | dd of=bad.img bs=1 seek=$at conv=notrunc status=none
  printf 'Passw0rd\n' | timeout 200 guestfish --ro -a bad.img --keys-from-stdin run : cryptsetup-open /dev/sda x crypttype:bitlk 2>out && fail "opened a volume with damage at $at"
  [[ -s out ]] || fail "no error with damage at $at"
done
python3 - <<'PYTHON'
data = bytearray(open("xts-128.img", "rb").read())
at = -1
while (at := data.find(b"-FVE-FS-", at + 1)) != -1:
    if at > 512:
        data[at + 112:at + 114] = b"\xff\xff"
open("bad.img", "wb").write(data)
PYTHON
printf 'Passw0rd\n' | timeout 200 guestfish --ro -a bad.img --keys-from-stdin run : cryptsetup-open /dev/sda x 2>out && fail "opened a volume with an entry that leads out"

# --- Windows in one, its data in another one with another key
disk_id=efbeadde make_windows w "Windows 10 Pro" 10.0 19045 Client AMD64
tar -C w -cf w.tar .
guestfish <<'FISH'
sparse c.img 4M
sparse d.img 1M
run
mkfs ntfs /dev/sda
mount /dev/sda /
tar-in w.tar /
umount /
mkfs vfat /dev/sdb
mount /dev/sdb /
write /diary "dear me\n"
FISH
bitlocker c.img c.bl xts-128 recovery=$recovery
bitlocker d.img d.bl cbc-128 password=secret
guestfish <<'FISH'
sparse disk.img 8M
run
part-init /dev/sda mbr
part-add /dev/sda p 2048 10239
part-add /dev/sda p 10240 -2048
pwrite-device /dev/sda "\xef\xbe\xad\xde" 440
FISH
dd if=c.bl of=disk.img bs=512 seek=2048 conv=notrunc status=none
dd if=d.bl of=disk.img bs=512 seek=10240 conv=notrunc status=none
printf '%s' "$recovery" >recovery.key
for keys in "--key /dev/sda1:file:recovery.key --key all:key:secret"; do
  # shellcheck disable=SC2086
  virt-inspector --no-applications --no-icon --json disk.img $keys >told 2>errors || fail "virt-inspector: $(cat errors)"
  python3 - <<'PYTHON' || fail "what virt-inspector says with $keys: $(cat told)"
import json
(system,) = json.load(open("told"))["operatingsystems"]
assert system["product_name"] == "Windows 10 Pro" and system["hostname"] == "winbox", system
assert system["root"].startswith("/dev/mapper/"), system["root"]
PYTHON
done
printf '%s\n%s\n' "$recovery" secret | guestfish --ro -a disk.img --keys-from-stdin run : cryptsetup-open /dev/sda1 c : cryptsetup-open /dev/sda2 d : \
  inspect-os : inspect-get-drive-mappings /dev/mapper/c : inspect-get-windows-systemroot /dev/mapper/c >out
diff -u - out <<'END' || fail "letters of encrypted drives"
/dev/mapper/c
C: /dev/mapper/c
/Windows
END
expect_error 'no key given opens it' virt-cat -a disk.img --key all:key:wrong /hello

# --- it can be written to
printf '%s\n' "$recovery" | guestfish -a disk.img --keys-from-stdin run : cryptsetup-open /dev/sda1 c : mount /dev/mapper/c / : write /new "new file"
expect_equal "$(virt-cat -a disk.img --key "/dev/sda1:key:$recovery" --key /dev/sda2:key:secret /new)" "new file" "what was written"
