#!/bin/bash
# virt-sysprep: each operation removes what it is for, and nothing else; on an overlay of the Debian guest.
source "$(dirname "$0")/functions.sh"
source "$top_srcdir/tests/sysprep-functions.sh"
requires qemu-img
requires_guest
cd "$tmp"
overlay () { rm -f "$2"; qemu-img create -q -f qcow2 -b "$(realpath "$1")" -F qcow2 "$2"; }

cp "$top_srcdir/tests/sysprep-files" table
files () { sed -n "/^[a-z]/s/^[^:]*: //p" | tr ' ' '\n' | sed -n "s|^$1||p"; }
sed -i '/^#/d' table
overlay "$guest_qcow2" base.qcow2
{
  files '/' <table | sed 's|^|/|'
  files '+' <table
} | plant_files >plant
guestfish -a base.qcow2 -i <plant >/dev/null
virt-customize -q -a base.qcow2 --run-command 'useradd -m ann; useradd -m -d /srv/bob -G ann bob; chown -R ann:ann /home/ann; chown -R bob:bob /srv/bob'

virt-sysprep --list-operations >list
virt-sysprep --list-operations --json | python3 -c '
import json, sys
for o in map(json.loads, sys.stdin):
    print(o["name"], "*" if o["default"] else " ", o["summary"])' | diff list -
expect_equal "$(wc -l <list)" 45 "number of operations"
expect_equal "$(grep -c '^[a-z-]* \* ' list)" 39 "number of defaults"
LC_ALL=C sort -c -k 1,1 list || fail "the list is not sorted"
sed 's/:.*//' table | while read -r name; do
  grep -q "^$name " list || fail "there is no operation $name"
done

# Every other operation, then those between: what they are for goes, what the rest is for stays.
for half in 0 1; do
  overlay base.qcow2 d.qcow2
  names=$(awk -F: -v h=$half 'NR % 2 == h {print $1}' table | paste -sd,)
  virt-sysprep -q -a d.qcow2 --enable "$names"
  { awk -v h=$half 'NR % 2 == h' table | files '+'
    awk -v h=$half 'NR % 2 != h' table | files '+'
    awk -v h=$half 'NR % 2 != h' table | files '/' | sed 's|^|/|'; } | sort >stay
  awk -v h=$half 'NR % 2 == h' table | files '/' | sed 's|^|/|' | sort >go
  guestfish --ro -a d.qcow2 -i find / | sed 's|^|/|' | sort >there
  comm -13 there stay >lost
  comm -12 there go >left
  # Operations share some places.
  sed -i '\|^/var/log/dump/x$|d; \|^/var/log/puppet/a.log$|d' lost
  [[ ! -s lost ]] || fail "removed, but not by $names: $(cat lost)"
  [[ ! -s left ]] || fail "left by $names: $(cat left)"
done

# What is not a file to remove.
overlay base.qcow2 d.qcow2
virt-sysprep -a d.qcow2 --operations defaults,-ssh-hostkeys,flag-reconfiguration,user-account --keep-user-accounts ann \
  --hostname prepared --root-password locked >out
grep -q '^\[ *[0-9.]*\] Performing "abrt-data" \.\.\.$' out || fail "messages: $(cat out)"
grep -q ssh-hostkeys out && fail "-ssh-hostkeys is done"
expect_equal "$(grep -n 'Performing "customize"\|Performing "zsh-history"\|hostname: prepared\|Performing "lvm-uuids"' out | sed 's/.*] //')" \
  $'Performing "zsh-history" ...\nPerforming "customize" ...\nSetting the hostname: prepared\nPerforming "lvm-uuids" ...' "order"
