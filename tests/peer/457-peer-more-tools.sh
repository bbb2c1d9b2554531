#!/bin/bash
# More of the distribution's tools on our library: those that change guests and make disks.
# PEER_REFERENCE=1 takes most of an hour without KVM.  What is expected of the first five was made so; the rest is what the tools said on
# our library, read through: what they report of their work, and what is on the disks afterwards.
source "$(dirname "$0")/peer-functions.sh"

requires qemu-img
requires_peer /usr/bin/{guestfish,virt-customize,virt-sysprep,virt-resize,virt-sparsify,virt-edit,virt-make-fs,virt-format,virt-diff,virt-tar-in,virt-tar-out} \
  /usr/bin/{virt-copy-in,virt-copy-out,virt-alignment-scan,virt-get-kernel,virt-log,virt-tail,virt-filesystems}
cd "$tmp"

# Run, and tell command, output and whether it succeeded.  Times are each run's own, and messages of errors each library's.
t ()
{
  local status=0

  echo "\$ $*"
  peer timeout 300 "/usr/bin/$@" 2>&1 </dev/null | sed -E "s/^\[ *[0-9.]+\] //; s,$tmp/,,g; /random seed/d; /Create overlay file/d; s/(libguestfs:? error).*/\1/; s/ [A-Z][a-z]{2} [ 0-9]{2} [0-9:]{5} / /" || status=$?
  echo "[$status]"
}
set -o pipefail

mkdir -p tree/{etc,bin,var/log,var/tmp,tmp,root/.ssh,home/user,usr/bin,usr/share/zoneinfo/Europe,boot,dev,proc,sys,var/lib/dpkg,etc/ssh,lib/modules/6.1.0}
printf 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n' >tree/etc/os-release
echo 12.5 >tree/etc/debian_version
echo somewhere >tree/etc/hostname
printf '127.0.0.1 localhost\n127.0.1.1 somewhere\n' >tree/etc/hosts
echo 'UUID=01234567-89ab-cdef-0123-456789abcde1 / ext4 defaults 0 1' >tree/etc/fstab
printf 'root:x:0:0::/root:/bin/sh\nuser:x:1000:1000::/home/user:/bin/sh\n' >tree/etc/passwd
printf 'root:!:19000:0:99999:7:::\nuser:!:19000:0:99999:7:::\n' >tree/etc/shadow
printf 'root:x:0:\nuser:x:1000:\n' >tree/etc/group
echo 0123456789abcdef0123456789abcdef >tree/etc/machine-id
echo key >tree/etc/ssh/ssh_host_rsa_key
echo history >tree/root/.bash_history
echo 'Jan  1 00:00:00 somewhere kernel: started' >tree/var/log/syslog
echo kernel >tree/boot/vmlinuz-6.1.0
echo initrd >tree/boot/initrd.img-6.1.0
echo TZif2 >tree/usr/share/zoneinfo/Europe/Berlin
: >tree/var/lib/dpkg/status
cp /bin/true tree/bin/sh
cp /bin/true tree/bin/ls
chmod 0755 tree/bin/*
find tree -exec touch -h -d '2001-02-03 04:05:06 UTC' {} +
tar -C tree --owner=0 --group=0 -cf tree.tar .
peer /usr/bin/guestfish >/dev/null <<'END'
sparse guest.img 200M
run
part-init /dev/sda mbr
part-add /dev/sda p 2048 -2048
mke2fs /dev/sda1 fstype:ext4 uuid:01234567-89ab-cdef-0123-456789abcde1 label:root
mount /dev/sda1 /
tar-in tree.tar /
END
qemu-img create -q -f qcow2 -b guest.img -F raw changed.qcow2

mkdir out fs fs/d
echo content >fs/d/file
echo local >local
{
  t virt-alignment-scan -a guest.img
  t virt-get-kernel -a guest.img -o out
  (cd out && sha256sum ./*)
  t virt-log -a guest.img
  t virt-copy-in -a changed.qcow2 local /var/tmp
  t virt-copy-out -a changed.qcow2 /var/tmp/local /etc/hosts out
  cat out/local out/hosts
  tar cf in.tar --mtime=@1000000000 --owner=0 --group=0 local
  t virt-tar-in -a changed.qcow2 in.tar /home/user
  t virt-tar-out -a changed.qcow2 /home/user out.tar
  tar tf out.tar | sort
  t virt-edit -a changed.qcow2 -e 's/localhost/somehost/' /etc/hosts
  t virt-edit -a changed.qcow2 -e 's/x/y/' /etc/none
  t virt-customize -a changed.qcow2 --no-logfile --hostname other --timezone Europe/Berlin --mkdir /srv/a --write /srv/a/f:text --append-line /srv/a/f:more \
    --chmod 0640:/srv/a/f --copy /srv/a/f:/srv/a/g --move /srv/a/g:/srv/a/h --link /srv/a/h:/srv/a/l --touch /srv/a/t --upload local:/srv/a/u \
    --copy-in local:/srv --delete /var/tmp/local --truncate /etc/machine-id --scrub /root/.bash_history --edit '/etc/hosts:s/somehost/thathost/' --firstboot-command 'echo hello'
  t virt-customize -a changed.qcow2 --delete
  t virt-customize -a changed.qcow2 --upload none:/x
  t guestfish --ro -a changed.qcow2 -i cat /etc/hostname : cat /srv/a/f : ll /srv/a : cat /etc/hosts : readlink /srv/a/l : readlink /etc/localtime : filesize /etc/machine-id
  t virt-sysprep -a changed.qcow2 --enable ssh-hostkeys,bash-history,logfiles,tmp-files,machine-id,net-hostname
  t guestfish --ro -a changed.qcow2 -i ls /etc/ssh : ls /var/log : find /tmp/ : is-file /root/.bash_history
  t virt-make-fs --type=ext4 --partition=gpt --size=+20M --label=LBL fs fs.img
  t virt-make-fs --type=vfat --format=qcow2 fs.tar fs2.img
  t virt-filesystems -a fs.img --filesystems --long --csv --no-title
  truncate -s 200M big.img
  t virt-resize --quiet --expand /dev/sda1 fs.img big.img
  t virt-resize --quiet --expand /dev/sda7 fs.img big.img
  t guestfish --ro -a big.img -m /dev/sda1 cat /d/file : part-get-parttype /dev/sda
  t virt-sparsify --quiet big.img small.img
  t virt-sparsify --quiet --compress --convert qcow2 big.img small.qcow2
  t virt-sparsify --quiet --in-place big.img
  t guestfish --ro -a small.qcow2 -m /dev/sda1 cat /d/file
  t virt-format --filesystem=ext3 --partition=mbr --label=NEW -a big.img
  t guestfish --ro -a big.img run : vfs-type /dev/sda1 : vfs-label /dev/sda1
  t virt-diff -a guest.img -A changed.qcow2 | grep -Ev '/(firstboot|etc/systemd|etc/rc)|lost.found' | sed -E 's/ [0-9]+ (\/)/ \1/'
} >out.txt
compare more-tools <out.txt
