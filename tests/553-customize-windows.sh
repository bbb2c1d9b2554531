#!/bin/bash
# virt-customize on a Windows guest: name, time zone, first boot, files; what makes no sense there is refused.
source "$(dirname "$0")/functions.sh"
requires python3 hivexregedit
requires_file "$top_builddir/appliance/root.img"
cd "$tmp"

cat >software.reg <<'REG'
Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\HIVE\Microsoft]

[HKEY_LOCAL_MACHINE\HIVE\Microsoft\Windows NT]

[HKEY_LOCAL_MACHINE\HIVE\Microsoft\Windows NT\CurrentVersion]
"ProductName"="Windows 10 Pro"
"CurrentVersion"="6.3"
"CurrentMajorVersionNumber"=dword:0000000a
"CurrentMinorVersionNumber"=dword:00000000
"CurrentBuildNumber"="19045"
"InstallationType"="Client"

[HKEY_LOCAL_MACHINE\HIVE\Microsoft\Windows NT\CurrentVersion\Time Zones]

[HKEY_LOCAL_MACHINE\HIVE\Microsoft\Windows NT\CurrentVersion\Time Zones\W. Europe Standard Time]
"MUI_Std"="@tzres.dll,-322"
"MUI_Dlt"="@tzres.dll,-321"
"TZI"=hex:c4,ff,ff,ff,00,00,00,00,c4,ff,ff,ff,00,00,0a,00,00,00,05,00,03,00,00,00,00,00,00,00,00,00,03,00,00,00,05,00,02,00,00,00,00,00,00,00

[HKEY_LOCAL_MACHINE\HIVE\Microsoft\Windows NT\CurrentVersion\Time Zones\Broken Time]
"TZI"=hex:c4,ff
REG
cat >system.reg <<'REG'
Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\HIVE\Select]
"Current"=dword:00000002

[HKEY_LOCAL_MACHINE\HIVE\ControlSet002]

[HKEY_LOCAL_MACHINE\HIVE\ControlSet002\Services]

[HKEY_LOCAL_MACHINE\HIVE\ControlSet002\Services\Tcpip]

[HKEY_LOCAL_MACHINE\HIVE\ControlSet002\Services\Tcpip\Parameters]
"Hostname"="OLD"

[HKEY_LOCAL_MACHINE\HIVE\ControlSet002\Control]

[HKEY_LOCAL_MACHINE\HIVE\ControlSet002\Control\Session Manager]

[HKEY_LOCAL_MACHINE\HIVE\ControlSet002\Control\Session Manager\Environment]
"PROCESSOR_ARCHITECTURE"="AMD64"
REG
for hive in software system; do "$top_srcdir/tests/guests/make-hive" $hive $hive.reg; done
guestfish >/dev/null <<FISH
sparse win.img 200M
run
part-disk /dev/sda mbr
mkfs ntfs /dev/sda1
mount /dev/sda1 /
mkdir-p /Windows/System32/config
mkdir-p /Windows/System32/drivers
upload $(printf '%q' "$PWD/software") /Windows/System32/config/SOFTWARE
upload $(printf '%q' "$PWD/system") /Windows/System32/config/SYSTEM
mkdir-p "/program files/x"
write /notes.txt "one\r\n"
FISH

printf 'echo one\r\n' >script.bat
virt-customize -a win.img --hostname new-name --timezone 'W. Europe Standard Time' --firstboot script.bat --firstboot-command 'echo two' \
  --write /new.txt:text --append-line /notes.txt:two --ssh-inject root:string:x 2>err >out && fail "a key was put into Windows"
grep -q '^virt-customize: --ssh-inject: keys cannot be put into guests of type "windows"$' err || fail "message: $(cat err)"
grep -q 'random seed' out && fail "a random seed for Windows"
virt-customize -q -a win.img --hostname newer-name-that-is-long
virt-copy-out -a win.img /Windows/System32/config/SYSTEM .
value () { hivexget SYSTEM "ControlSet002\\$1" "$2"; }
requires hivexget
expect_equal "$(value 'Control\ComputerName\ComputerName' ComputerName)" NEWER-NAME-THAT
expect_equal "$(value 'Services\Tcpip\Parameters' Hostname)" newer-name-that-is-long
expect_equal "$(value 'Services\Tcpip\Parameters' 'NV Hostname')" newer-name-that-is-long
zone='Control\TimeZoneInformation'
expect_equal "$(value "$zone" TimeZoneKeyName)" 'W. Europe Standard Time'
expect_equal "$(value "$zone" StandardName)" '@tzres.dll,-322'
expect_equal "$(hivexget SYSTEM "ControlSet002\\$zone" | sed -n 's/^"\(Bias\|DaylightBias\|ActiveTimeBias\)"=//p' | sort -u)" dword:ffffffc4
expect_equal "$(value 'Services\guestfs-firstboot' ImagePath)" \
  '%SystemRoot%\system32\cmd.exe /c start "" /b cmd.exe /c "C:\Program Files\Guestfs\Firstboot\firstboot.bat"'
expect_equal "$(value 'Services\guestfs-firstboot' ObjectName)" LocalSystem
expect_equal "$(hivexget SYSTEM 'ControlSet002\Services\guestfs-firstboot' | sed -n 's/^"\(Start\|Type\)"=//p' | sort | paste -sd' ')" \
  'dword:00000002 dword:00000010'
