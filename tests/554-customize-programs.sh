#!/bin/bash
# virt-customize and virt-sysprep as programs: wrong use, attached disks, Ctrl-C, and the examples of the manual.
source "$(dirname "$0")/functions.sh"
requires qemu-img
requires_guest
cd "$tmp"
overlay () { rm -f "$1"; qemu-img create -q -f qcow2 -b "$(realpath "$guest_qcow2")" -F qcow2 "$1"; }
overlay d.qcow2

# Wrong use: one line, status 1, nothing on stdout, before anything is started.
wrong () # PATTERN OPTION...
{
  local pattern=$1 status=0
  shift
  virt-customize -a d.qcow2 "$@" >out 2>err </dev/null || status=$?
  expect_equal "$status" 1 "status of $*"
  [[ ! -s out ]] || fail "$*: $(cat out)"
  expect_equal "$(wc -l <err)" 1 "lines about $*"
  grep -Eq -- "$pattern" err || fail "$*: $(cat err)"
}
printf 'touch /a\nnosuch /b\n' >bad1
printf '# x\n\nwrite /a:\\\n  b\nupdate now\n' >bad2
wrong '^virt-customize: --write: "/x" is not of the form FILE:CONTENT$' --write /x
wrong '"1:2" is not of the form UID:GID:PATH' --chown 1:2
wrong '"x" is not of the form TARGET:LINK' --link x
wrong '^virt-customize: --upload: nosuch: No such file' --upload nosuch:/x
wrong '^virt-customize: --run: nosuch: No such file' --run nosuch
wrong 'what was given is none of file:NAME, password:TEXT' --root-password secret
wrong '"ann" is not of the form USER:SELECTOR' --password ann
wrong 'nosuch: No such file' --password ann:file:nosuch
wrong 'none of md5, sha256' --password-crypto rot13
wrong '"key" is none of file:NAME, string:TEXT' --ssh-inject root:key
wrong 'the key is empty' --ssh-inject root:string:
HOME=$PWD wrong 'there is no public key' --ssh-inject root
wrong 'bad1:2: there is no operation "nosuch"' --commands-from-file bad1
wrong 'bad2:5: "update" takes no argument' --commands-from-file bad2
wrong '^virt-customize: /x: this is no option' --mkdir /a /x
wrong 'takes a number' --memsize many
expect_error 'nosuch.img: No such file' virt-customize -q -a nosuch.img
# What only shows in the guest.
failing () # PATTERN OPTION...
{
  local pattern=$1
  shift
  virt-customize -q -a d.qcow2 "$@" 2>err && fail "$* is done"
  expect_equal "$(wc -l <err)" 1 "lines about $*"
  grep -Eq -- "$pattern" err || fail "$*: $(cat err)"
}
failing '^virt-customize: --password: the guest has no user "nobody-here"$' --password nobody-here:locked
failing '^virt-customize: --chmod: chmod: /nosuch: No such file' --chmod 0644:/nosuch
failing '"9" are no permissions' --chmod 9:/etc/passwd
failing '"x y" is no host name' --hostname 'x y'
failing '"../etc/passwd" is no time zone' --timezone ../etc/passwd
failing '^virt-customize: --edit: /nosuch: the guest has no such file' --edit /nosuch:s/a/b/
failing '^virt-customize: --run-command: .* failed: oops' --run-command 'echo oops; exit 3'
failing 'no user "nosuch"' --ssh-inject nosuch:string:x
# What stood before it was done, the rest was not.
expect_error 'nosuch' virt-customize -q -a d.qcow2 --touch /before --delete /before --touch /before --move /nosuch:/x --touch /after
expect_equal "$(guestfish --ro -a d.qcow2 -i exists /before : exists /after)" $'true\nfalse'

# The newest of one's own keys.
mkdir -p .ssh
echo ssh-old >.ssh/id_rsa.pub
echo ssh-new >.ssh/id_ed25519.pub
touch -d 2000-01-01 .ssh/id_rsa.pub
HOME=$PWD virt-customize -q -a d.qcow2 --ssh-inject root
expect_equal "$(guestfish --ro -a d.qcow2 -i cat /root/.ssh/authorized_keys)" ssh-new

