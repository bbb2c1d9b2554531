#!/bin/bash
# What more is known of systems of every family: kernels, boot loaders, firmware, services, networks, from small trees.
source "$(dirname "$0")/functions.sh"
source "$top_srcdir/tests/inspect/windows.sh"
requires python3
show=$top_builddir/inspector/show-facts
[[ -x $show ]] || make_in inspector -s show-facts
cd "$tmp"

# A tree with an os-release, to which FILE TEXT pairs are added: a text of "-" makes an empty file, "/" a folder, "+" a
# file that can be executed, ">x" a link.
tree () # ID [FILE TEXT]...
{
  local id=$1
  shift
  rm -rf g
  mkdir -p g/{bin,etc,lib,usr/lib}
  [[ $id == - ]] || printf 'ID=%s\nVERSION_ID=12.5\n' "$id" >g/etc/os-release
  while (($#)); do
    mkdir -p "g/$(dirname "$1")"
    case $2 in
      /) mkdir -p "g/$1" ;;
      -) : >"g/$1" ;;
      +) : >"g/$1"; chmod +x "g/$1" ;;
      ">"*) ln -s "${2#>}" "g/$1" ;;
      *) printf '%b' "$2" >"g/$1" ;;
    esac
    shift 2
  done
}
facts () # WHAT PATTERN: the lines that begin so are those on stdin
{
  "$show" g "${fs:-ext4}" >told || fail "$1: inspection fails"
  diff -u <(grep -E "^($2)" told) - >difference || fail "$1: $(cat difference)"
}

# --- kernels, with what they boot with
tree debian boot/vmlinuz-6.1.0-9-amd64 - boot/initrd.img-6.1.0-9-amd64 - lib/modules/6.1.0-9-amd64 / boot/vmlinuz-6.1.0-18-amd64 - \
  boot/vmlinuz.old - boot/config-6.1.0-9-amd64 - boot/grub/grub.cfg - boot/grub/i386-pc /
facts Debian 'kernel|bootloader|firmware' <<'END'
bootloader grub2
firmware bios
kernel 6.1.0-9-amd64|/boot/vmlinuz-6.1.0-9-amd64|/boot/initrd.img-6.1.0-9-amd64|/lib/modules/6.1.0-9-amd64
kernel 6.1.0-18-amd64|/boot/vmlinuz-6.1.0-18-amd64||
END
expect_equal "$(sed -n 's/^config //p' told)" /boot/grub/grub.cfg
tree rhel boot/vmlinuz-5.14.0-362.el9.x86_64 - boot/initramfs-5.14.0-362.el9.x86_64.img - boot/vmlinuz-0-rescue-0123 - \
  boot/.vmlinuz-5.14.0-362.el9.x86_64.hmac - etc/grub2-efi.cfg '>../boot/efi/EFI/redhat/grub.cfg' boot/efi/EFI/redhat/grub.cfg -
facts "Red Hat" 'kernel|bootloader|firmware' <<'END'
bootloader grub2
firmware uefi
kernel 5.14.0-362.el9.x86_64|/boot/vmlinuz-5.14.0-362.el9.x86_64|/boot/initramfs-5.14.0-362.el9.x86_64.img|
END
id=0123456789abcdef0123456789abcdef
tree fedora boot/efi/$id/6.5.6-300.fc39/linux - boot/efi/$id/6.5.6-300.fc39/initrd - lib/modules/6.5.6-300.fc39/vmlinuz - \
  boot/efi/loader/loader.conf - boot/efi/EFI/systemd/systemd-bootx64.efi - boot/notmachine/1.2/linux -
facts "Boot Loader Specification" 'kernel|bootloader|firmware' <<'END'
bootloader systemd-boot
firmware uefi
kernel 6.5.6-300.fc39|/boot/efi/0123456789abcdef0123456789abcdef/6.5.6-300.fc39/linux|/boot/efi/0123456789abcdef0123456789abcdef/6.5.6-300.fc39/initrd|/lib/modules/6.5.6-300.fc39
END
tree opensuse-leap boot/vmlinuz-6.4.0-150600.23-default - boot/vmlinux-6.4.0-150600.23-default.gz - boot/initrd-6.4.0-150600.23-default -
facts SUSE kernel <<'END'
kernel 6.4.0-150600.23-default|/boot/vmlinuz-6.4.0-150600.23-default|/boot/initrd-6.4.0-150600.23-default|
END
tree arch boot/vmlinuz-linux - boot/initramfs-linux.img - boot/initramfs-linux-fallback.img - \
  lib/modules/6.6.7-arch1-1/pkgbase 'linux\n' boot/limine.conf -