guestfish --ro -a win.img -i >got <<'END'
ls "/program files/Guestfs/Firstboot"
ls "/program files/Guestfs/Firstboot/scripts"
hexdump "/program files/Guestfs/Firstboot/scripts/5000-0002-echo-two.bat"
cat /new.txt
hexdump /notes.txt
END
grep -q '^5000-0001-script-bat.bat$' got || fail "scripts: $(cat got)"
grep -q '65 63 68 6f 20 74 77 6f  0d 0a' got || fail "the second script: $(cat got)"
grep -q '6f 6e 65 0d 0a 74 77 6f  0d 0a' got || fail "the appended line: $(cat got)"
guestfish --ro -a win.img -i read-file '/program files/Guestfs/Firstboot/firstboot.bat' >bat
expect_equal "$(grep -c $'\r$' bat)" "$(grep -c . bat)" "lines that end as those of Windows do"

# Drivers and services, from a folder, and from an ISO image with the same files.
for file in viostor/w10/amd64/viostor.{inf,sys,cat} NetKVM/w10/amd64/netkvm.{inf,sys} NetKVM/w7/amd64/netkvm.inf NetKVM/w10/x86/other.inf \
  Balloon/w10/amd64/blnsvr.exe guest-agent/qemu-ga-{x86_64,i386}.msi; do
  mkdir -p "disk/${file%/*}"
  echo "$file" >"disk/$file"
done
drivers () { guestfish --ro -a win.img -i ls /Windows/Drivers/VirtIO | paste -sd' '; }
virt-customize -q -a win.img --inject-virtio-win disk --inject-qemu-ga disk
expect_equal "$(drivers)" "blnsvr.exe netkvm.inf netkvm.sys viostor.cat viostor.inf viostor.sys"
type -p genisoimage xorrisofs mkisofs >iso || true
if [[ -s iso ]]; then
  guestfish -a win.img -i rm-rf /Windows/Drivers
  "$(head -n 1 iso)" -quiet -J -r -o disk.iso disk 2>/dev/null
  virt-customize -q -a win.img --inject-virtio-win disk.iso --inject-blnsvr disk.iso
  expect_equal "$(drivers)" "blnsvr.exe netkvm.inf netkvm.sys viostor.cat viostor.inf viostor.sys" "drivers from an ISO image"
  expect_equal "$(guestfish --ro -a win.img -i cat '/program files/Guestfs/Firstboot/blnsvr.exe')" Balloon/w10/amd64/blnsvr.exe
fi
guestfish --ro -a win.img -i >got <<'END'
cat /Windows/Drivers/VirtIO/netkvm.inf
cat /Windows/System32/drivers/viostor.sys
cat "/program files/Guestfs/Firstboot/qemu-ga.msi"
cat "/program files/Guestfs/Firstboot/scripts/5000-0003-install-virtio-win.bat"
cat "/program files/Guestfs/Firstboot/scripts/5000-0004-QEMU-Guest-Agent.bat"
download /Windows/System32/config/SOFTWARE SOFTWARE
download /Windows/System32/config/SYSTEM SYSTEM
END
for line in NetKVM/w10/amd64/netkvm.inf viostor/w10/amd64/viostor.sys guest-agent/qemu-ga-x86_64.msi pnputil 'msiexec /i "%firstboot%qemu-ga.msi"'; do
  grep -qF "$line" got || fail "no $line: $(cat got)"
done
expect_equal "$(hivexget SOFTWARE 'Microsoft\Windows\CurrentVersion' DevicePath)" '%SystemRoot%\inf;%SystemRoot%\Drivers\VirtIO'
expect_equal "$(value 'Services\viostor' ImagePath)" 'system32\drivers\viostor.sys'
mkdir empty
expect_error 'inject-virtio-win: empty: there are no drivers for this guest \(\.\.\./w10/amd64\)' virt-customize -q -a win.img --inject-virtio-win empty
expect_error 'inject-qemu-ga: empty: QEMU Guest Agent is not there' virt-customize -q -a win.img --inject-qemu-ga empty
expect_error 'inject-qemu-ga: nosuch: No such file' virt-customize -q -a win.img --inject-qemu-ga nosuch
VIRTIO_WIN=empty expect_error 'there are no drivers' virt-customize -q -a win.img --inject-virtio-win osinfo

expect_error 'has no dots' virt-customize -q -a win.img --hostname a.b
expect_error 'Windows has names such as' virt-customize -q -a win.img --timezone Europe/Berlin
expect_error '"Broken Time" is no time zone' virt-customize -q -a win.img --timezone 'Broken Time'
expect_error 'guests of type "windows"' virt-customize -q -a win.img --root-password password:x
expect_error 'programs of Windows cannot be run' virt-customize -q -a win.img --run-command dir
expect_error 'not known how to install packages' virt-customize -q -a win.img --install x
# Only what is for every guest is done.
guestfish -a win.img -i mkdir-p /tmp/x : mkdir-p /root : write /root/.bash_history x
virt-sysprep -a win.img --operations defaults,flag-reconfiguration --write /prepared.txt:x 2>/dev/null >out
expect_equal "$(guestfish --ro -a win.img -i exists /tmp/x : exists /root/.bash_history : exists /.unconfigured : exists /prepared.txt | paste -sd' ')" \
  "true true false true"
