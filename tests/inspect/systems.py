#!/usr/bin/env python3
"""Small trees that look like every system that inspection knows, and what it should say of them.

  systems.py make DIR        writes DIR/NAME/ for each, and DIR/list: NAME and filesystem type
  systems.py check [KEY...]  reads "@ NAME" and "key value" lines from stdin, and compares what is said of each; with
                             keys, a line of that block is the value of the first, second, ... key

A tree has no more than what a system is told by.  Paths that end with / are folders, values that begin with > are
links, bytes are written as they are, and the word ELF:machine:class:endianness is the head of a program.
"""
import os
import struct
import sys


def elf(machine, bits=64, little=True):
    head = b"\x7fELF" + bytes([2 if bits == 64 else 1, 1 if little else 2, 1]) + bytes(9)
    return head + struct.pack(("<" if little else ">") + "HH", 2, machine) + bytes(40)


def pe(machine):
    return b"MZ" + bytes(58) + struct.pack("<I", 128) + bytes(64) + b"PE\0\0" + struct.pack("<H", machine) + bytes(64)


X86_64, I386, ARM64 = elf(62), elf(3, 32), elf(183)
BASE = {"bin/": None, "usr/": None, "lib/": None, "sbin/": None, "bin/ls": X86_64,
        "etc/fstab": "/dev/sda1 / ext4 defaults 0 1\n"}
LINUX = {"type": "linux", "arch": "x86_64"}
SYSTEMS = []


def system(name, files, base=BASE, fs="ext4", **want):
    """`want`: type, distro, major, minor, product, variant, format_, management, hostname, ..."""
    tree = dict(base)
    tree.update(files)
    SYSTEMS.append((name, fs, {k: v for k, v in tree.items() if v is not Ellipsis}, want))


def linux(name, files, distro, major, minor, package_format, package_management, **want):
    everything = dict(LINUX, distro=distro, major=major, minor=minor, package_format=package_format,
                      package_management=package_management)
    everything.update(want)
    system(name, files, **everything)


def os_release(**keys):
    return "".join('%s="%s"\n' % (k, v) for k, v in keys.items())


def by_os_release(name, distro, major, minor, package_format, package_management, id_, version=None, more=None,
                  **want):
    keys = {"NAME": "x", "ID": id_, "PRETTY_NAME": "Product of %s" % name}
    if version:
        keys["VERSION_ID"] = version
    keys.update(want.pop("keys", {}))
    files = {"usr/lib/os-release": os_release(**keys), "etc/os-release": ">../usr/lib/os-release"}
    files.update(more or {})
    want.setdefault("product", "Product of %s" % name)
    linux(name, files, distro, major, minor, package_format, package_management, **want)


R = by_os_release
# --- by os-release
R("alpine-3.19", "alpinelinux", 3, 19, "apk", "apk", "alpine", "3.19.1",
  {"etc/alpine-release": "3.19.1\n", "etc/hostname": "alpine\n"}, hostname="alpine", osinfo="alpinelinux3.19")
R("alt-p10", "altlinux", 10, 2, "rpm", "apt", "altlinux", "10.2",
  {"etc/sysconfig/network": "NETWORKING=yes\nHOSTNAME=alt.example\n"}, hostname="alt.example")
R("arch", "archlinux", 0, 0, "pacman", "pacman", "arch", None, {"etc/arch-release": ""},
  keys={"BUILD_ID": "rolling"}, build_id="rolling", osinfo="archlinux")
R("manjaro", "archlinux", 0, 0, "pacman", "pacman", "manjaro", None, keys={"ID_LIKE": "arch"})
R("buildroot", "buildroot", 2023, 2, "unknown", "unknown", "buildroot", "2023.02")
R("centos-7", "centos", 7, 9, "rpm", "yum", "centos", "7",
  {"etc/centos-release": "CentOS Linux release 7.9.2009 (Core)\n"}, osinfo="centos7.9")
