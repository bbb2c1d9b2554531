#!/bin/bash
# Discs to install from and to run from, as ISO images: alone they are told, beside an installed system they are not in the way.
source "$(dirname "$0")/functions.sh"
requires guestfish genisoimage mksquashfs mke2fs python3
requires_file "$top_builddir/appliance/root.img"
cd "$tmp"

disc () # NAME ARGUMENTS
{
  local name=$1
  shift
  genisoimage -quiet -R -J -V "${name^^}" -o "$name.iso" "$@" "$name" 2>log || fail "genisoimage: $(cat log)"
}

# --- Debian's, for the network
mkdir -p debian/{.disk,install.amd,pool}
printf 'Debian GNU/Linux 12.5.0 "Bookworm" - Official amd64 NETINST with firmware 20240210\n' >debian/.disk/info
disc debian

# --- Fedora's to install, with packages
mkdir -p rhel/{BaseOS,AppStream,images}
printf '[general]\nfamily = Red Hat Enterprise Linux\nversion = 9.3\narch = x86_64\ntotaldiscs = 1\n' >rhel/.treeinfo
disc rhel

# --- Fedora's to run from: a filesystem in a squashfs, which is no root of a disk
mkdir -p root/{etc,bin,usr/lib,proc} stage/LiveOS live/{LiveOS,EFI/BOOT}
printf 'ID=fedora\nVERSION_ID=39\nPRETTY_NAME="Fedora Linux 39 (Workstation Edition)"\n' >root/etc/os-release
mke2fs -q -t ext4 -d root stage/LiveOS/rootfs.img 4M 2>/dev/null
mksquashfs stage live/LiveOS/squashfs.img -quiet -no-progress >/dev/null
printf "menuentry 'Start Fedora-Workstation-Live 39' --class fedora {\n linux /images/pxeboot/vmlinuz root=live:x rd.live.image x86_64\n}\n" >live/EFI/BOOT/grub.cfg
disc live

# --- Ubuntu's, which does both
mkdir -p ubuntu/{.disk,casper}
printf 'Ubuntu 22.04.3 LTS "Jammy Jellyfish" - Release amd64 (20230807.2)\n' >ubuntu/.disk/info
mksquashfs root ubuntu/casper/filesystem.squashfs -quiet -no-progress >/dev/null
disc ubuntu

# --- Windows: what the image to install says of itself, which is not compressed; on UDF, as Microsoft has it
mkdir -p windows/sources wrong/sources
touch windows/setup.exe
python3 - <<'PYTHON'
import struct
def wim(path, images, arch, build, kind):
    xml = "<WIM><TOTALBYTES>1</TOTALBYTES>"
    for i, name in enumerate(images):
        xml += ("<IMAGE INDEX=\"%d\"><WINDOWS><ARCH>%d</ARCH><INSTALLATIONTYPE>%s</INSTALLATIONTYPE><VERSION><MAJOR>10</MAJOR><MINOR>0</MINOR>"
                "<BUILD>%d</BUILD></VERSION></WINDOWS><NAME>%s</NAME></IMAGE>" % (i + 1, arch, kind, build, name))
    data = b"\xff\xfe" + (xml + "</WIM>").encode("utf-16-le")
    head = bytearray(208)
    struct.pack_into("<8sII", head, 0, b"MSWIM", 208, 0x10d00)
    struct.pack_into("<QQQ", head, 72, len(data) | 2 << 56, 5000, len(data))
    open(path, "wb").write(bytes(head).ljust(5000, b"x") + data)
wim("windows/sources/install.wim", ["Windows 11 Home", "Windows 11 Pro", "Windows 11 Pro N"], 9, 22631, "Client")
wim("wrong/sources/install.wim", ["x"], 9, 22631, "Client")
data = bytearray(open("wrong/sources/install.wim", "rb").read())
struct.pack_into("<QQ", data, 72, 0xfffff, 1 << 62)
open("wrong/sources/install.wim", "wb").write(data)
PYTHON
disc windows -udf
disc wrong

discs=(debian rhel live ubuntu windows wrong)
args=()
{
  printf 'run\ninspect-os\n'
  for i in "${!discs[@]}"; do
    d=/dev/sd$(printf '%b' "\\x$(printf %x $((97 + i)))")
    args+=(-a "${discs[i]}.iso")
    echo "echo ${discs[i]}"
    for call in format type distro product-name product-variant major-version arch osinfo; do echo "-inspect-get-$call $d"; done
    printf -- '-inspect-is-live %s\n-inspect-is-netinst %s\n-inspect-list-applications2 %s\n' $d $d $d
  done
} >script
guestfish --ro "${args[@]}" -f script >out
sed '1,6d' out | paste -sd ' ' | sed 's/ \(rhel\|live\|ubuntu\|windows\|wrong\) installer/\n\1 installer/g' >lines
expect_equal "$(head -6 out | paste -sd ' ')" "/dev/sda /dev/sdb /dev/sdc /dev/sdd /dev/sde /dev/sdf" "the discs"
diff -u - lines <<'END' || fail "what discs are"
debian installer linux debian Debian GNU/Linux 12.5.0 "Bookworm" unknown 12 x86_64 debian12 false true
rhel installer linux rhel Red Hat Enterprise Linux 9.3 unknown 9 x86_64 rhel9.3 false false
live installer linux fedora Fedora-Workstation-Live 39 unknown 39 x86_64 fedora39 true false
ubuntu installer linux ubuntu Ubuntu 22.04.3 LTS "Jammy Jellyfish" unknown 22 x86_64 ubuntu22.04 true false
windows installer windows windows Windows 11 Client 10 x86_64 win11 false false
wrong installer windows windows unknown unknown 0 unknown unknown false false
END

# virt-inspector has no fault to find in a disc without a database of packages.
virt-inspector --json debian.iso >told 2>errors || fail "virt-inspector: $(cat errors)"
[[ ! -s errors ]] || fail "virt-inspector complains of a disc: $(cat errors)"
# A disc is seen where callers say -i, and can be looked into.
expect_equal "$(guestfish --ro -a debian.iso -i ls /)" $'.disk\ninstall.amd\npool' "files of a disc"

# The disc that is still in the drive does not hide the system, nor make two of one.
mke2fs -q -t ext4 -d root installed.img 8M 2>/dev/null
expect_equal "$(guestfish --ro -a debian.iso -a installed.img run : inspect-os : inspect-get-product-name /dev/sdb)" \
  $'/dev/sdb\nFedora Linux 39 (Workstation Edition)' "a disc beside a system"
virt-cat -a installed.img -a windows.iso /etc/os-release | matches '^ID=fedora' || fail "virt-cat with a disc in the drive"
