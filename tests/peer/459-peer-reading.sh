#!/bin/bash
# Programs that read guests: the distribution's and ours, on our library, byte for byte, with their options.
source "$(dirname "$0")/peer-functions.sh"

export PATH=$PATH:/lib/systemd:/usr/lib/systemd
requires systemd-journal-remote python3
requires_peer /usr/bin/virt-{alignment-scan,cat,copy-out,df,edit,filesystems,get-kernel,inspector,log,ls,tail,tar-out}
cd "$tmp"

# A guest with partitions, logical volumes, two kernels and a journal.
mkdir -p tree/{etc,bin,boot,data,home/a-b,home/a,dev,proc,usr/share,var/lib/dpkg,var/log}
cat >tree/etc/os-release <<'END'
PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
ID=debian
END
echo 12.5 >tree/etc/debian_version
echo somewhere >tree/etc/hostname
printf '/dev/sda2 / ext4 defaults 0 1\n/dev/vg/data /data ext2 defaults 0 2\n' >tree/etc/fstab
printf 'Package: base-files\nStatus: install ok installed\nArchitecture: amd64\nVersion: 12.4\n\n' >tree/var/lib/dpkg/status
cp /bin/true tree/bin/ls
for version in 6.1.0-9-amd64 6.1.0-18-amd64; do
  echo "kernel $version" >tree/boot/vmlinuz-$version
  echo "ramdisk $version" >tree/boot/initrd.img-$version
