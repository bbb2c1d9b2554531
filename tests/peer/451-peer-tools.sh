#!/bin/bash
# The distribution's tools on our library, on a small disk that looks like a guest.
source "$(dirname "$0")/peer-functions.sh"

requires_peer /usr/bin/{guestfish,virt-cat,virt-df,virt-filesystems,virt-inspector,virt-ls}
cd "$tmp"

cat >os-release <<'END'
PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
ID=debian
END
cat >status <<'END'
Package: base-files
Status: install ok installed
Architecture: amd64
Version: 12.4+deb12u5
Homepage: https://example.org/
Description: base files
 of the system

Package: removed
Status: deinstall ok config-files
Architecture: all
Version: 1:2.0-3
Description: nothing left
END
# A program of a size that other versions do not change.
cp /bin/true program
truncate -s 35664 program
peer /usr/bin/guestfish >/dev/null <<END
sparse guest.img 200M
run
part-init /dev/sda gpt
part-add /dev/sda p 2048 200000
part-add /dev/sda p 200704 -2048
part-set-gpt-guid /dev/sda 1 01234567-89ab-cdef-0123-456789abcdef
part-set-disk-guid /dev/sda 11111111-2222-3333-4444-555555555555
mke2fs /dev/sda1 fstype:ext4 uuid:01234567-89ab-cdef-0123-456789abcde1 label:root
mke2fs /dev/sda2 fstype:ext2 label:data
set-uuid /dev/sda2 01234567-89ab-cdef-0123-456789abcde2
mount /dev/sda1 /
mkdir-p /var/lib/dpkg
mkdir-p /var/log
mkdir /bin
mkdir /etc
mkdir /home
mkdir-p /usr/share
mkdir /data
upload os-release /etc/os-release
upload status /var/lib/dpkg/status
upload program /bin/true
upload program /bin/ls
chmod 0755 /bin/ls
write /etc/debian_version "12.5\n"
write /etc/hostname "somewhere\n"
write /etc/fstab "UUID=01234567-89ab-cdef-0123-456789abcde1 / ext4 defaults 0 1\nLABEL=data /data ext2 defaults 0 2\n"
write /var/log/syslog "Jan  1 00:00:00 somewhere kernel: started\n"
write /home/a "one\n"
write /home/b "two\nthree\n"
ln-s a /home/l
mkdir /home/d
mount /dev/sda2 /data
write /data/x "on the second disk\n"
utimens /home/a 1000000000 0 1000000000 0
utimens /home/b 1000000000 0 1000000000 0
utimens /home/l 1000000000 0 1000000000 0
utimens /home/d 1000000000 0 1000000000 0
utimens /home 1000000000 0 1000000000 0
END

# Run, and tell command, output and whether it succeeded.
t ()
{
  local status=0

  echo "\$ $*"
  peer "/usr/bin/$@" 2>/dev/null || status=$?
  echo "[$status]"
}

{
  t virt-cat -a guest.img /etc/hostname /data/x
  t virt-cat -a guest.img -m /dev/sda1 /etc/debian_version
  t virt-cat -a guest.img /nosuch
  t virt-ls -a guest.img /home
  t virt-ls -R -a guest.img /home
  t virt-ls -lR -a guest.img /home
  t virt-filesystems -a guest.img --all --long --uuid --csv
  t virt-df -a guest.img --csv --uuid
  # Its product_name is the text of /etc/debian_version in version 1.48, and PRETTY_NAME in ours.
  t virt-inspector --no-icon -a guest.img | grep -v product_name
  t virt-df -a guest.img -i
} >out
compare tools <out