guestfish --ro -a d.qcow2 -i >got <<'END'
filesize /etc/machine-id
cat /etc/sysconfig/network-scripts/ifcfg-eth0
stat /etc/sysconfig/network-scripts/ifcfg-eth0 | grep ^mode
cat /var/spool/cron/atjobs/.SEQ
filesize /var/log/account/pacct
exists /.unconfigured
exists /etc/ssh/ssh_host_rsa_key
cat /etc/hostname
sh "cut -d: -f1 /etc/passwd | grep -c ann; cut -d: -f1 /etc/passwd /etc/shadow /etc/group /etc/gshadow /etc/subuid | grep -c bob; grep ^ann: /etc/group"
exists /srv/bob
exists /home/ann
sh "grep ^root: /etc/shadow | cut -d: -f2"
END
diff -u - got <<'END' || fail "what virt-sysprep leaves"
0
DEVICE=eth0
ONBOOT=yes

mode: 33152
00000

0
true
true
prepared

1
0
ann:x:1000:

false
true
!*

END

# Only some users; scripts on the host; a dry run; new UUIDs.
overlay base.qcow2 d.qcow2
virt-sysprep -q -a d.qcow2 --enable user-account --remove-user-accounts ann
expect_equal "$(guestfish --ro -a d.qcow2 -i inspect-list-users /dev/sda2 | sed -n 's/ *user_name: \(ann\|bob\)$/\1/p')" bob
before=$(cksum <d.qcow2)
virt-sysprep -q -n -a d.qcow2
expect_equal "$(cksum <d.qcow2)" "$before" "image after a dry run"
uuid () { guestfish --ro -a d.qcow2 run : vfs-uuid /dev/sda2; }
old=$(uuid)
virt-sysprep -q -a d.qcow2 --enable fs-uuids 2>err
[[ $(uuid) != "$old" && -n $(uuid) ]] || fail "fs-uuids: $(cat err)"
if [[ -w /dev/fuse ]] && grep -q '^#define HAVE_FUSE' "$top_builddir/config.h"; then
  printf '#!/bin/sh\ncat etc/hostname >%s/seen; echo written >root/by-script\n' "$PWD" >script
  chmod +x script
  virt-sysprep -q -a d.qcow2 --operations script --script ./script
  expect_equal "$(cat seen)" bathyscope-guest
  expect_equal "$(guestfish --ro -a d.qcow2 -i cat /root/by-script)" written
  printf '#!/bin/sh\nexit 3\n' >script
  expect_error 'script: .*/script: exit status 3' virt-sysprep -q -a d.qcow2 --enable script --script ./script
fi

# LVM: the UUIDs of a volume group change, and what is in it stays.
guestfish sparse lvm.img 200M : run : part-disk /dev/sda mbr : pvcreate /dev/sda1 : vgcreate VG /dev/sda1 : lvcreate LV VG 100 : \
  mkfs ext4 /dev/VG/LV : mount /dev/VG/LV / : mkdir /etc : mkdir /bin : mkdir /root : write /etc/fstab "/dev/VG/LV / ext4 defaults 0 1\n" : \
  upload /bin/true /bin/true : write /etc/os-release "ID=debian\nVERSION_ID=12\nPRETTY_NAME=x\n" : write /root/.bash_history x : mkdir-p /var/lib/dpkg : \
  write /etc/debian_version 12.0
uuids () { guestfish --ro -a lvm.img run : vgs-full : pvs-full | sed -n 's/ *[pv][vg]_uuid: //p' | paste -sd' '; }
old=$(uuids)
virt-sysprep -q -a lvm.img 2>/dev/null
new=$(uuids)
[[ ${old% *} != "${new% *}" && ${old#* } != "${new#* }" ]] || fail "lvm-uuids: $old, $new"
expect_equal "$(guestfish --ro -a lvm.img -i exists /root/.bash_history : cat /etc/os-release | head -n 1)" false

# Wrong use.
expect_error 'no operation "nosuch"' virt-sysprep -a d.qcow2 --operations nosuch
expect_error 'no operation "all"' virt-sysprep -a d.qcow2 --enable all
expect_error 'can be given once' virt-sysprep -a d.qcow2 --enable utmp --enable utmp
expect_error 'give a disk image' virt-sysprep
expect_error 'nosuch: No such file' virt-sysprep -a d.qcow2 --script nosuch
truncate -s 1M empty.img
expect_error '^virt-sysprep: no operating system was found' virt-sysprep -q --format=raw -a empty.img