done
seq 833 | sed 's/^/a short line /' >tree/var/log/long
seq 30 >tree/var/log/short
printf 'Jan  1 00:00:00 somewhere kernel: started\n' >tree/var/log/syslog
for i in $(seq 40); do echo $i >"tree/home/a/file $i"; done
ln -s a tree/home/link
mkfifo tree/home/fifo
touch -h -d '2001-02-03 04:05:06 UTC' tree/home/*
python3 - >export <<'END'
import struct, sys
out = sys.stdout.buffer
for i in range(40):
    out.write(b"__REALTIME_TIMESTAMP=%d\n__MONOTONIC_TIMESTAMP=%d\n_BOOT_ID=0123456789abcdef0123456789abcdef\nMESSAGE=message %d\nPRIORITY=%d\n"
                      % (1700000000000000 + i * 86400000000, i * 1000000, i, i % 10))
    if i % 2:
        out.write(b"_HOSTNAME=somewhere\nSYSLOG_IDENTIFIER=program\n_PID=%d\n" % i)
    if i % 3:
        out.write(b"_COMM=command\nSYSLOG_PID=77\n")
    if i % 7 == 0:
        out.write(b"SYSLOG_IDENTIFIER=\033[31m\xff\n")
    if i == 9:
        out.write(b"MESSAGE\n" + struct.pack("<Q", 9) + b"two\nlines\n")
    out.write(b"\n")
END
id=0123456789abcdef0123456789abcdef
mkdir -p "tree/var/log/journal/$id"
systemd-journal-remote --split-mode=none -o "tree/var/log/journal/$id/system.journal" export >remote.log 2>&1 || fail "making a journal: $(cat remote.log)"
tar -C tree --owner=0 --group=0 -cf tree.tar .
guestfish <<'END'
sparse guest.img 200M
run
part-init /dev/sda gpt
part-add /dev/sda p 63 8191
part-add /dev/sda p 8192 200000
part-add /dev/sda p 200704 -2048
part-set-name /dev/sda 2 root
mkfs vfat /dev/sda1 label:BOOT
mke2fs /dev/sda2 fstype:ext4 label:root
pvcreate /dev/sda3
vgcreate vg /dev/sda3
lvcreate data vg 20
lvcreate a-long-name-of-a-volume vg 8
mke2fs /dev/vg/data fstype:ext2 label:data
mkswap /dev/vg/a-long-name-of-a-volume
mount /dev/sda2 /
tar-in tree.tar /
END

# What is read from standard input: a program and its arguments a line.
compare_all ()
{
  local line words
  while read -r line; do
    read -ra words <<<"$line"
    [[ ! $line || $line == '#'* ]] || same "${words[0]}" -a "$1" "${words[@]:1}"
  done
}

compare_all guest.img <<'END'
virt-cat /etc/hostname /nosuch /etc/fstab
virt-cat -m /dev/sda2:/ -m /dev/vg/data:/data /etc/hostname
virt-cat
virt-ls /home
virt-ls / /home /nosuch
virt-ls -lR /home
virt-ls -lR -h /var
virt-ls -lR --extra-stats --uids --times /home
virt-ls -lR --csv --extra-stats --uids --times --checksum=sha1 /home /boot
virt-ls -lR --csv --time-t /home
virt-ls -lR --time-days --csv /home
virt-ls -lR --time-relative --time-days --time-t /home
virt-ls -lR --checksum /home
virt-filesystems
virt-filesystems --blkdevs --long -h
virt-filesystems --all
virt-filesystems --all --long
virt-filesystems --all --long --uuid
virt-filesystems --all --long --human-readable --no-title
virt-filesystems --all --long --csv --uuids
virt-filesystems -l
virt-filesystems -l --parts --uuid
virt-df
virt-df -h
virt-df --inodes --uuid --csv
virt-df -P 1
virt-alignment-scan
virt-get-kernel
virt-get-kernel --unversioned-names -q
virt-get-kernel --machine-readable
virt-get-kernel -o nosuch
virt-inspector --no-icon --no-applications
virt-log
virt-edit -e s/x/y/ /nosuch
virt-edit /etc/hostname /etc/fstab -e 1
virt-copy-out /nosuch .
END
matches '^Nov 14 22:13:20 ' < <(virt-log -a guest.img) || fail "the guest has no journal"

# Images without -a, as old scripts have them.
same virt-cat guest.img /etc/hostname
same virt-ls guest.img /home

# Contents that come out.
for program in /usr/bin/virt-copy-out virt-copy-out; do
  mkdir out
  peer "$program" -a guest.img /etc /home /boot/vmlinuz-6.1.0-9-amd64 out
  (cd out && find . -printf '%p %m %y %l\n' | sort && find . -type f -exec sha256sum {} + | sort) >"out.$(dirname "$program" | tr -d /.)"
  rm -r out
done
diff -u out.usrbin out. || fail "virt-copy-out copies something else"
for program in /usr/bin/virt-tar-out virt-tar-out; do
  peer "$program" -a guest.img /home "tar.$(dirname "$program" | tr -d /.)"
done
cmp tar.usrbin tar. || fail "virt-tar-out makes another archive"

# Expressions of virt-edit.
while read -r expression; do
  for program in /usr/bin/virt-edit virt-edit; do
    guestfish -a guest.img -m /dev/sda2 upload tree/var/log/long /var/log/edited
    peer "$program" -a guest.img -e "$expression" /var/log/edited
    virt-cat -a guest.img /var/log/edited >"edited.$(dirname "$program" | tr -d /.)"
  done
  cmp edited.usrbin edited. || fail "virt-edit -e '$expression' does something else"
done <<'END'
s/short/long/
s/(\d+)$/<$1>/ if /7/
END

# It follows until it is told to end; its first look is compared.
has_lines () { [[ $(wc -l <tailed) -ge $1 ]]; }
first_look ()
{
  local lines=$1 tail
  shift
  : >tailed # what the one before has printed does not count
  "$@" >>tailed 2>/dev/null &
  tail=$!
  wait_until has_lines "$lines"
  kill -TERM $tail
  wait $tail || true
}
for files in /var/log/short '/var/log/long /etc/hostname'; do
  read -ra words <<<"$files"
  # Not by `peer`: the program itself is what has to end.
  first_look 15 env LD_LIBRARY_PATH="$top_builddir/lib/.libs" /usr/bin/virt-tail -a guest.img "${words[@]}"
  cp tailed tailed.theirs
  first_look 15 virt-tail -a guest.img "${words[@]}"
  cmp tailed.theirs tailed || fail "virt-tail of $files prints something else: $(diff tailed.theirs tailed)"
done

# The log of syslog, where there is no journal.
guestfish -a guest.img -m /dev/sda2 rm-rf /var/log/journal
same virt-log -a guest.img
guestfish -a guest.img -m /dev/sda2 mv /var/log/syslog /var/log/messages
same virt-log -a guest.img

# Several disks, and what is no guest.
guestfish sparse empty.img 20M
same virt-filesystems -a guest.img -a empty.img --all --long
same virt-df -a guest.img -a empty.img
same virt-df -a empty.img
same virt-cat -a empty.img /etc/hostname
same virt-ls -a nosuch.img /