R("centos-stream-9", "centos", 9, 0, "rpm", "dnf", "centos", "9",
  {"etc/centos-release": "CentOS Stream release 9\n"}, keys={"PRETTY_NAME": "CentOS Stream 9"},
  product="CentOS Stream 9", osinfo="centos-stream9")
R("circle-8", "circle", 8, 9, "rpm", "dnf", "circle", "8.9", osinfo="circle8")
R("cirros-0.6", "cirros", 0, 6, "unknown", "unknown", "cirros", "0.6.2")
R("coreos", "coreos", 2512, 3, "unknown", "unknown", "coreos", "2512.3.0")
R("flatcar", "coreos", 3510, 2, "unknown", "unknown", "flatcar", "3510.2.8", keys={"ID_LIKE": "coreos"})
R("debian-12", "debian", 12, 5, "deb", "apt", "debian", "12",
  {"etc/debian_version": "12.5\n", "etc/hostname": "# name\n\nbox\n"}, hostname="box", osinfo="debian12")
R("debian-sid", "debian", 0, 0, "deb", "apt", "debian", None, {"etc/debian_version": "trixie/sid\n"})
R("raspbian", "debian", 11, 0, "deb", "apt", "raspbian", "11", keys={"ID_LIKE": "debian"})
R("fedora-38", "fedora", 38, 0, "rpm", "dnf", "fedora", "38", keys={"VARIANT": "Server Edition"},
  variant="Server Edition", osinfo="fedora38")
R("fedora-21", "fedora", 21, 0, "rpm", "yum", "fedora", "21")
R("frugalware", "frugalware", 2, 1, "unknown", "unknown", "frugalware", "2.1")
R("gentoo", "gentoo", 2, 14, "ebuild", "portage", "gentoo", "2.14",
  {"etc/conf.d/hostname": 'hostname="larry"\n'}, hostname="larry", osinfo="gentoo")
R("kali", "kalilinux", 2023, 4, "deb", "apt", "kali", "2023.4")
R("kylin", "kylin", 10, 0, "deb", "apt", "kylin", "v10")
R("mint-21", "linuxmint", 21, 2, "deb", "apt", "linuxmint", "21.2", keys={"ID_LIKE": "ubuntu debian"})
R("mint-17", "linuxmint", 17, 0, "deb", "apt", "ubuntu", "14.04",
  {"etc/lsb-release": 'DISTRIB_ID=LinuxMint\nDISTRIB_RELEASE=17\nDISTRIB_DESCRIPTION="Linux Mint 17 Qiana"\n'},
  product="Linux Mint 17 Qiana")
R("mageia-9", "mageia", 9, 0, "rpm", "urpmi", "mageia", "9", osinfo="mageia9")
R("neokylin", "neokylin", 7, 0, "rpm", "yum", "neokylin", "V7Update6")
R("opencloudos", "opencloudos", 9, 0, "rpm", "dnf", "opencloudos", "9.0")
R("openeuler", "openeuler", 22, 3, "rpm", "dnf", "openEuler", "22.03")
R("openmandriva-5", "openmandriva", 5, 0, "rpm", "dnf", "openmandriva", "5.0")
R("openmandriva-3", "openmandriva", 3, 0, "rpm", "urpmi", "openmandriva", "3.0")
R("leap", "opensuse", 15, 5, "rpm", "zypper", "opensuse-leap", "15.5", {"etc/HOSTNAME": "leap\n"},
  hostname="leap", osinfo="opensuse15.5")
R("tumbleweed", "opensuse", 20240131, 0, "rpm", "zypper", "opensuse-tumbleweed", "20240131",
  osinfo="opensusetumbleweed")
R("microos", "opensuse", 20240131, 0, "rpm", "zypper", "opensuse-microos", "20240131")
R("oracle-8", "oraclelinux", 8, 9, "rpm", "dnf", "ol", "8.9", {"etc/oracle-release": "Oracle Linux 8.9\n"},
  osinfo="ol8.9")
