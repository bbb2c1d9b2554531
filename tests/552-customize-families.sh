#!/bin/bash
# virt-customize on guests of other families: where they keep their name, how they boot, their package managers, SELinux, BSD.
# Programs are those of the Debian guest, which says that it is another one.
source "$(dirname "$0")/functions.sh"
requires qemu-img
requires_guest
cd "$tmp"
overlay () { rm -f "$2"; qemu-img create -q -f qcow2 -b "$(realpath "$1")" -F qcow2 "$2"; }

# Package managers that write down how they are called.
overlay "$guest_qcow2" base.qcow2
managers=(apk dnf emerge pacman urpmi urpme xbps-install xbps-remove yum zypper subscription-manager)
printf '#!/bin/sh\necho "${0##*/} $*" >>/root/called\ncase "$*" in *broken*) echo "nothing provides it" >&2; exit 1 ;; esac\n' >manager
{
  for m in "${managers[@]}"; do echo "upload manager /usr/bin/$m"; echo "chmod 0755 /usr/bin/$m"; done
  echo rm -f /etc/debian_version
} | sed 's/^rm -f/rm-f/' | guestfish -a base.qcow2 -i
be () # OS-RELEASE-LINE...: a guest that says so
{
  overlay base.qcow2 d.qcow2
  guestfish -a d.qcow2 -i rm-f /etc/os-release : write /etc/os-release "$(printf '%s\n' "$@")
"
}
called () { guestfish --ro -a d.qcow2 -i -- -cat /root/called | sed '$d'; }

