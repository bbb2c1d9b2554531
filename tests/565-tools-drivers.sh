#!/bin/bash
# virt-drivers: a Debian guest against its own files, made trees of Linux and Windows, several guests.
source "$(dirname "$0")/functions.sh"
source "$top_srcdir/tests/inspect/windows.sh"
requires python3 xmllint
cd "$tmp"
xml () { xmllint --xpath "$1" "${2:-out.xml}"; }

# --- a small Linux with two kernels and the boot loader of a BIOS
mkdir -p root/{etc,bin,boot/grub,var/lib/dpkg} root/lib/modules/{6.1.0-9-amd64,6.1.0-18-amd64}
printf 'ID=debian\nVERSION_ID=12\n' >root/etc/os-release
printf 'Package: linux-image-6.1.0-9-amd64\nStatus: install ok installed\nVersion: 6.1.27-1\nArchitecture: amd64\n\n' >root/var/lib/dpkg/status
cp /bin/true root/bin/ls
touch root/boot/{vmlinuz,initrd.img}-6.1.0-{9,18}-amd64 root/boot/config-6.1.0-9-amd64 root/boot/grub/grub.cfg
m=root/lib/modules/6.1.0-9-amd64
printf '%s\n' 'kernel/drivers/block/virtio_blk.ko.xz: kernel/drivers/virtio/virtio.ko.xz' 'kernel/drivers/char/hw_random/virtio-rng.ko:' >$m/modules.dep
printf 'kernel/drivers/virtio/virtio_pci.ko\n' >$m/modules.builtin
printf '%s\n' '# Aliases' 'alias virtio:d00000002v* virtio_blk' 'alias pci:v0000ABCDd00001234sv0000AAAAsd0000BBBBbc01sc08i02* virtio_rng' 'alias of:N*T*Cx virtio_rng' >$m/modules.alias
printf 'virtio_pci.alias=pci:v00001AF4d*sv*sd*bc*sc*i*\0virtio_pci.license=GPL\0' >$m/modules.builtin.modinfo
printf 'kernel/x/e1000.ko\n' >root/lib/modules/6.1.0-18-amd64/modules.order
virt-make-fs --partition -t ext4 -s 60M root small.img
virt-drivers -a small.img >out.xml
expect_equal "$(xml 'string(//firmware/@type)')" bios
expect_equal "$(xml 'string(//bootloader/@type)') $(xml 'string(//bootloader/@config)')" 'grub2 /boot/grub/grub.cfg'
expect_equal "$(xml 'string(//kernel[1]/version)')" 6.1.0-18-amd64 "the newest first"
expect_equal "$(xml 'string(//kernel[2]/name)')" linux-image-6.1.0-9-amd64
expect_equal "$(xml 'string(//kernel[2]/config_file)')" /boot/config-6.1.0-9-amd64
expect_equal "$(xml '//kernel[2]/modules/module/text()' | tr -d ' \n')" virtio_blkvirtio_pcivirtio_rng
expect_equal "$(xml '//kernel[1]/modules/module/text()')" e1000 "before depmod has run"
expect_equal "$(xml 'count(//kernel[2]/*[starts-with(name(), "supports_")])')" 2
expect_equal "$(xml 'count(//kernel[1]/*[starts-with(name(), "supports_")])')" 0
virt-drivers --json -a small.img >out.json
python3 - out.json <<'PYTHON'
import json, sys
g = json.load(open(sys.argv[1]))
assert g["firmware"] == ["bios"] and g["esp"] == [], g
new, old = g["operatingsystems"][0]["kernels"]
d = {x["name"]: x for x in old["drivers"]}
assert old["supports"] == ["virtio_blk", "virtio_rng"] and new["supports"] == []
assert d["virtio_blk"]["file"] == "/lib/modules/6.1.0-9-amd64/kernel/drivers/block/virtio_blk.ko.xz", d
assert d["virtio_rng"]["hardware"] == [{"bus": "pci", "class": "010802", "vendor": "ABCD", "device": "1234", "subsystem": "BBBBAAAA",
                                        "match": "pci:v0000ABCDd00001234sv0000AAAAsd0000BBBBbc01sc08i02*"}], d
assert "file" not in d["virtio_pci"] and d["virtio_pci"]["hardware"][0]["vendor"] == "1AF4", d
PYTHON