R("oracle-7", "oraclelinux", 7, 9, "rpm", "yum", "ol", "7.9")
R("pardus-23", "pardus", 23, 0, "deb", "apt", "pardus", "23.0", {"var/lib/dpkg/status": ""})
R("pld", "pldlinux", 3, 0, "rpm", "unknown", "pld", "3.0")
R("rhel-9", "rhel", 9, 3, "rpm", "dnf", "rhel", "9.3", osinfo="rhel9.3")
R("rocky-9", "rocky", 9, 3, "rpm", "dnf", "rocky", "9.3", osinfo="rocky9")
R("scientific-7", "scientificlinux", 7, 9, "rpm", "yum", "scientific", "7.9")
R("alma", "redhat-based", 9, 3, "rpm", "dnf", "almalinux", "9.3", {"usr/bin/dnf": ""},
  keys={"ID_LIKE": "rhel centos fedora"})
R("amazon-2", "redhat-based", 2, 0, "rpm", "yum", "amzn", "2", keys={"ID_LIKE": "centos rhel fedora"})
R("gecko", "suse-based", 999, 230526, "rpm", "zypper", "geckolinux", "999.230526", keys={"ID_LIKE": "suse opensuse"})
R("sles-15", "sles", 15, 5, "rpm", "zypper", "sles", "15.5", osinfo="sle15sp5")
R("sled-12", "sles", 12, 4, "rpm", "zypper", "sled", "12.4",
  keys={"PRETTY_NAME": "SUSE Linux Enterprise Desktop 12 SP4"},
  product="SUSE Linux Enterprise Desktop 12 SP4", osinfo="sled12sp4")
R("sle-micro", "sles", 5, 4, "rpm", "zypper", "sle-micro", "5.4")
R("slackware-15", "slackware", 15, 0, "unknown", "unknown", "slackware", "15.0")
R("tencentos", "tencentos", 3, 1, "rpm", "dnf", "tencentos", "3.1")
R("ubuntu-22.04", "ubuntu", 22, 4, "deb", "apt", "ubuntu", "22.04", osinfo="ubuntu22.04")
R("pop", "ubuntu", 22, 4, "deb", "apt", "pop", "22.04", keys={"ID_LIKE": "ubuntu debian"})
R("void", "voidlinux", 0, 0, "xbps", "xbps", "void", None, osinfo="voidlinux")
R("unheard-of", "unknown", 3, 2, "unknown", "unknown", "unheardof", "3.2")
R("aarch64", "fedora", 40, 0, "rpm", "dnf", "fedora", "40", {"bin/ls": ARM64}, arch="aarch64")
R("i386", "debian", 11, 0, "deb", "apt", "debian", "11", {"bin/ls": I386}, arch="i386")
R("ppc64le", "rhel", 8, 4, "rpm", "dnf", "rhel", "8.4", {"bin/ls": elf(21)}, arch="ppc64le")
R("s390x", "sles", 15, 0, "rpm", "zypper", "sles", "15", {"bin/ls": elf(22, 64, False)}, arch="s390x")
R("riscv64", "debian", 13, 0, "deb", "apt", "debian", "13", {"bin/ls": elf(243)}, arch="riscv64")
R("loongarch64", "openeuler", 24, 3, "rpm", "dnf", "openEuler", "24.03", {"bin/ls": elf(258)}, arch="loongarch64")
R("no-programs", "debian", 12, 0, "deb", "apt", "debian", "12", {"bin/ls": "#!/bin/sh\n"}, arch="unknown")
# A container's tree has no fstab, and /bin may be a link.
R("container", "alpinelinux", 3, 20, "apk", "apk", "alpine", "3.20.0",
  {"etc/fstab": ..., "bin/": ..., "bin": ">usr/bin", "bin/ls": ..., "sbin/": ..., "usr/bin/ls": X86_64})


