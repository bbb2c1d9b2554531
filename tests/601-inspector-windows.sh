#!/bin/bash
# Windows by its registry: versions, editions, drive letters, states, damage.
source "$(dirname "$0")/functions.sh"
source "$top_srcdir/tests/inspect/windows.sh"
requires python3
show=$top_builddir/inspector/show-system
requires_file "$show"
cd "$tmp"

facts () { timeout 120 "$show" "$1" ntfs; }
fact () { sed -n "s/^$2 //p" <<<"$1"; }

while IFS='|' read -r product version build variant machine osinfo name; do
  rm -rf w
  make_windows w "$product" "$version" "$build" "$variant" "$machine"
  got=$(facts w)
  expect_equal "$(fact "$got" osinfo)" "$osinfo" "osinfo of $product"
  expect_equal "$(fact "$got" product)" "$name" "product of $product"
  expect_equal "$(fact "$got" major).$(fact "$got" minor)" "$version" "version of $product"
  expect_equal "$(fact "$got" build_id)" "$build" "build of $product"
done <<'END'
Microsoft Windows XP|5.1|2600|-|x86|winxp|Microsoft Windows XP
Microsoft Windows XP|5.2|3790|-|AMD64|winxp|Microsoft Windows XP
Microsoft Windows Server 2003 R2|5.2|3790|-|x86|win2k3r2|Microsoft Windows Server 2003 R2
Windows Vista (TM) Business|6.0|6002|Client|x86|winvista|Windows Vista (TM) Business
Windows Server (R) 2008 Standard|6.0|6002|Server|AMD64|win2k8|Windows Server (R) 2008 Standard
Windows 7 Enterprise|6.1|7601|Client|AMD64|win7|Windows 7 Enterprise
Windows Server 2008 R2 Standard|6.1|7601|Server|AMD64|win2k8r2|Windows Server 2008 R2 Standard
Windows 8 Pro|6.2|9200|Client|AMD64|win8|Windows 8 Pro
Windows Server 2012 Standard|6.2|9200|Server|AMD64|win2k12|Windows Server 2012 Standard
Windows 8.1 Pro|6.3|9600|Client|AMD64|win8.1|Windows 8.1 Pro
Windows Server 2012 R2 Standard|6.3|9600|Server|AMD64|win2k12r2|Windows Server 2012 R2 Standard
Windows 10 Pro|10.0|19045|Client|AMD64|win10|Windows 10 Pro
Windows 10 Pro|10.0|22631|Client|AMD64|win11|Windows 11 Pro
Windows Server 2016 Standard|10.0|14393|Server|AMD64|win2k16|Windows Server 2016 Standard
Windows Server 2019 Standard|10.0|17763|Server|AMD64|win2k19|Windows Server 2019 Standard
Windows Server 2022 Standard|10.0|20348|Server Core|AMD64|win2k22|Windows Server 2022 Standard
Windows Server 2025 Datacenter|10.0|26100|Server|ARM64|win2k25|Windows Server 2025 Datacenter
END
expect_equal "$(fact "$got" arch)" aarch64
expect_equal "$(fact "$got" variant)" Server
expect_equal "$(fact "$got" hostname)" winbox "the host name of the control set in use"
expect_equal "$(fact "$got" control_set)" ControlSet002
expect_equal "$(fact "$got" systemroot)" /Windows
expect_equal "$(fact "$got" software_hive)" /Windows/System32/config/SOFTWARE
expect_equal "$(fact "$got" drive_C)" 12345678+1048576
expect_equal "$(fact "$got" drive_D)" 00112233-4455-6677-8899-aabbccddeeff
expect_equal "$(fact "$got" drive_E)" ""
expect_equal "$(fact "$got" group_policy)" 0
expect_equal "$(fact "$got" state)" clean

# Another spelling, and another place that boot.ini names.
mkdir x
mv w/Windows x/WINDOWS.0
printf '[operating systems]\r\nmulti(0)disk(0)rdisk(0)partition(1)\\Windows.0="XP" /fastdetect\r\n' >x/BOOT.INI
expect_equal "$(fact "$(facts x)" systemroot)" /WINDOWS.0

# A policy; a program's header goes before the registry.
rm -rf w
make_windows w "Windows 7" 6.1 7601 Client AMD64 'Microsoft\Windows\CurrentVersion\Group Policy\History\{1}'
printf 'MZ%058d\x40\0\0\0PE\0\0\x4c\x01' 0 >w/Windows/System32/cmd.exe
got=$(facts w)
expect_equal "$(fact "$got" group_policy)" 1
expect_equal "$(fact "$got" arch)" i386

