#!/bin/bash
# virt-win-reg: printing and merging; and what the distribution's program prints of the same registry.
source "$(dirname "$0")/functions.sh"
source "$top_srcdir/tests/inspect/windows.sh"
requires python3 hivexregedit
cd "$tmp"
make_windows win "Windows 10 Pro" 10.0 19045 Client AMD64
windows_10_reg >software.reg
cat >>software.reg <<'EOF'

[HKEY_LOCAL_MACHINE\HIVE\Test]
@="default value"
"bin"=hex(3):00,ff,10
"none"=hex(0):
"dw"=dword:0000002a
"exp"=str(2):"%SystemRoot%\\x"

[HKEY_LOCAL_MACHINE\HIVE\Test\Sub key]
"a\"b\\c"="text \"quoted\" \\ back"
"m"=hex(7):61,00,00,00,62,00,00,00,00,00
"q"=hex(b):01,00,00,00,00,00,00,00
EOF
python3 "$top_srcdir/tests/guests/make-hive" win/Windows/System32/config/SOFTWARE software.reg
# A user, whose registry is found by name and by SID.
mkdir -p win/Users/me
printf '[HKEY_LOCAL_MACHINE\\HIVE]\n\n[HKEY_LOCAL_MACHINE\\HIVE\\Mine]\n"x"="y"\n' >user.reg
python3 "$top_srcdir/tests/guests/make-hive" win/Users/me/NTUSER.DAT user.reg
virt-make-fs -t ntfs --partition --size 64M win win.img

reg () { virt-win-reg win.img "$@"; }
reg 'HKLM\SOFTWARE\Test' >tree
cat >wanted <<'EOF'
[HKEY_LOCAL_MACHINE\SOFTWARE\Test]
@=hex(1):64,00,65,00,66,00,61,00,75,00,6c,00,74,00,20,00,76,00,61,00,6c,00,75,00,65,00,00,00
"bin"=hex(3):00,ff,10
"dw"=dword:0000002a
"exp"=hex(2):25,00,53,00,79,00,73,00,74,00,65,00,6d,00,52,00,6f,00,6f,00,74,00,25,00,5c,00,78,00,00,00
"none"=hex(0):

[HKEY_LOCAL_MACHINE\SOFTWARE\Test\Sub key]
"a\"b\\c"=hex(1):74,00,65,00,78,00,74,00,20,00,22,00,71,00,75,00,6f,00,74,00,65,00,64,00,22,00,20,00,5c,00,20,00,62,00,61,00,63,00,6b,00,00,00
"m"=hex(7):61,00,00,00,62,00,00,00,00,00
"q"=hex(b):01,00,00,00,00,00,00,00

EOF
diff wanted tree
peer=/usr/bin/virt-win-reg
if [[ -x $peer && $(type -p virt-win-reg) != "$peer" ]]; then
  env -u PERL5LIB "$peer" win.img 'HKLM\SOFTWARE\Test' >theirs && diff theirs tree
fi
virt-win-reg --unsafe-printable-strings win.img 'HKEY_LOCAL_MACHINE\software\TEST' | matches -xF 'str(2):"%SystemRoot%\\x"' && fail "strange line"
virt-win-reg --unsafe-printable-strings win.img 'HKEY_LOCAL_MACHINE\software\TEST' | matches -xF '"exp"=str(2):"%SystemRoot%\\x"' || fail "--unsafe-printable-strings"
expect_equal "$(reg 'HKLM\SOFTWARE\Test' @)" "default value"
expect_equal "$(reg 'HKLM\SOFTWARE\Test' DW)" 42
expect_equal "$(reg 'HKLM\SOFTWARE\Test\sub key' 'a"b\c')" 'text "quoted" \ back'
expect_equal "$(reg 'HKLM\SOFTWARE\Test\Sub key' m)" $'a\nb'
expect_equal "$(reg 'HKLM\SOFTWARE\Test' bin | od -An -tx1)" " 00 ff 10"
expect_equal "$(reg 'HKU\me\Mine' x)" y
expect_error 'no such key' reg 'HKLM\SOFTWARE\Nosuch'
expect_error 'no value "nosuch"' reg 'HKLM\SOFTWARE\Test' nosuch
expect_error 'no key of the hives' reg 'HKCU\x'
expect_error 'does not have the file' reg 'HKLM\SAM\x'
expect_error 'give a disk' virt-win-reg win.img

# JSON: text as text, numbers as numbers, bytes where that is not all.  One object for a value; many images.
virt-win-reg --json win.img 'HKLM\SOFTWARE\Test' >json
virt-win-reg --json win.img 'HKLM\SOFTWARE\Test' dw >value.json
guestfish sparse no.img 20M : run : mkfs ext4 /dev/sda
status=0; virt-win-reg --json --jobs 2 -a win.img -a no.img -a win.img 'HKLM\SOFTWARE\Test' @ >many.json 2>errors || status=$?
expect_equal "$status" 1 "status with an image that is no guest"
python3 - <<'PYTHON'
import json
key, below = map(json.loads, open("json"))
path = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Test"
assert key == {"image": "win.img", "key": path, "values": [
    {"name": "", "type": "REG_SZ", "data": "default value"}, {"name": "bin", "type": "REG_BINARY", "hex": "00ff10"},
    {"name": "dw", "type": "REG_DWORD", "data": 42}, {"name": "exp", "type": "REG_EXPAND_SZ", "data": "%SystemRoot%\\x"},
    {"name": "none", "type": "REG_NONE", "hex": ""}]}, key