def by_file(name, path, text, distro, major, minor, package_format, package_management, more=None, **want):
    files = {path: text}
    files.update(more or {})
    linux(name, files, distro, major, minor, package_format, package_management, **want)


F = by_file
# --- by the files that distributions had before
F("rhel-6", "etc/redhat-release", "Red Hat Enterprise Linux Server release 6.5 (Santiago)\n", "rhel", 6, 5, "rpm", "yum",
  product="Red Hat Enterprise Linux Server release 6.5 (Santiago)", osinfo="rhel6.5")
F("rhel-4", "etc/redhat-release", "Red Hat Enterprise Linux AS release 4 (Nahant Update 8)\n", "rhel", 4, 8, "rpm",
  "up2date", {"etc/sysconfig/network": 'HOSTNAME="old.example"\n'}, hostname="old.example")
F("redhat-9", "etc/redhat-release", "Red Hat Linux release 9 (Shrike)\n", "redhat-based", 9, 0, "rpm", "yum")
F("centos-5", "etc/redhat-release", "CentOS release 5.11 (Final)\n", "centos", 5, 11, "rpm", "yum")
F("centos-6", "etc/centos-release", "CentOS release 6.10 (Final)\n", "centos", 6, 10, "rpm", "yum",
  {"etc/redhat-release": ">centos-release"})
F("scientific-6", "etc/redhat-release", "Scientific Linux release 6.5 (Carbon)\n", "scientificlinux", 6, 5, "rpm", "yum")
F("oracle-6", "etc/oracle-release", "Oracle Linux Server release 6.5\n", "oraclelinux", 6, 5, "rpm", "yum",
  {"etc/redhat-release": "Red Hat Enterprise Linux Server release 6.5 (Santiago)\n"})
F("fedora-core-6", "etc/fedora-release", "Fedora Core release 6 (Zod)\n", "fedora", 6, 0, "rpm", "yum",
  {"etc/redhat-release": ">fedora-release"})
F("mandriva", "etc/mandriva-release", "Mandriva Linux release 2011.0 (Official) for x86_64\n", "mandriva", 2011, 0,
  "rpm", "urpmi", {"etc/redhat-release": ">mandriva-release"})
F("meego", "etc/meego-release", "MeeGo release 1.2 (MeeGo)\n", "meego", 1, 2, "rpm", "yum")
F("alt-6", "etc/altlinux-release", "ALT Linux 6.0.1 Centaurus\n", "altlinux", 6, 0, "rpm", "apt",
  {"etc/redhat-release": ">altlinux-release"})
F("pld-2", "etc/pld-release", "2.0 PLD Linux (Ac)\n", "pldlinux", 2, 0, "rpm", "unknown")
F("sles-11", "etc/SuSE-release", "SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\nPATCHLEVEL = 4\n", "sles",
  11, 4, "rpm", "zypper", {"etc/HOSTNAME": "eleven.example\n"}, hostname="eleven.example", osinfo="sles11sp4")
F("opensuse-13", "etc/SuSE-release", "openSUSE 13.1 (x86_64)\nVERSION = 13.1\nCODENAME = Bottle\n", "opensuse", 13, 1,
  "rpm", "zypper")
F("suse-10", "etc/SuSE-release", "SUSE LINUX 10.1 (i586)\nVERSION = 10.1\n", "suse-based", 10, 1, "rpm", "zypper")
F("debian-6", "etc/debian_version", "6.0.10\n", "debian", 6, 0, "deb", "apt", product="Debian 6.0.10")
F("ubuntu-10.04", "etc/lsb-release",
  'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=10.04\nDISTRIB_CODENAME=lucid\nDISTRIB_DESCRIPTION="Ubuntu 10.04.4 LTS"\n',
  "ubuntu", 10, 4, "deb", "apt", {"etc/debian_version": "squeeze/sid\n"}, product="Ubuntu 10.04.4 LTS")
