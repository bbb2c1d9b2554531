#!/bin/bash
# The examples of the manuals of the tools, each on a guest made here.
source "$(dirname "$0")/functions.sh"
source "$top_srcdir/tests/inspect/windows.sh"
export PATH=$PATH:/lib/systemd:/usr/lib/systemd
requires qemu-img python3 systemd-journal-remote hivexregedit
cd "$tmp"

mkdir -p root/{bin,boot,dev,proc,grub,home/ann,etc/default,etc/ssh,usr/share,var/lib/dpkg,var/log/nginx,var/www}
printf 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12"\n' >root/etc/os-release
echo 12.5 >root/etc/debian_version
echo web >root/etc/hostname
echo 'GRUB_TIMEOUT=5' >root/etc/default/grub
echo 'PermitRootLogin no' >root/etc/ssh/sshd_config
echo 'set timeout=5' >root/grub/grub.cfg
echo '/dev/sda1 / ext4 defaults 0 1' >root/etc/fstab
printf 'Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2\n\n' >root/var/lib/dpkg/status
for log in nginx/error.log syslog auth.log; do echo "a line of $log" >root/var/log/$log; done
for name in vmlinuz initrd.img; do echo $name >root/boot/$name-6.1.0-18-amd64; done
cp /bin/true root/bin/ls
cp /bin/true root/bin/su
chmod 4755 root/bin/su
id=0123456789abcdef0123456789abcdef
mkdir -p root/var/log/journal/$id
printf '__REALTIME_TIMESTAMP=1700000000000000\n__MONOTONIC_TIMESTAMP=1\n_BOOT_ID=%s\n_COMM=sshd\nMESSAGE=a message\n\n' $id >export
systemd-journal-remote --split-mode=none -o root/var/log/journal/$id/system.journal export >remote.log 2>&1 || fail "making a journal: $(cat remote.log)"
virt-make-fs --partition -t ext4 -s 60M root guest.img

# What examples name and a test has not: programs that need a screen or a person, other places.
mkdir bin
for program in less qemu-system-x86_64; do printf '#!/bin/bash\n[[ -t 0 ]] || cat >/dev/null\n' >bin/$program; done
chmod +x bin/*
export PATH=$tmp/bin:$PATH EDITOR=true VISUAL=true
adapt ()
{
  sed -E -e 's/^ //' -e '/^><rescue>/d' -e "s,/tmp/guest,$tmp/mnt,g" -e 's,/var/lib/libvirt/images/,,; s, /backup, backup, ; s,-o /tmp ,-o . ,' \
    -e 's/-d web/-a web.qcow2/' -e 's/^(virt-tail|virt-df .*--watch).*/status=0; timeout -k 60 -s INT 4 & || status=$?; [[ $status == 124 ]]/' \
    -e "s,^(guestmount .*--no-fork) /mnt,\\1 $tmp/mnt \\& until mountpoint -q $tmp/mnt || ! kill -0 \$!; do sleep 0.1; done; guestunmount $tmp/mnt; wait,"
}

# The images that examples begin with.
prepare ()
{
  local name
  for name in web.qcow2 $(grep -oE '[a-z]+\.(qcow2|img)\b' examples | grep -v '^web' | sort -u); do
    case $page:$name in
      virt-make-fs:*|*:sparse.img|*:after.qcow2|virt-resize:new.*|virt-sparsify:disk.qcow2|*:initrd.img) ;;
      virt-resize:old.img) cp --sparse=always ../lvm.img old.img ;;
      virt-format:*) qemu-img create -q -f qcow2 disk.qcow2 1G ;;
      *:windows.*) cp --sparse=always ../windows.img "$name" ;;
      *.qcow2) qemu-img create -q -f qcow2 -b ../guest.img -F raw "$name" ;;
      *) cp --sparse=always ../guest.img "$name" ;;
    esac
  done
  mkdir photos backup
  echo motd >motd
  echo issue >issue
  tar -cf site.tar motd
  gzip -k site.tar
  tar -C ../root -cJf root.tar.xz .
  printf '[HKEY_LOCAL_MACHINE\\SOFTWARE\\New]\n"a"="b"\n\n' >changes.reg
}

guestfish <<'END' >/dev/null
sparse lvm.img 400M
run
part-init /dev/sda mbr
part-add /dev/sda p 2048 206847
part-add /dev/sda p 206848 -1
mke2fs /dev/sda1 fstype:ext4
pvcreate /dev/sda2
vgcreate vg /dev/sda2
lvcreate root vg 200
mke2fs /dev/vg/root fstype:ext4
END
# Or only those that the caller names.
[[ ${pages:-} ]] || pages="virt-alignment-scan virt-cat virt-copy-in virt-copy-out virt-df virt-diff virt-drivers virt-edit virt-filesystems virt-format virt-get-kernel
  virt-inspector virt-log virt-ls virt-make-fs virt-rescue virt-resize virt-sparsify virt-tail virt-tar-in virt-tar-out virt-win-reg libguestfs-test-tool guestmount guestunmount"
if ! type -p jq >/dev/null || ! type -p xmllint >/dev/null; then pages=${pages/virt-drivers/} pages=${pages/virt-inspector/}; fi
[[ -w /dev/fuse ]] && grep -q '^#define HAVE_FUSE' "$top_builddir/config.h" || pages=${pages/guestmount guestunmount/}

make_windows w "Windows 10 Pro" 10.0 19045 Client AMD64
mkdir -p w/Windows/System32/winevt/Logs
windows_10_reg >software.reg
python3 "$top_srcdir/tests/guests/make-hive" w/Windows/System32/config/SOFTWARE software.reg
python3 "$top_srcdir/tests/make-evtx.py" w/Windows/System32/winevt/Logs/Security.evtx
virt-make-fs -t ntfs --partition -s 60M w windows.img

cleanup_fn eval "guestunmount -q '$tmp/mnt' 2>/dev/null || true"
unmounted () { ! mountpoint -q "$tmp/mnt"; }
for page in $pages; do
  mkdir "$page"
  cd "$page"
  sed -n '/^=head1 EXAMPLES/,/^=head1 EXIT/p' "$top_srcdir/tools/$page.pod" | { grep '^ ' || true; } >examples
  [[ -s examples ]] || fail "$page has no examples"
  prepare
  adapt <examples >commands
  [[ $page != guestunmount ]] || mkdir -p "$tmp/mnt"
  [[ $page != guestunmount ]] || guestmount -a "$tmp/guest.img" -i --ro "$tmp/mnt"
  bash -euo pipefail commands >out 2>&1 </dev/null ||
    fail "an example of $page fails: $(cat commands out)"
  [[ $page != guestunmount ]] || wait_until unmounted
  cd ..
  rm -rf --one-file-system "${page:?}"
done
