#!/bin/bash
# FreeBSD, NetBSD, OpenBSD, Minix and Hurd on disks as they partition them: disklabels in slices, subpartitions, GPT; their
# names of partitions lead to what the kernel made of them.
source "$(dirname "$0")/functions.sh"
requires guestfish python3 makefs sfdisk
requires_file "$top_builddir/appliance/root.img"
cd "$tmp"

systems () { python3 "$top_srcdir/tests/inspect/systems.py" "$@"; }
disk () { python3 "$top_srcdir/tests/inspect/bsddisk.py" "$@"; }
systems make trees
ffs () # FILE TREE VERSION MIB
{
  if [[ $3 == 1 ]]; then
    makefs -t ffs -s "$4m" "$1" "$2" >/dev/null
  else
    python3 "$top_srcdir/tests/inspect/ufs2.py" "$1" "$2" "$4"
  fi
}
look () # ARGUMENTS: roots, then of each: type, product, host name, mounts, filesystems, warnings
{
  local root
  guestfish --ro "$@" run : inspect-os >roots
  {
    printf 'run\ninspect-os\n'
    while read -r root; do
      printf -- 'inspect-get-%s '"$root"'\n' product-name hostname mountpoints filesystems warnings
    done <roots
  } >script
  guestfish --ro "$@" -f script
}
for d in var usr home; do
  mkdir -p "data/$d"
  echo "this is $d" >"data/$d/which"
done
for v in 1 2; do
  for d in var usr home; do ffs $d.$v "data/$d" $v 2; done
done

# --- FreeBSD: "a" at the start of the slice, where the slice itself seems to be a filesystem as well, and behind it; counted from
# the start of the slice and of the disk; UFS1 and UFS2
fstab=$'/dev/ada0s1a / ufs rw 1 1\n/dev/ada0s1b none swap sw 0 0\n/dev/ada0s1d /var ufs rw 2 2\n/dev/ada0s1e /usr ufs rw 2 2\n/dev/ada0s1h /gone ufs rw 2 2'
echo "$fstab" >trees/freebsd-13/etc/fstab
mkdir -p trees/freebsd-13/{var,usr,home}
wanted () # DISK: what is said of the system on it, which it takes for its first one
{
  cat <<END
FreeBSD 13.2-RELEASE-p1
beastie
/: /dev/$1
/usr: /dev/${1%5}8
/var: /dev/${1%5}7
/dev/$1
/dev/${1%5}6
/dev/${1%5}7
/dev/${1%5}8
/etc/fstab: there is no device /dev/ada0s1h for /gone
END
}
disks=()
for v in 1 2; do
  ffs root.$v trees/freebsd-13 $v 2
  for kind in "freebsd a" "freebsd +a" "freebsd-old a" "freebsd-old +a"; do
    disk "fb${#disks[@]}.img" ${kind% *} "${kind#* }=root.$v" b=1 d=var.$v e=usr.$v
    disks+=(-a "fb${#disks[@]}.img")
  done
done
look "${disks[@]}" >got
{
  printf '/dev/sd%s5\n' {a..h}
  for d in {a..h}; do wanted "sd${d}5"; done
} | diff -u - got || fail "FreeBSD with disklabels"
expect_equal "$(virt-cat -a fb0.img /var/which /usr/which)" $'this is var\nthis is usr' "files of partitions"
# It is the guest's first disk, wherever it is here; a second one by its number.
sed -i 's,/dev/ada0s1h,/dev/ada1s1a,' trees/freebsd-13/etc/fstab
ffs root.2 trees/freebsd-13 2 2
disk fb.img freebsd a=root.2 b=1 d=var.2 e=usr.2
disk fb2.img freebsd +a=home.2
guestfish --ro -a fb.img -a fb2.img run : inspect-os : inspect-get-mountpoints /dev/sda5 >got
printf '%s\n' /dev/sda5 '/: /dev/sda5' '/usr: /dev/sda8' '/var: /dev/sda7' '/gone: /dev/sdb5' | diff -u - got || fail "a second disk"