facts Arch 'kernel|bootloader' <<'END'
bootloader limine
kernel 6.6.7-arch1-1|/boot/vmlinuz-linux|/boot/initramfs-linux.img|/lib/modules/6.6.7-arch1-1
END
tree alpine boot/vmlinuz-lts - boot/initramfs-lts - lib/modules/6.6.5-0-lts / boot/extlinux.conf - boot/System.map-lts -
facts Alpine 'kernel|bootloader' <<'END'
bootloader syslinux
kernel 6.6.5-0-lts|/boot/vmlinuz-lts|/boot/initramfs-lts|/lib/modules/6.6.5-0-lts
END
tree gentoo boot/kernel-genkernel-x86_64-5.15.80-gentoo - boot/initramfs-genkernel-x86_64-5.15.80-gentoo - lib/modules/5.15.80-gentoo /
facts Gentoo kernel <<'END'
kernel 5.15.80-gentoo|/boot/kernel-genkernel-x86_64-5.15.80-gentoo|/boot/initramfs-genkernel-x86_64-5.15.80-gentoo|/lib/modules/5.15.80-gentoo
END
tree slackware boot/vmlinuz-huge-5.15.19 - boot/vmlinuz '>vmlinuz-huge-5.15.19' lib/modules/5.15.19 / etc/lilo.conf - \
  etc/rc.d/rc.M + etc/rc.d/rc.sshd + etc/rc.d/rc.httpd - etc/rc.d/rc.inet1.conf 'USE_DHCP[0]="yes"\n' etc/rc.d/rc.local +
facts Slackware 'kernel|bootloader|firmware|service|network' <<'END'
bootloader lilo
firmware bios
kernel 5.15.19|/boot/vmlinuz-huge-5.15.19||/lib/modules/5.15.19
service sshd
network eth0|dhcp|||||/etc/rc.d/rc.inet1.conf
END

# --- services
tree ubuntu etc/init/ssh.conf 'description "x"\nstart on runlevel [2345]\n' etc/init/mysql.conf 'start on (local-filesystems\n and x)\n' \
  etc/init/mysql.override 'manual\n' etc/init/helper.conf 'task\nexec x\n' etc/init/hand.conf '  manual\nstart on x\n' etc/rc2.d/S20cron '>../init.d/cron' \
  etc/rc2.d/K20gone '>../init.d/gone' etc/rc2.d/README -
facts Upstart service <<'END'
service cron
service ssh
END
tree gentoo etc/runlevels/default/sshd '>/etc/init.d/sshd' etc/runlevels/boot/hostname '>/etc/init.d/hostname' etc/init.d/unused -
facts OpenRC service <<'END'
service hostname
service sshd
END
tree void etc/runit/runsvdir/default/sshd '>/etc/sv/sshd' etc/sv/cron /
facts runit service <<<"service sshd"
tree buildroot etc/init.d/S50sshd + etc/init.d/rcS +
facts busybox service <<<"service sshd"
tree fedora etc/systemd/system/multi-user.target.wants/sshd.service '>/usr/lib/systemd/system/sshd.service' \
  etc/systemd/system/multi-user.target.wants/a.target '>x' etc/systemd/system/dev.device.requires/b.service '>x' etc/init/x.conf 'start on x\n'
facts systemd service <<'END'
service b.service
service sshd.service
END

# --- the others
tree - bin/freebsd-version 'USERLAND_VERSION="13.2-RELEASE-p1"\n' boot/kernel/kernel - boot/loader - boot/boot0 - \
  etc/rc.conf 'sshd_enable="YES"\nntpd_enable="NO"\nifconfig_em0="DHCP"\n' etc/rc.conf.d/nginx 'nginx_enable=YES\n'
facts FreeBSD 'kernel|bootloader|firmware|service|network' <<'END'
bootloader freebsd-loader
firmware bios
kernel 13.2|/boot/kernel/kernel||/boot/kernel
service nginx
service sshd
network em0|dhcp|||||/etc/rc.conf
END
tree - netbsd - boot - etc/release 'NetBSD 9.3/amd64\n' etc/rc.conf 'sshd=YES\ndhcpcd=NO\n' etc/ifconfig.wm0 'inet 192.0.2.7/24\n' etc/mygate '192.0.2.1\n'
facts NetBSD 'kernel|bootloader|firmware|service|network' <<'END'
bootloader netbsd-boot
firmware bios
kernel 9.3|/netbsd||
service sshd
network wm0|static|192.0.2.7/24|192.0.2.1|||/etc/ifconfig.wm0
END
tree - bsd - boot - etc/rc.subr - etc/motd 'OpenBSD 7.4 (GENERIC) #1: x\n' etc/mygate '192.0.2.1\n' \
  etc/rc.conf.local 'pkg_scripts="messagebus postgresql"\nhttpd_flags=\nsmtpd_flags=NO\n#ntpd_flags=\n' \
  etc/hostname.em0 'inet6 autoconf\ninet 192.0.2.7 255.255.255.0\n' etc/hostname.vio0 'inet autoconf\n'