# States.
printf 'hibr' >w/hiberfil.sys
expect_equal "$(fact "$(facts w)" state)" hibernated
printf 'wake' >w/hiberfil.sys
system_lines AMD64 | hive --dirty w/Windows/System32/config/SYSTEM
got=$(facts w)
expect_equal "$(fact "$got" state)" unclean
grep -q '^warning_.*SYSTEM: was being written' <<<"$got" || fail "no warning of a hive being written: $got"

# What can be read is told, whatever else is damaged: no hive at all, empty, cut short, not a hive, cyclic, a fifo, a link out.
damaged () # COMMAND...: what it does to the SYSTEM hive; the rest is still there
{
  rm -f w/Windows/System32/config/SYSTEM
  system_lines AMD64 | hive w/Windows/System32/config/SYSTEM
  (cd w/Windows/System32/config && "$@")
  got=$(facts w) || fail "inspection fails after $*"
  expect_equal "$(fact "$got" product)" "Windows 7" "product after $*"
  expect_equal "$(fact "$got" control_set)" unknown "control set after $*"
  grep -q '^warning_' <<<"$got" || fail "no warning after $*: $got"
}
damaged rm SYSTEM
damaged truncate -s 0 SYSTEM
damaged truncate -s 4096 SYSTEM
damaged dd if=/dev/zero of=SYSTEM bs=1k count=9 status=none
damaged hive --cyclic SYSTEM
damaged bash -c 'rm SYSTEM && mkfifo SYSTEM'
damaged ln -sf /proc/kcore SYSTEM
damaged bash -c 'rm SYSTEM && ln -s SYSTEM SYSTEM'
damaged bash -c 'rm -f SYSTEM; truncate -s 10G SYSTEM'
# Any byte of it may be anything.
system_lines AMD64 | hive good
size=$(stat -c %s good)
for ((i = 0; i < 60; i++)); do
  rm -f w/Windows/System32/config/SYSTEM
  cp good w/Windows/System32/config/SYSTEM
  python3 - "$i" "$size" w/Windows/System32/config/SYSTEM <<'PY'
import random, sys
random.seed(int(sys.argv[1]))
with open(sys.argv[3], "r+b") as f:
    for _ in range(random.randint(1, 40)):
        f.seek(random.randrange(4096, int(sys.argv[2])))
        f.write(bytes([random.choice([0, 1, 127, 255, random.randrange(256)])]))
PY
  facts w >/dev/null || fail "inspection fails with the bytes of seed $i"
done

# In a machine: NTFS, with letters for real partitions, on two disks.
requires_file "$top_builddir/appliance/root.img"
requires guestfish
rm -rf w
mkdir -p "w/ProgramData/microsoft/Windows Live"
printf '\x89PNG\r\n\x1a\nlogo' >"w/ProgramData/microsoft/Windows Live/WLIVE48x48.png"
disk_id=efbeadde offset=0000100000000000 guid=33221100554477668899aabbccddeeff make_windows w "Windows 10 Pro" 10.0 19045 Client AMD64
tar -C w -cf w.tar .
guestfish <<'FISH'
sparse disk.img 60M
sparse other.img 30M
run
part-init /dev/sda mbr
part-add /dev/sda p 2048 65535
part-add /dev/sda p 65536 -2048
pwrite-device /dev/sda "\xef\xbe\xad\xde" 440
part-disk /dev/sdb gpt
part-set-gpt-guid /dev/sdb 1 00112233-4455-6677-8899-aabbccddeeff
mkfs ntfs /dev/sda1
mkfs ntfs /dev/sda2
mkfs ntfs /dev/sdb1
mount /dev/sda1 /
tar-in w.tar /
FISH
guestfish --ro -a disk.img -a other.img run : inspect-os : inspect-get-product-name /dev/sda1 : \
  inspect-get-drive-mappings /dev/sda1 : inspect-get-windows-systemroot /dev/sda1 : inspect-get-windows-system-hive /dev/sda1 : \
  inspect-get-windows-current-control-set /dev/sda1 : inspect-get-windows-group-policy /dev/sda1 : \
  inspect-get-windows-state /dev/sda1 : inspect-get-hostname /dev/sda1 : inspect-get-osinfo /dev/sda1 >out
diff -u out - <<'END' || fail "Windows in a machine"
/dev/sda1
Windows 10 Pro
C: /dev/sda1
D: /dev/sdb1
/Windows
/Windows/System32/config/SYSTEM
ControlSet002
false
clean
winbox
win10
END
guestfish --ro -a disk.img run : inspect-os : inspect-get-icon /dev/sda1 | matches logo || fail "no picture of Windows"