# --- FreeBSD: GPT, with names by the table and in the filesystems
cat >trees/freebsd-13/etc/fstab <<'END'
/dev/gpt/rootfs	/	ufs	rw	1	1
/dev/gpt/swapfs	none	swap	sw	0	0
/dev/ada0p3	/var	ufs	rw	2	2
/dev/ufs/usrfs	/usr	ufs	rw	2	2
/dev/msdosfs/EFISYS	/boot/efi	msdosfs	rw	2	2
END
ffs root.2 trees/freebsd-13 2 2
python3 "$top_srcdir/tests/inspect/ufs2.py" usr.label data/usr 2 usrfs
truncate -s 20M gpt.img
sfdisk -q gpt.img <<'END'
label: gpt
start=2048, size=4096, name=rootfs, type=516E7CB6-6ECF-11D6-8FF8-00022D09712B
start=6144, size=2048, name=swapfs, type=516E7CB5-6ECF-11D6-8FF8-00022D09712B
start=8192, size=4096, type=516E7CB6-6ECF-11D6-8FF8-00022D09712B
start=12288, size=4096, type=516E7CB6-6ECF-11D6-8FF8-00022D09712B
start=16384, size=20000, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B
END
dd if=root.2 of=gpt.img bs=512 seek=2048 conv=notrunc status=none
dd if=var.2 of=gpt.img bs=512 seek=8192 conv=notrunc status=none
dd if=usr.label of=gpt.img bs=512 seek=12288 conv=notrunc status=none
guestfish -a gpt.img run : mkfs vfat /dev/sda5 label:EFISYS
guestfish --ro -a gpt.img run : inspect-os : inspect-get-mountpoints /dev/sda1 : inspect-get-filesystems /dev/sda1 >got
diff -u - got <<'END' || fail "FreeBSD on GPT"
/dev/sda1
/: /dev/sda1
/usr: /dev/sda4
/var: /dev/sda3
/boot/efi: /dev/sda5
/dev/sda1
/dev/sda2
/dev/sda3
/dev/sda4
/dev/sda5
END

# --- NetBSD: from the start of the disk; names by what it was booted from
mkdir -p trees/netbsd-9/{var,usr,home}
printf '%s\n' '/dev/wd0a / ffs rw 1 1' '/dev/wd0b none swap sw 0 0' '/dev/wd0e /usr ffs rw 1 2' 'ROOT.f /var ffs rw 1 2' \
  'kernfs /kern kernfs rw' >trees/netbsd-9/etc/fstab
ffs root.2 trees/netbsd-9 2 2
disk nb.img netbsd a=root.2 b=1 e=usr.2 f=var.1
look -a nb.img >got
diff -u - got <<'END' || fail "NetBSD"
/dev/sda5
NetBSD 9.3/amd64
daemon
/: /dev/sda5
/usr: /dev/sda7
/var: /dev/sda8
/dev/sda5
/dev/sda6
/dev/sda7
/dev/sda8
END

# On GPT, with wedges, and names that the table gives.
printf '%s\n' '/dev/dk1 / ffs rw 1 1' 'NAME=usr /usr ffs rw 1 2' '/dev/dk3 /var ffs rw 1 2' >trees/netbsd-9/etc/fstab
ffs root.2 trees/netbsd-9 2 2
truncate -s 10M nbgpt.img
sfdisk -q nbgpt.img <<'END'
label: gpt
start=2048, size=1024, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B
start=4096, size=4096, name=root, type=49F48D5A-B10E-11DC-B99B-0019D1879648
start=8192, size=4096, name=usr, type=49F48D5A-B10E-11DC-B99B-0019D1879648
start=12288, size=4096, type=49F48D5A-B10E-11DC-B99B-0019D1879648
END
dd if=root.2 of=nbgpt.img bs=512 seek=4096 conv=notrunc status=none
guestfish --ro -a home.1 -a nbgpt.img run : inspect-os : inspect-get-mountpoints /dev/sdb2 : inspect-get-firmware /dev/sdb2 >got
printf '%s\n' /dev/sdb2 '/: /dev/sdb2' '/usr: /dev/sdb3' '/var: /dev/sdb4' uefi | diff -u - got || fail "NetBSD on GPT"

# --- OpenBSD: by the identity of the disk, and by names; "c" is the disk, and "i" is outside
mkdir -p trees/openbsd-7/{var,usr,home}
for form in 0123456789abcdef. /dev/sd0; do
  printf '%s\n' "${form}b none swap sw" "${form}a / ffs rw 1 1" "${form}d /usr ffs rw,nodev 1 2" "${form}k /var ffs rw 1 2" \
    "${form}i /home msdos rw,noauto 0 0" >trees/openbsd-7/etc/fstab
  ffs root.2 trees/openbsd-7 2 2
  disk ob.img openbsd a=root.2 b=1 d=usr.2 k=var.2
  look -a home.1 -a ob.img >got
  diff -u - got <<'END' || fail "OpenBSD by $form"
