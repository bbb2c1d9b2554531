#!/bin/bash
# virt-diff of the distribution and ours, on our library, byte for byte: each kind of change, and all options.
# Not compared: directories with names such as "a" and "a-b" side by side, which version 1.48 takes for different ones, and bytes in
# values of extended attributes with --csv, which it prints as "\x 1" and "\xffffffff".
source "$(dirname "$0")/peer-functions.sh"

requires debugfs
requires_peer /usr/bin/virt-diff
cd "$tmp"

printf 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian"\n' >os-release
seq 1 40 | sed 's/^/line /' >lines
sed -e '3s/.*/changed/' -e '20d' -e '38a added' lines >lines2
printf 'no newline' >end1
printf 'another one' >end2
printf 'no newline\n' >end3
head -c 5000 /bin/ls >binary1
head -c 6000 /bin/ls >binary2
head -c 20000 /bin/ls | tr '\0' a >odd
seq 1 100000 >big1
sed '/77$/s/^/x/' big1 >big2
printf 'caf\351\nbar\033[31m\r\n' >bytes1
printf 'caf\350\nbar\033[32m\r\n\v\f\n' >bytes2
{ seq 30; echo; for i in 1 2 3; do printf 'f ()\n{\n  %s\n}\n\n' $i; done; seq 20; } >code1
{ seq 29; echo; for i in 1 2 2 3 4; do printf 'f ()\n{\n  %s\n}\n\n' $i; done; seq 2 20; } >code2

guestfish <<'END'
sparse a.img 100M
run
mke2fs /dev/sda fstype:ext4
mount /dev/sda /
mkdir-p /var/lib/dpkg
mkdir-p /usr/share
mkdir /etc
mkdir /bin
mkdir /home
upload os-release /etc/os-release
write /etc/debian_version "12.5\n"
touch /etc/fstab
upload /bin/true /bin/ls
mkdir /t
upload lines /t/content
upload lines /t/same
upload end1 /t/end1
upload end2 /t/end2
upload end1 /t/end3
touch /t/empty1
upload lines /t/empty2
upload binary1 /t/binary
upload lines /t/odd
upload big1 /t/big
upload bytes1 /t/bytes
upload code1 /t/code
upload lines /t/mode
upload lines /t/owner
upload lines /t/times
upload lines /t/xattr1
upload lines /t/xattr2
upload lines /t/xattr3
setxattr user.one value 5 /t/xattr1
setxattr user.one value 5 /t/xattr3
upload lines /t/removed
upload lines /t/link
mkdir-p /t/rmdir/x
upload lines /t/rmdir/x/y
mkdir /t/dir
mkdir /t/dirtimes
mkdir /t/dir2file
upload lines /t/dir2file/inner
upload lines /t/file2dir
upload lines /t/file2link
ln-s one /t/symlink
ln-s one /t/symsame
ln-s one /t/symxattr
mknod-c 0600 5 1 /t/device
mknod-b 0600 8 1 /t/device2
mkfifo 0600 /t/fifo
mknod 0140600 0 0 /t/socket
upload lines "/t/with space"
upload lines "/t/comma,\"quote"
mkfifo 0644 /t/inode1
mkfifo 0644 /t/inode2
touch /t/odd-mode
touch /t/odd-uid
touch /t/odd-gid
touch /t/odd-links
touch /t/odd-mtime
touch /t/odd-mtime-part
touch /t/odd-ctime-part
touch /t/odd-atime
touch /t/odd-atime-part
mkfifo 0644 /t/odd-fifo-mtime
touch /t/odd-xattr
mkdir /t/odd-dir-uid
mkdir /t/odd-dir-mtime
mkdir /t/odd-dir-xattr
touch /t/odd-value
setxattr user.bytes "a\x01\xff\x1b\nb" 6 /t/odd-value
setxattr user.comma "a,b c" 5 /t/odd-value
setxattr user.empty "" 0 /t/odd-value
END
cp --sparse=always a.img b.img
guestfish -a b.img -m /dev/sda <<'END'
upload lines2 /t/content
upload end2 /t/end1
upload end3 /t/end2
upload end3 /t/end3
upload lines /t/empty1
truncate /t/empty2
upload binary2 /t/binary
upload odd /t/odd
upload big2 /t/big
upload bytes2 /t/bytes
upload code2 /t/code
chmod 0600 /t/mode
chown 1000 1001 /t/owner
utimens /t/times 1000000000 5 1000000000 7
setxattr user.one other 5 /t/xattr1
setxattr user.one new 3 /t/xattr2
removexattr user.one /t/xattr3
rm /t/removed
ln /t/link /t/link2
rm-rf /t/rmdir
mkdir /t/newdir
write /t/newdir/new "new\n"
mkdir /t/dir/sub
utimens /t/dirtimes 1000000000 0 1000000000 0
rm-rf /t/dir2file
write /t/dir2file "now a file\n"
rm /t/file2dir
mkdir /t/file2dir
write /t/file2dir/inner "text\n"
rm /t/file2link
ln-s lines /t/file2link
rm /t/symlink
ln-s another /t/symlink
rm /t/device
mknod-c 0600 5 2 /t/device
rm /t/device2
mknod-c 0600 8 1 /t/device2
chmod 0640 /t/fifo
rm /t/socket
upload lines2 "/t/with space"
upload lines2 "/t/comma,\"quote"
chmod 0711 /
setxattr user.root x 1 /
END
# One attribute and no other, which only a debugger of filesystems can do.
cat >commands <<'END'
set_inode_field /t/odd-mode mode 0100600
set_inode_field /t/odd-uid uid 5
set_inode_field /t/odd-gid gid 6
set_inode_field /t/odd-links links_count 2
set_inode_field /t/odd-mtime mtime 1000000
set_inode_field /t/odd-mtime-part mtime_extra 4000
set_inode_field /t/odd-ctime-part ctime_extra 4000
set_inode_field /t/odd-atime atime 1000000
set_inode_field /t/odd-atime-part atime_extra 4000
set_inode_field /t/odd-fifo-mtime mtime 1000000
set_inode_field /t/odd-dir-uid uid 7
set_inode_field /t/odd-dir-mtime mtime 1000000
ea_set /t/odd-xattr user.f abc
ea_set /t/odd-dir-xattr user.d abc
ea_set /t/symxattr security.selinux abc
END
inode () { debugfs -R "stat /t/$1" b.img 2>/dev/null | sed -n '1s/.*Inode: \([0-9]*\).*/\1/p'; }
printf 'unlink /t/inode1\nunlink /t/inode2\nlink <%s> /t/inode2\nlink <%s> /t/inode1\n' "$(inode inode1)" "$(inode inode2)" >>commands
debugfs -w -f commands b.img >debugfs.log 2>&1

