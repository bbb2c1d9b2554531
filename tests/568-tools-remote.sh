#!/bin/bash
# -a URI in all programs that open images: an image behind an NBD server, on a socket and on a port.
source "$(dirname "$0")/functions.sh"
requires qemu-nbd
cd "$tmp"
mkdir -p root/{etc,bin,boot,var/log,var/lib/dpkg}
printf 'ID=debian\nVERSION_ID=12\n' >root/etc/os-release
echo remote >root/etc/hostname
echo line >root/var/log/syslog
touch root/boot/vmlinuz-6.1.0-9-amd64
cp /bin/true root/bin/ls
virt-make-fs --partition -t ext4 -s 60M root d.img
qemu-nbd --persistent --shared 8 --fork --pid-file pid -f raw -k "$tmp/socket" -x export d.img
cleanup_fn kill "$(cat pid)"
uri="nbd:///export?socket=$tmp/socket"
run () { local pattern=$1; shift; "$@" >out 2>err || fail "$*: $(cat err)"; [[ -z $pattern ]] || grep -Eq -- "$pattern" out || fail "$*: $(cat out)"; }
run '^remote$' virt-cat -a "$uri" /etc/hostname
run '^remote$' virt-cat --format=raw --add "$uri" /etc/hostname
run '^hostname$' virt-ls -a "$uri" /etc
run '/dev/sda1' virt-df -a "$uri"
run '/dev/sda1' virt-filesystems -a "$uri"
run '^line$' virt-log -a "$uri"
run debian virt-inspector --no-applications -a "$uri"
run '<version>6.1.0-9-amd64' virt-drivers -a "$uri"
run '/dev/sda1' virt-alignment-scan -a "$uri"
run download virt-get-kernel -a "$uri" -o .
run '' virt-diff -a "$uri" -A "$uri"
run '' virt-tar-out -a "$uri" /etc etc.tar
tar tf etc.tar | matches hostname || fail "virt-tar-out"
run '' virt-copy-out -a "$uri" /etc/hostname .
expect_equal "$(cat hostname)" remote
run '' virt-edit -a "$uri" /etc/hostname -e 's/remote/edited/'
run '' virt-customize -q -a "$uri" --write /etc/new:text
echo x >file
run "" virt-copy-in -a "$uri" file /etc
run '^edited$' guestfish --ro -a "$uri" -i cat /etc/hostname
run '^text$' guestfish --ro -a "$uri" -i cat /etc/new
truncate -s 80M large.img
run '' virt-resize -q --expand /dev/sda1 "$uri" large.img
run '^edited$' virt-cat -a large.img /etc/hostname
# The rest is refused clearly.
expect_error 'names no server' virt-cat -a http:///x /etc/hostname
expect_error 'nosuch' virt-cat -a "nbd:///export?socket=$tmp/nosuch" /etc/hostname