facts OpenBSD 'kernel|bootloader|firmware|service|network' <<'END'
bootloader openbsd-boot
firmware bios
kernel 7.4|/bsd||
service httpd
service messagebus
service postgresql
network em0|static|192.0.2.7/255.255.255.0|192.0.2.1|||/etc/hostname.em0
network vio0|dhcp|||||/etc/hostname.vio0
END
tree debian hurd/console - hurd/null - hurd/hello - boot/gnumach-1.8-486.gz - etc/rc2.d/S01ssh '>../init.d/ssh'
facts Hurd 'kernel|service' <<'END'
kernel 1.8-486|/boot/gnumach-1.8-486.gz||
service ssh
END
tree - service/vm - etc/version '3.3.0\n' boot/minix_latest/kernel - boot.cfg -
facts Minix 'kernel|bootloader' <<'END'
bootloader netbsd-boot
kernel 3.3|/boot/minix_latest/kernel||/boot/minix_latest
END

# --- Windows
rm -rf g
make_windows g "Windows 10 Pro" 10.0 19045 Client AMD64 \
  'Microsoft\Cryptography'$'\tMachineGuid\tsz\t11112222-3333-4444-5555-666677778888' \
  'Microsoft\Windows NT\CurrentVersion\ProfileList\S-1-5-18'$'\tProfileImagePath\tsz\t%systemroot%\\system32\\config\\systemprofile' \
  'Microsoft\Windows NT\CurrentVersion\ProfileList\S-1-5-21-1-2-3-1001'$'\tProfileImagePath\tsz\tC:\\Users\\me'
set='ControlSet002\Services'
{
  system_lines AMD64
  printf '%s\tTimeZoneKeyName\tsz\tW. Europe Standard Time\n' 'ControlSet002\Control\TimeZoneInformation'
  for service in "Spooler 2 110" "Manual 3 20" "Driver 2 1" "W32Time 2 20" "Off 4 10"; do
    read -r name start type <<<"$service"
    printf '%s\t%s\tdword\t%s\n' "$set\\$name" Start $start "$set\\$name" Type $type
  done
  key=$set'\Tcpip\Parameters\Interfaces\{aaaa}'
  printf '%s\tEnableDHCP\tdword\t1\n%s\tDhcpIPAddress\tsz\t192.0.2.7\n%s\tDhcpNameServer\tsz\t192.0.2.2\n' "$key" "$key" "$key"
} | hive g/Windows/System32/config/SYSTEM
touch g/Windows/System32/NTOSKRNL.EXE
fs=ntfs facts Windows 'kernel|bootloader|service|network|user|machine|timezone' <<'END'
machine_id 11112222-3333-4444-5555-666677778888
timezone W. Europe Standard Time
bootloader bootmgr
kernel 10.0.19045|/Windows/System32/NTOSKRNL.EXE||
user me|-1|-1|S-1-5-21-1-2-3-1001|C:\Users\me|
service Spooler
service W32Time
network {aaaa}|dhcp|192.0.2.7||192.0.2.2||/Windows/System32/config/SYSTEM
END

# --- networks, with what other files say of them, and without what editors leave
tree opensuse-leap etc/sysconfig/network/ifcfg-eth0 "BOOTPROTO='static'\nIPADDR='192.0.2.7/24'\n" etc/sysconfig/network/ifcfg-lo 'IPADDR=127.0.0.1/8\n' \
  etc/sysconfig/network/ifcfg-eth0.bak "BOOTPROTO='dhcp'\n" etc/sysconfig/network/routes 'default 192.0.2.1 - -\n'
facts wicked network <<<"network eth0|static|192.0.2.7/24|192.0.2.1|||/etc/sysconfig/network/ifcfg-eth0"
tree alpine etc/network/interfaces 'auto eth0\niface eth0 inet static\n\taddress 192.0.2.7\n\tnetmask 255.255.255.0\n' etc/hostname.dpkg-old 'dhcp\n' etc/hostname.eth0 'dhcp\n'
facts Alpine network <<<"network eth0|static|192.0.2.7/255.255.255.0||||/etc/network/interfaces"
tree gentoo etc/conf.d/net 'config_eth0="192.0.2.7/24"\nroutes_eth0="default via 192.0.2.1"\n'
facts Gentoo network <<<"network eth0|static|192.0.2.7/24|192.0.2.1|||/etc/conf.d/net"
tree ubuntu etc/netplan/50.yaml 'network:\n  ethernets:\n    ens3:\n      dhcp4: true\n' etc/netplan/50.yaml.bak 'network:\n'
facts netplan network <<<"network ens3|dhcp|||||/etc/netplan/50.yaml"
tree fedora etc/NetworkManager/system-connections/a.nmconnection '[connection]\nid=a\n[ipv4]\nmethod=auto\n' etc/systemd/network/10.network '[Match]\nName=e*\n[Network]\nDHCP=yes\n'
facts "two managers" network <<'END'
network e*|dhcp|||||/etc/systemd/network/10.network
network a|dhcp|||||/etc/NetworkManager/system-connections/a.nmconnection
END

# --- nothing of it hangs or leaves the tree
tree ubuntu etc/netplan/50.yaml '>/etc/passwd' etc/network/interfaces '>/proc/self/environ' etc/init/x.conf '>x.conf' etc/conf.d/net /
mkfifo g/etc/rc.conf
timeout 120 "$show" g ext4 >told || fail "inspection fails with strange files"
! grep -E '^(network|service)' told || fail "something was read out of nothing"
