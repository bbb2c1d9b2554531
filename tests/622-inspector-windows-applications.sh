#!/bin/bash
# What the registry of a Windows guest, of the machine and of its users, says is installed.
source "$(dirname "$0")/functions.sh"
requires python3 hivexregedit xmllint
requires_file "$top_builddir/appliance/root.img"
cd "$tmp"

utf16 () { python3 -c 'import sys; print("hex(1):" + ",".join("%02x" % b for b in (sys.argv[1] + "\0").encode("utf-16-le")))' "$1"; }
cat >software.reg <<REG
Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\\HIVE\\Microsoft\\Windows NT\\CurrentVersion]
"ProductName"="Windows 10 Pro"
"CurrentVersion"="6.3"
"InstallationType"="Client"

[HKEY_LOCAL_MACHINE\\HIVE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\7-Zip]
"DisplayName"="7-Zip 22.01 (x64)"
"DisplayVersion"="22.01"
"InstallLocation"="C:\\\\Program Files\\\\7-Zip\\\\"
"Publisher"="Igor Pavlov"
"URLInfoAbout"="https://7-zip.org/"
"Comments"="packs"

[HKEY_LOCAL_MACHINE\\HIVE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\{AAAA-BBBB}]
"DisplayName"=$(utf16 'Größe & <Zeichen> "日本"')
"DisplayVersion"="1.0"

[HKEY_LOCAL_MACHINE\\HIVE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\NoName]
"DisplayVersion"="9"

[HKEY_LOCAL_MACHINE\\HIVE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\AV]
"DisplayName"="Avast Antivirus"

[HKEY_LOCAL_MACHINE\\HIVE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\Broken]
"DisplayName"=hex(1):00,d8,00,00

[HKEY_LOCAL_MACHINE\\HIVE\\Wow6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\Old]
"DisplayName"="Old program"
"DisplayVersion"="3.1-4"
REG
cat >user.reg <<'REG'
Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\HIVE\Software\Microsoft\Windows\CurrentVersion\Uninstall\Mine]
"DisplayName"="Of one user"
"DisplayVersion"="5"
REG
cat >system.reg <<'REG'
Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\HIVE\Select]
"Current"=dword:00000001

[HKEY_LOCAL_MACHINE\HIVE\ControlSet001\Services\Tcpip\Parameters]
"Hostname"="PC"

[HKEY_LOCAL_MACHINE\HIVE\ControlSet001\Control\Session Manager\Environment]
"PROCESSOR_ARCHITECTURE"="AMD64"
REG
# hivexregedit makes no parents of keys.
parents ()
{
  python3 -c 'import re, sys
seen = set()
for line in sys.stdin:
    parts = line.strip()[1:-1].split("\\") if line.startswith("[") else []
    for i in range(3, len(parts)):
        key = "\\".join(parts[:i])
        if key not in seen:
            print("[%s]\n" % key)
        seen.add(key)
    print(line, end="")'
}
for hive in software user system; do
  parents <$hive.reg >$hive.full
  "$top_srcdir/tests/guests/make-hive" $hive $hive.full
done

guestfish <<FISH
sparse win.img 200M
run
part-disk /dev/sda mbr
mkfs ntfs /dev/sda1
mount /dev/sda1 /
mkdir-p /Windows/System32/config
mkdir-p /Windows/System32/drivers
upload $(printf '%q' "$PWD/software") /Windows/System32/config/SOFTWARE
upload $(printf '%q' "$PWD/system") /Windows/System32/config/SYSTEM
mkdir-p /Users/me
mkdir-p /Users/Public
upload $(printf '%q' "$PWD/user") /Users/me/NTUSER.DAT
FISH
virt-inspector --xml win.img >win.xml 2>errors || fail "virt-inspector: $(cat errors)"
xml () { xmllint --xpath "$1" win.xml; }
expect_equal "$(xml 'string(//operatingsystem/name)')" windows
expect_equal "$(xml 'string(//product_name)')" 'Windows 10 Pro'
expect_equal "$(xml 'string(//windows_current_control_set)')" ControlSet001
expect_equal "$(xml 'count(//application)')" 5 "applications: $(xml '//application/name')"
app () { xml "string(//application[name='$1']/$2)"; }
expect_equal "$(app 7-Zip display_name)" '7-Zip 22.01 (x64)'
expect_equal "$(app 7-Zip version)" 22.01
expect_equal "$(app 7-Zip install_path)" 'C:\Program Files\7-Zip\'
expect_equal "$(app 7-Zip publisher)" 'Igor Pavlov'
expect_equal "$(app 7-Zip url)" https://7-zip.org/
expect_equal "$(app 7-Zip description)" packs
expect_equal "$(app 7-Zip class)" ''
expect_equal "$(app '{AAAA-BBBB}' display_name)" 'Größe & <Zeichen> "日本"'
expect_equal "$(app AV class)" antivirus
expect_equal "$(app Old version)" 3.1-4
expect_equal "$(app Old arch)" i386
expect_equal "$(app Mine display_name)" 'Of one user'

# What a guest calls itself is text, in a page as well.
virt-inspector --html win.img >win.html
grep -qF 'Größe &amp; &lt;Zeichen&gt; &quot;日本&quot;' win.html || fail "the page lacks a name"
! grep -qF '<Zeichen>' win.html || fail "a name is part of the page"

# A damaged hive of a user costs that user's; one of the machine is told.
guestfish -a win.img -m /dev/sda1 truncate-size /Users/me/NTUSER.DAT 100
virt-inspector --xml win.img >win.xml 2>errors || fail "virt-inspector: $(cat errors)"
expect_equal "$(xml 'count(//application)')" 4 "applications without those of the user"
guestfish -a win.img -m /dev/sda1 write /Windows/System32/config/SOFTWARE regfnonsense
status=0
virt-inspector --json win.img >win.json 2>errors || status=$?
[[ $status == 2 || $status == 1 ]] || fail "exit status $status with a damaged registry"
[[ -s errors ]] || fail "nothing was said of the damaged registry"