# --- Windows 10: the drivers' own hive, and SYSTEM; before Windows 8 what is needed to boot
make_windows win "Windows 10 Pro" 10.0 19045 Client AMD64
hive win/Windows/System32/config/DRIVERS <<'END'
DriverDatabase\DeviceIds\PCI\VEN_8086&DEV_0008	machine.inf	bin	01ff0000
DriverDatabase\DeviceIds\PCI\CC_0101	mshdc.inf	bin	01ff0000
DriverDatabase\DeviceIds\PCI\VEN_1AF4&DEV_1001&SUBSYS_00021AF4&REV_00	oem3.inf	bin	01ff0000
DriverDatabase\DeviceIds\HID\VID_046D&PID_C52B&MI_01&Col02	input.inf	bin	01ff0000
DriverDatabase\DeviceIds\ACPI\PNP0303	keyboard.inf	bin	01ff0000
DriverDatabase\DeviceIds\{4d36e967-e325-11ce-bfc1-08002be10318}\x	disk.inf	bin	01ff0000
DriverDatabase\DriverInfFiles\oem3.inf	Active	sz	viostor.inf_amd64_0123456789abcdef
END
virt-make-fs -t ntfs --partition --size 64M win win.img
virt-drivers -a win.img >out.xml
expect_equal "$(xml 'count(//firmware[@type="bios"])')" 1
expect_equal "$(xml 'count(//bootloader)')" 0
expect_equal "$(xml '//driver/name/text()' | tr '\n' ' ')" "input keyboard machine mshdc viostor "
expect_equal "$(xml '//driver[name="machine"]/pci')" '<pci vendor="8086" device="0008"/>'
expect_equal "$(xml '//driver[name="mshdc"]/pci')" '<pci class="000101"/>'
expect_equal "$(xml '//driver[name="viostor"]/pci')" '<pci vendor="1AF4" device="1001" subsystem="00021AF4" revision="00"/>'
expect_equal "$(xml '//driver[name="input"]/hid')" '<hid vendor="046D" product="C52B" collection="02" identifier="01"/>'
virt-drivers --json -a win.img | python3 -c '
import json, sys
d = {x["name"]: x for x in json.load(sys.stdin)["operatingsystems"][0]["drivers"]}
assert d["viostor"]["file"] == "oem3.inf" and d["keyboard"]["hardware"] == [{"bus": "acpi", "match": "ACPI\\PNP0303"}], d'
rm -r win
make_windows win "Windows 7 Pro" 6.1 7601 Client x86
{ system_lines x86; printf 'ControlSet002\\Control\\CriticalDeviceDatabase\\pci#ven_1af4&dev_1001\tService\tsz\tviostor\n'; } | hive win/Windows/System32/config/SYSTEM
virt-make-fs -t ntfs --partition --size 64M win seven.img
virt-drivers -a seven.img >out.xml
expect_equal "$(xml '//driver/name/text()')" viostor
expect_equal "$(xml '//driver/pci')" '<pci vendor="1AF4" device="1001"/>'

# --- several guests, one of them none
truncate -s 10M empty.img
status=0; virt-drivers --jobs 2 -a small.img -a empty.img -a seven.img >out.xml 2>err || status=$?
expect_equal "$status" 1
expect_equal "$(xml '//operatingsystem/@image' | xargs)" "image=small.img image=seven.img"
grep -q 'no operating system' err || fail "nothing was said of empty.img: $(cat err)"
virt-drivers --jobs 2 --json -a small.img -a empty.img >out.json 2>/dev/null && fail "empty.img is a guest"
python3 -c '
import json, sys
l = [json.loads(x) for x in sys.stdin]
assert [x["image"] for x in l] == ["small.img", "empty.img"] and "no operating system" in l[1]["error"], l' <out.json || fail "JSON of two guests"
expect_error 'no operating system' virt-drivers -a empty.img
expect_error 'unexpected argument' virt-drivers -a small.img x
expect_error 'give a disk image' virt-drivers
expect_equal "$(virt-drivers --machine-readable)" virt-drivers

# --- the Debian guest
requires_guest
virt-drivers -a "$guest_qcow2" >out.xml
version=$(virt-ls -a "$guest_qcow2" /lib/modules)
expect_equal "$(xml 'string(//firmware)')" /dev/sda1
expect_equal "$(xml 'string(//firmware/@type)')" uefi
expect_equal "$(xml 'string(//kernel/name)')" "linux-image-$version"
{ virt-cat -a "$guest_qcow2" "/lib/modules/$version/modules.dep"; virt-cat -a "$guest_qcow2" "/lib/modules/$version/modules.builtin"; } |
  sed -E 's/\.ko.*//; s/.*\///; y/-/_/' | LC_ALL=C sort -u >wanted
xml '//kernel/modules/module/text()' | sed 's/^ *//; /^$/d' >got
diff wanted got >difference || fail "modules: $(head difference)"