/dev/sdb5
OpenBSD 7.4 (GENERIC.MP)
puffy.example
/: /dev/sdb5
/usr: /dev/sdb7
/var: /dev/sdb8
/home: /dev/sdb2
/dev/sdb5
/dev/sdb6
/dev/sdb7
/dev/sdb8
/dev/sdb2
END
done

# In a partition of GPT, and on a disk with nothing but the label, the kernel does not look.
for kind in gpt dedicated; do
  disk ob.img openbsd-$kind a=root.2 b=1 d=usr.2 k=var.2
  if [[ $kind == gpt ]]; then slice=sdb1; else slice=sdb; fi
  look -a home.1 -a ob.img | sed '/sd0i/d' >got
  {
    printf "%s\n" /dev/mapper/bsd_${slice}_a 'OpenBSD 7.4 (GENERIC.MP)' puffy.example
    for d in / a /usr d /var k; do [[ $d == /* ]] && printf '%s: ' $d || echo /dev/mapper/bsd_${slice}_$d; done
    if [[ $kind == gpt ]]; then i=/dev/sdb2; else i=/dev/mapper/bsd_sdb_i; fi
    echo "/home: $i"
    for d in a b d k; do echo /dev/mapper/bsd_${slice}_$d; done
    echo $i
  } | diff -u - got || fail "OpenBSD, $kind"
done
expect_equal "$(virt-cat -a ob.img /usr/which)" "this is usr" "files of a disk with nothing but a label"

# A label that is left of what was there before is none: in a partition of another kind, and below a filesystem.
disk ob.img openbsd a=root.2 b=1
mkdir -p linux/{etc,bin}
printf 'ID=debian\n' >linux/etc/os-release
mke2fs -q -t ext4 -d linux linux.fs 3M >/dev/null 2>&1
for at in 0 2048; do
  truncate -s 6M linux$at.img
  [[ $at == 0 ]] || echo "start=2048, type=83" | sfdisk -q -W never linux$at.img
  dd if=linux.fs of=linux$at.img bs=512 seek=$at conv=notrunc status=none
  dd if=ob.img of=linux$at.img bs=512 skip=2049 seek=$((at + 1)) count=1 conv=notrunc status=none
done
guestfish --ro -a linux0.img -a linux2048.img run : list-filesystems : inspect-os >got
printf '%s\n' '/dev/sda: ext4' '/dev/sdb1: ext4' /dev/sda /dev/sdb1 | diff -u - got || fail "labels that are left"

# --- Minix: subpartitions of a partition, from 0
mkdir -p trees/minix-3/{usr,home}
printf '%s\n' '/dev/c0d0p0s0 / mfs rw' '/dev/c0d0p0s2 /usr mfs rw' >trees/minix-3/etc/fstab
tar -C trees/minix-3 -cf minix.tar .
for part in root usr; do truncate -s 4M minix-$part; mkfs.minix -3 minix-$part >/dev/null; done
disk minix.img minix 0=minix-root 1=1 2=minix-usr
guestfish -a minix.img run : mount /dev/sda5 / : tar-in minix.tar / : umount / : mount /dev/sda7 / : write /which "this is usr"
look -a minix.img >got
diff -u - got <<'END' || fail "Minix"
/dev/sda5
MINIX 3.3.0
minix
/: /dev/sda5
/usr: /dev/sda7
/dev/sda5
/dev/sda7
END

# --- Hurd: "hd0s1" is the first partition
printf '%s\n' '/dev/hd0s1 / ext2 defaults 0 1' '/dev/hd0s5 none swap sw 0 0' '/dev/hd0s6 /home ext2 defaults 0 2' >trees/hurd/etc/fstab
mkdir -p trees/hurd/home
tar -C trees/hurd -cf hurd.tar .
guestfish <<'FISH'
sparse hurd.img 40M
run
part-init /dev/sda mbr
part-add /dev/sda p 2048 32767
part-add /dev/sda e 32768 -2048
part-add /dev/sda l 34816 40959
part-add /dev/sda l 43008 65535
mkfs ext2 /dev/sda1
mkswap /dev/sda5
mkfs ext2 /dev/sda6
mount /dev/sda1 /
tar-in hurd.tar /
FISH
guestfish --ro -a hurd.img run : inspect-os : inspect-get-product-name /dev/sda1 : inspect-get-mountpoints /dev/sda1 : \
  inspect-get-filesystems /dev/sda1 >got
printf '%s\n' /dev/sda1 'Debian GNU/Hurd 12' '/: /dev/sda1' '/home: /dev/sda6' /dev/sda1 /dev/sda5 /dev/sda6 |
  diff -u - got || fail "Hurd"