while IFS='|' read -r release wanted; do
  be ${release//,/ }
  virt-customize -q -a d.qcow2 --install p,q --uninstall r --update
  expect_equal "$(called | paste -sd';')" "$wanted" "$release"
done <<'END'
ID=fedora,VERSION_ID=39|dnf -y install p q;dnf -y remove r;dnf -y upgrade
ID=centos,VERSION_ID=7|yum -y install p q;yum -y remove r;yum -y update
ID=opensuse-leap,VERSION_ID=15.5|zypper -n --gpg-auto-import-keys refresh;zypper -n install -l p q;zypper -n remove r;zypper -n --gpg-auto-import-keys refresh;zypper -n update -l
ID=alpine,VERSION_ID=3.18|apk update;apk add p q;apk del r;apk update;apk upgrade
ID=arch|pacman -Sy --noconfirm p q;pacman -R --noconfirm r;pacman -Syu --noconfirm
ID=gentoo|emerge --ask=n p q;emerge --ask=n --depclean r;emerge --sync -q;emerge --ask=n -uDN @world
ID=void|xbps-install -Sy p q;xbps-remove -Ry r;xbps-install -Suy
ID=mageia,VERSION_ID=9|urpmi --auto p q;urpme --auto r;urpmi --auto --auto-update
END

# What a program says last is in the message; names are checked; the network can be turned off.
be ID=fedora VERSION_ID=39
expect_error '^virt-customize: --install: dnf failed: nothing provides it' virt-customize -q -a d.qcow2 --install broken
expect_error "\"-x\" is no name of a package" virt-customize -q -a d.qcow2 --install=-x
expect_error 'is no name of a package' virt-customize -q -a d.qcow2 --firstboot-install 'a;b'
network () { virt-customize -q -a d.qcow2 "$@" --run-command 'test -e /sys/class/net/eth0 && echo yes >/root/net || echo no >/root/net'; guestfish --ro -a d.qcow2 -i cat /root/net; }
[[ $(network) == yes ]] && expect_equal "$(network --no-network)" no "network"

# The subscription manager.
echo secret >password
be ID=rhel VERSION_ID=8
virt-customize -q -a d.qcow2 --sm-credentials me:file:password --sm-register --sm-attach auto --sm-attach 123 --sm-remove --sm-unregister
expect_equal "$(called | sed 's/^subscription-manager //' | paste -sd';')" \
  'register --username=me --password=secret;attach --auto;attach --pool=123;remove --all;unregister'
expect_error 'sm-credentials is needed' virt-customize -q -a d.qcow2 --sm-register

# Host names, old and new; a time zone of Red Hat.
be ID=centos VERSION_ID=6
guestfish -a d.qcow2 -i rm /etc/hostname : mkdir-p /etc/sysconfig : write /etc/sysconfig/network 'NETWORKING=yes
HOSTNAME=old.example
' : write /etc/sysconfig/clock 'ZONE="UTC"
' : write /etc/hosts '127.0.0.1 old.example localhost # old.example
1.2.3.4 other old.example.org
' : mkdir-p /etc/rc.d/init.d : rm-rf /etc/systemd
virt-customize -q -a d.qcow2 --hostname new.example --timezone Asia/Tokyo --firstboot-command 'echo x' --root-password password:x
guestfish --ro -a d.qcow2 -i >got <<'END'
cat /etc/sysconfig/network
cat /etc/sysconfig/clock
cat /etc/hosts
exists /etc/hostname
readlink /etc/rc.d/init.d/guestfs-firstboot
readlink /etc/rc.d/rc3.d/S99guestfs-firstboot
sh "grep ^root: /etc/shadow | cut -c 6-8"
END
diff -u - got <<'END' || fail "an old CentOS"
NETWORKING=yes
HOSTNAME=new.example

ZONE="Asia/Tokyo"

127.0.0.1 new.example localhost # old.example
1.2.3.4 other old.example.org

false
/usr/lib/virt-sysprep/firstboot.sh
../init.d/guestfs-firstboot
$6$

END
be ID=gentoo
guestfish -a d.qcow2 -i mkdir-p /etc/conf.d : write /etc/conf.d/hostname '# name
hostname="x"
' : mkdir-p /etc/runlevels/default : rm-rf /etc/systemd
virt-customize -q -a d.qcow2 --hostname box --firstboot-command 'echo x'
expect_equal "$(guestfish --ro -a d.qcow2 -i cat /etc/conf.d/hostname : readlink /etc/local.d/guestfs-firstboot.start | paste -sd' ')" \
  '# name hostname="box"  /usr/lib/virt-sysprep/firstboot.sh'
be ID=debian VERSION_ID=4
guestfish -a d.qcow2 -i rm-rf /etc/systemd
virt-customize -q -a d.qcow2 --firstboot-command 'echo x' --root-password password:x
expect_equal "$(guestfish --ro -a d.qcow2 -i readlink /etc/rc2.d/S99guestfs-firstboot : sh 'grep ^root: /etc/shadow | cut -c 6-8')" \
  $'../init.d/guestfs-firstboot\n$1$'
for crypto in md5:1 sha256:5 sha512:6 yescrypt:y; do
  virt-customize -q -a d.qcow2 --password-crypto ${crypto%:*} --root-password password:x
  expect_equal "$(guestfish --ro -a d.qcow2 -i sh 'grep ^root: /etc/shadow | cut -c 6-8')" "\$${crypto#*:}\$" "$crypto"
done
guestfish -a d.qcow2 -i rm-rf /etc/init.d
expect_error 'firstboot-command: the guest boots with neither' virt-customize -q -a d.qcow2 --firstboot-command x

# SELinux: labels by the guest's policy, all or without some; what has no policy is labelled at boot; what does not use it is left alone.
label () { guestfish --ro -a d.qcow2 -i -- -lgetxattr "$1" security.selinux 2>/dev/null | tr -d '\0'; }
be ID=fedora VERSION_ID=39
guestfish -a d.qcow2 -i mkdir-p /etc/selinux/targeted/contexts/files : write /etc/selinux/config '# x
SELINUX=enforcing
SELINUXTYPE=targeted
' : write /etc/selinux/targeted/contexts/files/file_contexts '/.* system_u:object_r:test_t:s0
/root(/.*)? system_u:object_r:root_t:s0
'
virt-customize -q -a d.qcow2 --no-selinux-relabel --touch /root/x
expect_equal "$(label /root/x)" ""
virt-customize -a d.qcow2 --selinux-relabel-exclude /srv --touch /srv/y | matches ' SELinux relabelling$' || fail "no message of labelling"
expect_equal "$(label /root/x)" system_u:object_r:root_t:s0
expect_equal "$(label /etc/passwd)" system_u:object_r:test_t:s0
expect_equal "$(label /srv/y)" ""
expect_equal "$(guestfish --ro -a d.qcow2 -i exists /.autorelabel)" false
guestfish -a d.qcow2 -i rm-rf /etc/selinux/targeted
virt-customize -q -a d.qcow2 2>err
grep -q 'warning: files cannot be labelled now' err || fail "no warning: $(cat err)"
expect_equal "$(guestfish --ro -a d.qcow2 -i exists /.autorelabel)" true