# An attached disk is there for programs, read-only, and a system on it is not changed.
guestfish sparse extra.img 20M : run : mkfs ext4 /dev/sda label:EXTRA : mount /dev/sda / : write /file 'from the disk'
before=$(cksum <extra.img)
virt-customize -q -a d.qcow2 --attach-format raw --attach extra.img --memsize 512 --smp 1 \
  --run-command 'mount -o ro LABEL=EXTRA /mnt && cp /mnt/file /root/ && umount /mnt'
expect_equal "$(guestfish --ro -a d.qcow2 -i cat /root/file)" "from the disk"
expect_equal "$(cksum <extra.img)" "$before" "the attached disk"
overlay other.qcow2
virt-customize -q -a d.qcow2 --attach other.qcow2 --write /root/which:first
expect_equal "$(guestfish --ro -a other.qcow2 -i exists /root/which)" false

# Without Perl on the host the guest's is used.
mkdir bin
ln -s /usr/bin/* bin 2>/dev/null || true
rm -f bin/perl*
without_perl () { PATH=$(dirname "$(type -p virt-customize)"):$(dirname "$(type -p virt-edit)"):$PWD/bin "$@"; }
without_perl virt-customize -q -a d.qcow2 --write /edited:old --chmod 0640:/edited --edit '/edited:s/o(.)d/n$1w/'
expect_equal "$(guestfish --ro -a d.qcow2 -i cat /edited : stat /edited | sed -n '1p; s/^mode: //p' | paste -sd' ')" "nlw 33184"

# Two systems on a disk: both are changed.
guestfish >/dev/null <<'END'
sparse two.img 100M
run
part-init /dev/sda mbr
part-add /dev/sda p 2048 100000
part-add /dev/sda p 100001 -2048
mkfs ext4 /dev/sda1
mkfs ext4 /dev/sda2
mount /dev/sda1 /
mkdir /etc
mkdir /bin
write /etc/os-release "ID=debian\nVERSION_ID=12\n"
write /etc/fstab "/dev/sda1 / ext4 defaults 0 0\n"
umount /
mount /dev/sda2 /
mkdir /etc
mkdir /bin
write /etc/os-release "ID=fedora\nVERSION_ID=39\n"
write /etc/fstab "/dev/sda2 / ext4 defaults 0 0\n"
END
virt-customize -q -a two.img --hostname both 2>/dev/null
for partition in /dev/sda1 /dev/sda2; do
  expect_equal "$(guestfish --ro -a two.img -m $partition cat /etc/hostname)" both "$partition"
done

# Ctrl-C, or SIGTERM (shells let programs in the background ignore the former): the operation is given up, what was done is on the
# disk.  The program has no pipe to the daemon; that it runs is told by the console.
virt-customize -v -a d.qcow2 --write /done:1 --run-command "echo beg''un >/dev/console; sleep 600" --write /not-done:1 >out 2>err &
pid=$!
wait_until grep -aq begun err
kill -TERM $pid
status=0; wait $pid || status=$?
expect_equal "$status" 1 "status after an interrupt"
grep -aEq '^virt-customize: --run-command: .*([Ii]nterrupted|cancel)' err || fail "message after an interrupt: $(cat err)"
expect_equal "$(guestfish --ro -a d.qcow2 -i exists /done : exists /not-done)" $'true\nfalse'

# The examples of the manual.
for page in virt-customize virt-sysprep; do
  sed -n '/^=head1 EXAMPLES/,/^=head1 EXIT/p' "$top_srcdir/customize/$page.pod" | grep '^ ' | sed 's/debian\.qcow2/e.qcow2/' >examples
  overlay e.qcow2
  guestfish -a e.qcow2 -i sh 'useradd -m ann; touch /etc/ssh/sshd_config' 2>/dev/null || true
  [[ $page == virt-sysprep ]] || guestfish -a e.qcow2 -i sh 'userdel -r ann 2>/dev/null; true' >/dev/null
  (($(grep -c "^ $page" examples) >= 3)) || fail "$page has few examples"
  sed "s/^ $page/&  -q/" examples >commands
  bash -euo pipefail commands >/dev/null || fail "an example of $page fails"
done