F("gentoo-1", "etc/gentoo-release", "Gentoo Base System release 1.12\n", "gentoo", 1, 12, "ebuild", "portage")
F("slackware-14", "etc/slackware-version", "Slackware 14.2\n", "slackware", 14, 2, "unknown", "unknown",
  {"etc/HOSTNAME": "slack.example.net\n"}, hostname="slack.example.net")
F("pardus-2011", "etc/pardus-release", "Pardus 2011.2 Cervus elaphus\n", "pardus", 2011, 2, "pisi", "pisi")
F("frugalware-1", "etc/frugalware-release", "Frugalware 1.9 (Arcturus)\n", "frugalware", 1, 9, "unknown", "unknown")
F("ttylinux", "etc/ttylinux-target", "ttylinux-16.1\n", "ttylinux", 16, 1, "unknown", "unknown")
F("cirros-0.3", "etc/cirros/version", "0.3.4\n", "cirros", 0, 3, "unknown", "unknown")
F("buildroot-old", "etc/br-version", "2011.08\n", "buildroot", 2011, 8, "unknown", "unknown")
F("alpine-2", "etc/alpine-release", "2.7.9\n", "alpinelinux", 2, 7, "apk", "apk")
F("arch-old", "etc/arch-release", "", "archlinux", 0, 0, "pacman", "pacman", {"etc/rc.conf": 'HOSTNAME="archbox"\n'},
  hostname="archbox")

# --- other systems
BSD = {"etc/": None, "bin/": None, "bin/ls": X86_64, "lib/": None}
system("freebsd-13", {"bin/freebsd-version": '#!/bin/sh\nset -e\nUSERLAND_VERSION="13.2-RELEASE-p1"\n',
                      "etc/fstab": "/dev/ada0p2 / ufs rw 1 1\n", "etc/rc.conf": 'hostname="beastie"\n'}, BSD,
       type="freebsd", distro="freebsd", major=13, minor=2, product="FreeBSD 13.2-RELEASE-p1", hostname="beastie",
       package_format="unknown", arch="x86_64", osinfo="freebsd13.2")
system("freebsd-9", {"etc/freebsd-update.conf": "Components src world\n",
                     "etc/motd": "FreeBSD 9.1-RELEASE (GENERIC) #0 r243825\n"}, BSD,
       type="freebsd", distro="freebsd", major=9, minor=1, product="FreeBSD 9.1-RELEASE (GENERIC)")
system("netbsd-9", {"netbsd": "x", "etc/release": "NetBSD 9.3/amd64\nBuild settings:\n",
                    "etc/rc.conf": "hostname=daemon\n"}, BSD,
       type="netbsd", distro="netbsd", major=9, minor=3, product="NetBSD 9.3/amd64", hostname="daemon",
       package_format="pkgsrc", package_management="unknown", osinfo="netbsd9.3")
system("openbsd-7", {"bsd": "x", "etc/fstab": "0123456789abcdef.a / ffs rw 1 1\n", "etc/myname": "puffy.example\n",
                     "etc/motd": "OpenBSD 7.4 (GENERIC.MP) #1397: Tue Oct 10 09:02:37 MDT 2023\n"}, BSD,
       type="openbsd", distro="openbsd", major=7, minor=4, product="OpenBSD 7.4 (GENERIC.MP)",
       hostname="puffy.example", osinfo="openbsd7.4")
system("minix-3", {"service/vm": "x", "etc/version": "3.3.0\n", "etc/fstab": "/dev/c0d0p0s0 / mfs rw\n",
                   "etc/hostname.file": "minix\n"}, BSD,
       type="minix", distro="unknown", major=3, minor=3, hostname="minix", product="MINIX 3.3.0")
