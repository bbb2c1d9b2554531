#!/bin/bash
# virt-sysprep: each operation removes what it is for, and nothing else; on an overlay of the Debian guest.
source "$(dirname "$0")/functions.sh"
requires qemu-img
requires_guest
cd "$tmp"
overlay () { rm -f "$2"; qemu-img create -q -f qcow2 -b "$(realpath "$1")" -F qcow2 "$2"; }

# operation: files that are there before and not after it.  What begins with + stays.
cat >table <<'END'
abrt-data: /var/spool/abrt/crash/core
backup-files: /etc/dir/a.bak /root/b~ /srv/c~ /var/lib/d.bak +/usr/keep.bak +/home/ann/keep~
bash-history: /root/.bash_history /home/ann/.bash_history /srv/bob/.bash_history
blkid-tab: /etc/blkid/blkid.tab /etc/blkid.tab.old
ca-certificates: /etc/pki/CA/certs/a.crt /etc/pki/tls/private/a.key +/etc/pki/tls/certs/ca-bundle.crt
crash-data: /var/crash/dump /var/log/dump/x
cron-spool: /var/spool/cron/crontabs/ann /var/spool/cron/atjobs/a01 +/var/spool/cron/atjobs/.SEQ
dhcp-client-state: /var/lib/dhclient/a.lease /var/lib/dhcp/b.leases
dhcp-server-state: /var/lib/dhcpd/leases
dovecot-data: /var/lib/dovecot/instances
firewall-rules: /etc/sysconfig/iptables /etc/firewalld/zones/a.xml
ipa-client: /etc/ipa/ca.crt /var/lib/ipa-client/pki/a /etc/pki/ca-trust/source/ipa.p11-kit
kerberos-data: /var/kerberos/krb5kdc/principal +/var/kerberos/krb5kdc/kdc.conf +/var/kerberos/krb5kdc/kadm5.acl
kerberos-hostkeytab: /etc/krb5.keytab
logfiles: /var/log/messages-1 /var/log/journal/x/system.journal /var/log/wtmp /root/install.log /var/log/apt/history.log +/var/log/other/file
lvm-system-devices: /etc/lvm/devices/system.devices
mail-spool: /var/mail/ann /var/mail/bob
package-manager-cache: /var/cache/apt/archives/a.deb /var/cache/apt/archives/partial/b.deb +/var/cache/dnf/c
pacct-log: /var/log/account/pacct.1.gz +/var/log/account/pacct
passwd-backups: /etc/passwd- /etc/shadow-
puppet-data-log: /var/log/puppet/a.log /var/lib/puppet/ssl/x.pem /var/lib/puppet/ssl/certs/y.pem
rh-subscription-manager: /etc/pki/consumer/cert.pem /var/lib/rhsm/facts
rhn-systemid: /etc/sysconfig/rhn/systemid
samba-db-log: /var/log/samba/log.smbd /var/lib/samba/private/x.tdb
smolt-uuid: /etc/smolt/uuid
ssh-hostkeys: /etc/ssh/ssh_host_rsa_key /etc/ssh/ssh_host_rsa_key.pub +/etc/ssh/sshd_config
ssh-userdir: /root/.ssh/authorized_keys /home/ann/.ssh/id
sssd-db-log: /var/lib/sss/db/cache.ldb /var/log/sssd/sssd
tmp-files: /tmp/a/b /tmp/.hidden /tmp/..hidden /var/tmp/c +/tmp
udev-persistent-net: /etc/udev/rules.d/70-persistent-net.rules
zsh-history: /root/.zsh_history /home/ann/.zhistory
net-nmconn: +/etc/NetworkManager/system-connections/a.nmconnection
rpm-db: +/var/lib/rpm/__db.001
yum-uuid: +/var/lib/yum/uuid
END
files () { sed 's/^[^:]*: //' | tr ' ' '\n' | sed -n "s|^$1||p"; }
overlay "$guest_qcow2" base.qcow2
{
  files '/' <table | sed 's|^|/|'
  files '+' <table
} | sort -u | while read -r file; do
  [[ $file == /tmp ]] && continue
  echo "mkdir-p ${file%/*}"
  [[ $file == *ssh/ssh*_* ]] || echo "write $file x"
done >plant
cat >>plant <<'END'
write /var/spool/cron/atjobs/.SEQ "0002a\n"
mkdir-p /etc/sysconfig/network-scripts
write /etc/sysconfig/network-scripts/ifcfg-eth0 "DEVICE=eth0\nHWADDR=00:11:22:33:44:55\nHOSTNAME=foo\n DHCP_HOSTNAME=bar\nONBOOT=yes\n"
chmod 0600 /etc/sysconfig/network-scripts/ifcfg-eth0
END
guestfish -a base.qcow2 -i <plant >/dev/null
virt-customize -q -a base.qcow2 --run-command 'useradd -m ann; useradd -m -d /srv/bob -G ann bob; chown -R ann:ann /home/ann; chown -R bob:bob /srv/bob'

virt-sysprep --list-operations >list
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