assert below == {"image": "win.img", "key": path + "\\Sub key", "values": [
    {"name": 'a"b\\c', "type": "REG_SZ", "data": 'text "quoted" \\ back'}, {"name": "m", "type": "REG_MULTI_SZ", "data": ["a", "b"]},
    {"name": "q", "type": "REG_QWORD", "data": 1}]}, below
assert json.load(open("value.json")) == {"image": "win.img", "key": path, "name": "dw", "type": "REG_DWORD", "data": 42}
one, bad, two = map(json.loads, open("many.json"))
assert one == two == {"image": "win.img", "key": path, "name": "", "type": "REG_SZ", "data": "default value"}, one
assert bad["image"] == "no.img" and "no operating system" in bad["error"], bad
PYTHON
virt-win-reg --jobs 2 -a win.img -a win.img 'HKLM\SOFTWARE\Test\Sub key' >many
expect_equal "$(grep -c '^; win.img$' many) $(grep -c '^"q"=' many)" "2 2" "keys of two guests"
expect_error 'prints nothing' virt-win-reg --merge --json win.img changes.reg

# Merging: every form, two hives, CRLF in UTF-16 as Windows writes it.
cat >changes.reg <<'EOF'
Windows Registry Editor Version 5.00

; what installers do
[HKEY_LOCAL_MACHINE\SOFTWARE\New\Deep\Key]
@="def"
"a"="x"
"b"=dword:1
"c"=hex:01,\
  02
"ü"="ö€"

[HKEY_USERS\me\Mine]
"x"=-
"z"="w"

[HKLM\SOFTWARE\Test]
"dw"=-
"none"=dword:00000007
[-HKLM\SOFTWARE\Test\Sub key]
[-HKLM\SOFTWARE\Nosuch]
EOF
{ printf '\xff\xfe'; sed 's/$/\r/' changes.reg | iconv -f utf-8 -t utf-16le; } >windows.reg
virt-win-reg --merge win.img windows.reg
expect_equal "$(reg 'HKLM\SOFTWARE\New\Deep\Key' 'ü')" 'ö€'
expect_equal "$(reg 'HKLM\SOFTWARE\New')" $'[HKEY_LOCAL_MACHINE\\SOFTWARE\\New]\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\New\\Deep]\n
[HKEY_LOCAL_MACHINE\\SOFTWARE\\New\\Deep\\Key]\n@=hex(1):64,00,65,00,66,00,00,00\n"a"=hex(1):78,00,00,00\n"b"=dword:00000001\n"c"=hex(3):01,02\n"ü"=hex(1):f6,00,ac,20,00,00'
expect_equal "$(reg 'HKU\me\Mine')" $'[HKEY_USERS\\me\\Mine]\n"z"=hex(1):77,00,00,00'
reg 'HKLM\SOFTWARE\Test' >after
grep -v '^"dw"\|^"none"' wanted | sed '/^$/q' >left
diff left <(grep -v '^"none"' after)
grep -q '^"none"=dword:00000007$' after
virt-win-reg --merge --encoding ASCII win.img <<<$'[HKLM\\SOFTWARE\\New]\n"s"="abc"'
reg 'HKLM\SOFTWARE\New' | matches -xF '"s"=hex(1):61,62,63,00' || fail "--encoding"

# Data that are not as their types say: all of their bytes are told.
virt-win-reg --merge win.img <<'EOF'
[HKLM\SOFTWARE\Odd]
"0"=hex(1):61,00,00,00,62,00
"1"=hex(1):61,00
"2"=hex(1):3d,d8,00,de,00,00
"3"=hex(1):00,d8,00,00
"4"=hex(1):61
"5"=hex(4):01,02,03
"6"=hex(5):00,00,01,00
"7"=hex(b):ff,ff,ff,ff,ff,ff,ff,ff
"8"=hex(7):61,00,00,00,62,00
"9"=hex(7):
"a"=hex(7):00,00,61,00,00,00
"b"=hex(7):61,00,00,00
"c"=hex(ffff0011):01
"d"=hex(6):5c,00
"e"=hex(1):01,00,00,00
"f"=hex(7):61,00,00,00,00,00
EOF
virt-win-reg --json win.img 'HKLM\SOFTWARE\Odd' | python3 -c '
import json, sys
v = json.load(sys.stdin)["values"]
got = [(x["type"], x.get("data"), x.get("hex")) for x in v]
S, M = "REG_SZ", "REG_MULTI_SZ"
wanted = [(S, "a", "610000006200"), (S, "a", None), (S, "\U0001f600", None), (S, "\ufffd", "00d80000"), (S, "", "61"), ("REG_DWORD", None, "010203"),
  ("REG_DWORD_BIG_ENDIAN", 256, None), ("REG_QWORD", None, "ff" * 8), (M, ["a", "b"], "610000006200"), (M, [], None), (M, [], "000061000000"), (M, ["a"], None),
  ("hex(ffff0011)", None, "01"), ("REG_LINK", "\\", None), (S, "\x01", None), (M, ["a"], None)]
for x, y in zip(got, wanted):
    assert x == y, (x, y)
assert len(got) == len(wanted)'

# What is exported can be merged; a file that is wrong changes nothing.
reg 'HKLM\SOFTWARE\New' >export.reg
virt-win-reg --merge win.img <<<'[-HKLM\SOFTWARE\New]'
virt-win-reg --merge win.img export.reg
reg 'HKLM\SOFTWARE\New' | diff export.reg -
sum=$(md5sum win.img)
expect_error 'line 2: a value without a key' virt-win-reg --merge win.img changes.reg <(printf '\n"x"="y"\n')
expect_error 'nosuch' virt-win-reg --merge win.img nosuch.reg
expect_equal "$(md5sum win.img)" "$sum" "what was wrong changed"