system("hurd", {"hurd/console": "x", "hurd/null": "x", "hurd/hello": "x", "etc/debian_version": "12.0\n",
                "etc/os-release": os_release(ID="debian", VERSION_ID="12", PRETTY_NAME="Debian GNU/Hurd 12")}, BSD,
       type="hurd", distro="debian", major=12, minor=0, product="Debian GNU/Hurd 12", package_format="deb")
system("freedos", {"KERNEL.SYS": "x", "COMMAND.COM": "x", "FDOS/VERSION.FDI": "PRODUCT=FreeDOS\r\nVERSION=1.3\r\n"}, {},
       "vfat", type="dos", distro="freedos", major=1, minor=3, product="FreeDOS 1.3", arch="i386")
system("msdos", {"IO.SYS": "x", "MSDOS.SYS": "x", "COMMAND.COM": "x"}, {}, "vfat",
       type="dos", distro="msdos", product="MS-DOS", major=0)

# --- ostree
TREE = "ostree/deploy/fedora-coreos/deploy/%s.0/"
system("ostree", {TREE % "aa" + "etc/hostname": "old\n", TREE % "aa" + "usr/lib/os-release": os_release(ID="fedora", VERSION_ID="39"),
                  TREE % "bb" + "etc/hostname": "new\n", TREE % "bb" + "usr/bin/ls": X86_64,
                  TREE % "bb" + "usr/lib/os-release": os_release(ID="fedora", VERSION_ID="40", VARIANT="CoreOS"),
                  (TREE % "bb")[:-1] + ".origin": "[origin]\n",
                  "ostree/deploy/fedora-coreos/var/lib/": None, "boot/": None, "dev/": None}, {},
       type="linux", distro="fedora", major=40, variant="CoreOS", hostname="new", arch="x86_64",
       tree="/" + (TREE % "bb")[:-1])

# --- discs
ISO = dict(format="installer")
system("iso-debian", {".disk/info": 'Debian GNU/Linux 12.5.0 "Bookworm" - Official amd64 NETINST with firmware 20240210\n'},
       {}, "iso9660", type="linux", distro="debian", major=12, minor=5, netinst=1, live=0, arch="x86_64",
       product='Debian GNU/Linux 12.5.0 "Bookworm"', **ISO)
system("iso-debian-dvd", {".disk/info": 'Debian GNU/Linux 12.5.0 "Bookworm" - Official amd64 DVD Binary-1 with firmware\n'},
       {}, "iso9660", type="linux", distro="debian", multipart=1, netinst=0, **ISO)
system("iso-ubuntu", {".disk/info": 'Ubuntu 22.04.3 LTS "Jammy Jellyfish" - Release amd64 (20230807.2)\n',
                      "casper/filesystem.squashfs": "x"}, {}, "iso9660",
       type="linux", distro="ubuntu", major=22, minor=4, live=1, arch="x86_64", **ISO)
system("iso-rhel", {".treeinfo": "[general]\nfamily = Red Hat Enterprise Linux\nversion = 8.9\narch = x86_64\n",
                    "BaseOS/": None}, {}, "iso9660", type="linux", distro="rhel", major=8, minor=9, netinst=0,
       arch="x86_64", product="Red Hat Enterprise Linux 8.9", package_management="dnf", **ISO)
system("iso-fedora-netinst", {".treeinfo": "[general]\nfamily = Fedora\nversion = 39\narch = aarch64\n"}, {}, "iso9660",
       type="linux", distro="fedora", major=39, netinst=1, arch="aarch64", **ISO)
system("iso-fedora-live", {"LiveOS/squashfs.img": "x", "EFI/BOOT/grub.cfg":
                           "menuentry 'Start Fedora-Workstation-Live 38' --class fedora {\n linux /images/vmlinuz-x86_64\n}\n"},
       {}, "iso9660", type="linux", distro="fedora", major=38, live=1, **ISO)