while read -r line; do
  read -ra words <<<"$line"
  same virt-diff -a a.img -A b.img "${words[@]}"
done <<'END'

--all
--csv
--all -h
--human-readable --uids
--csv --uids --times --extra-stats
--times --atime
--time-t --atime --csv
--time --uid
--checksum
--checksums=sha1 --csv
--checksum=crc
--dir-links --extra-stats
--dir-times --all
--all --dir-times --dir-links --atime --csv --checksum=sha256
--xattrs
--xattr --dir-time --dir-nlink --extra-stat
--csv -h
--checksum=none
END
# Something was compared.
matches '^= - 0644 .* /t/content$' < <(virt-diff -a a.img -A b.img) || fail "no difference was found"
matches '^# changed: st_uid$' < <(virt-diff -a a.img -A b.img) || fail "no difference of owners alone was found"

same virt-diff -a a.img -A a.img --all
same virt-diff -a b.img -A a.img --all
same virt-diff -a a.img
same virt-diff -A a.img
same virt-diff -a a.img -A b.img argument
same virt-diff -a a.img -A nosuch.img

# Contents alone, and with something else.
guestfish -a a.img -m /dev/sda write /t/sum "one\nmarker-number-1\n" : write /t/sum2 "marker-number-1\n" : write /t/sum3 "marker-number-1\n"
cp --sparse=always a.img d.img
sed -i 's/marker-number-1/marker-number-2/' d.img
printf 'ea_set /t/sum2 user.x abc\nset_inode_field /t/sum3 uid 4\n' >commands
debugfs -w -f commands d.img >debugfs.log 2>&1
same virt-diff -a a.img -A d.img
same virt-diff -a a.img -A d.img --checksum
same virt-diff -a a.img -A d.img --checksum --csv
matches '^[+].*marker-number-2' < <(virt-diff -a a.img -A d.img --checksum) || fail "no contents were compared"

# Another device, another filesystem, and other blocks: all is told.
guestfish --ro -a a.img -m /dev/sda tar-out / all.tar xattrs:true
guestfish -- sparse c.img 100M : run : part-disk /dev/sda mbr : mke2fs /dev/sda1 fstype:ext4 blocksize:4096 : mount /dev/sda1 / : tar-in all.tar / xattrs:true
same virt-diff -a a.img -A c.img --all
same virt-diff -a c.img -A b.img --extra-stats --csv