system("iso-leap", {"media.1/products": "/ openSUSE-Leap 15.5-1\n", "x86_64/": None, "noarch/": None}, {}, "iso9660",
       type="linux", distro="opensuse", major=15, minor=5, arch="x86_64", netinst=0, **ISO)
system("iso-arch", {"arch/version": "2023.12.01\n", "arch/boot/x86_64/vmlinuz-linux": "x"}, {}, "iso9660",
       type="linux", distro="archlinux", live=1, arch="x86_64", **ISO)
system("iso-alpine", {".alpine-release": "alpine-standard-3.19.0 231207\n"}, {}, "iso9660",
       type="linux", distro="alpinelinux", major=3, minor=19, live=1, **ISO)
system("iso-mageia", {"x86_64/product.id": "vendor=Mageia.Org,distribution=Mageia,type=Basic,version=9,branch=Official,arch=x86_64\n"},
       {}, "iso9660", type="linux", distro="mageia", major=9, arch="x86_64", **ISO)
system("iso-windows", {"sources/install.wim": "x", "setup.exe": "x"}, {}, "iso9660", type="windows",
       distro="windows", **ISO)
system("iso-xp", {"I386/TXTSETUP.SIF": "[SetupData]\r\nMajorVersion=5\r\nMinorVersion=1\r\n"}, {}, "iso9660",
       type="windows", major=5, minor=1, arch="i386", **ISO)

# --- no systems
for name, tree in (("empty", {}), ("files", {"a": "x", "home/me/.bashrc": "x"}), ("etc-only", {"etc/motd": "x"}),
                   ("boot", {"vmlinuz-6.1": "x", "grub/grub.cfg": "x", "loader/": None}),
                   ("usr", {"bin/": None, "lib/": None, "share/": None, "local/": None}),
                   ("iso-data", {"file": "x"})):
    system("no-" + name, tree, {}, "iso9660" if name == "iso-data" else "ext4", none=1)


def write(dir_name, tree):
    os.makedirs(dir_name)
    for path, what in tree.items():
        full = os.path.join(dir_name, path)
        os.makedirs(full if path.endswith("/") else os.path.dirname(full), exist_ok=True)
        if path.endswith("/"):
            continue
        if isinstance(what, str) and what.startswith(">"):
            os.symlink(what[1:], full)
        else:
            with open(full, "wb") as out:
                out.write(what if isinstance(what, bytes) else what.encode())
    # The tree that was deployed last is the one with the later file.
    for path in tree:
        if path.endswith(".origin"):
            os.utime(os.path.join(dir_name, path), (2e9, 2e9))


def blocks(keys):
    """NAME and what is said of it, from stdin."""
    name, got, n = None, {}, 0
    for line in sys.stdin:
        line = line.rstrip("\n")
        if line.startswith("@ "):
            if name:
                yield name, got
            name, got, n = line[2:], {}, 0
        elif name and keys:
            got[keys[n]] = line
            n += 1
        elif name:
            key, _, value = line.partition(" ")
            got[key] = value
    if name:
        yield name, got


def check(name, got, keys):
    want = next(w for n, _, _, w in SYSTEMS if n == name)
    if want.get("none"):
        return ["found: %s" % got] if got else []
    return ["%s is %r, should be %r" % (k, got.get(k), str(v)) for k, v in want.items()
            if (not keys or k in keys) and got.get(k) != str(v)]


def main():
    faults = 0
    if sys.argv[1] == "make":
        for name, _, tree, _ in SYSTEMS:
            write(os.path.join(sys.argv[2], name), tree)
        with open(os.path.join(sys.argv[2], "list"), "w") as out:
            out.writelines("%s %s\n" % (n, fs) for n, fs, _, _ in SYSTEMS)
        return
    for name, got in blocks(sys.argv[2:]):
        for fault in check(name, got, sys.argv[2:]):
            print("%s: %s" % (name, fault), file=sys.stderr)
            faults += 1
    sys.exit(1 if faults else 0)


main()
