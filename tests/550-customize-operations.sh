#!/bin/bash
# virt-customize on an overlay of the Debian guest: what every operation leaves, and the order.
source "$(dirname "$0")/functions.sh"
requires qemu-img tar
requires_guest
cd "$tmp"
overlay () { rm -f "$1"; qemu-img create -q -f qcow2 -b "$(realpath "$guest_qcow2")" -F qcow2 "$1"; }
overlay d.qcow2

mkdir -p tree/sub
echo one >tree/sub/one
tar -czf t.tar.gz tree
printf '#!/usr/bin/perl\nprint "perl runs\\n"; symlink "a", "/root/by-script";\n' >script
printf 'echo first boot\n' >boot.sh
printf 'secret\nother line\n' >password
chmod 0600 password
echo 'ssh-ed25519 AAAAC3Nz me@here' >key.pub
chmod 0640 script
cat >commands <<'END'
# A comment, then an empty line.

write /root/from-file:first
  append-line /root/from-file:second
edit /root/from-file:\
    s/first/FIRST/
touch /root/touched
END

virt-customize -a d.qcow2 --hostname new.example --timezone Europe/Berlin \
  --write /etc/hosts:'127.0.1.1 new.example x' --hostname newer \
  --root-password file:password --run-command 'useradd -m ann' --password 'ann:password:pa:ss' \
  --password 'daemon:locked:password:x' --password bin:disabled --password sys:locked --password games:random \
  --ssh-inject root:file:key.pub --ssh-inject ann:string:'ssh-rsa AAAA a@b' --ssh-inject ann:string:'ssh-rsa AAAA a@b' \
  --mkdir /srv/a/b --write /srv/a/f:text --append-line /srv/a/f:more --chmod 0640:/srv/a/f --chown 7:8:/srv/a/f \
  --copy /srv/a:/srv/copy --move /srv/copy/f:/srv/moved --truncate-recursive /srv/a --delete '/srv/co*' --delete /no/such \
  --copy-in tree:/srv --tar-in t.tar.gz:/srv/a --upload script:/root/up --upload script:/srv --link /srv/moved:/root/l1:/root/l2 \
  --write '/srv/scrubbed:gone' --scrub /srv/scrubbed --write /srv/t:x --truncate /srv/t \
  --run script --commands-from-file commands \
  --firstboot boot.sh --firstboot-command 'echo second' --firstboot-install vim,less >out

head -n 1 out | matches -E '^\[ *[0-9]+\.[0-9]\] Examining the guest \.\.\.$' || fail "first line: $(head -n 1 out)"
for line in 'Setting a random seed' 'Setting the hostname: newer' 'SSH key inject: root' 'Running: script' 'Setting passwords' 'Finishing off'; do
  grep -Eq "^\[ *[0-9]+\.[0-9]\] $line\$" out || fail "no line '$line': $(cat out)"
done
random=$(sed -n 's/^virt-customize: Setting random password of games to //p' out)
expect_equal ${#random} 20 "length of a random password"

guestfish --ro -a d.qcow2 -i >got <<'END'
cat /etc/hostname
cat /etc/hosts
cat /etc/timezone
readlink /etc/localtime
cat /srv/moved
statns /srv/moved | grep -E '^st_(mode|uid|gid)'
filesize /srv/a/f
exists /srv/copy
cat /srv/tree/sub/one
cat /srv/a/tree/sub/one
stat /root/up | grep ^mode
is-file /srv/script
readlink /root/l2
exists /srv/scrubbed
filesize /srv/t
readlink /root/by-script
cat /root/from-file
filesize /root/touched
ls /usr/lib/virt-sysprep/scripts
cat /usr/lib/virt-sysprep/scripts/5000-0001-boot-sh
cat /usr/lib/virt-sysprep/scripts/5000-0003-install-vim
stat /usr/lib/virt-sysprep/firstboot.sh | grep ^mode
readlink /etc/systemd/system/multi-user.target.wants/guestfs-firstboot.service
exists /usr/lib/systemd/system/guestfs-firstboot.service
cat /tmp/builder.log
glob ls /var/tmp
cat /root/.ssh/authorized_keys
cat /home/ann/.ssh/authorized_keys
stat /home/ann/.ssh/authorized_keys | grep -E '^(mode|uid)'
filesize /var/lib/systemd/random-seed
END
cat >wanted <<'END'
newer

127.0.1.1 newer x
Europe/Berlin

../usr/share/zoneinfo/Europe/Berlin
text
more

st_mode: 33184
st_uid: 7
st_gid: 8
0
false
one

one

mode: 33184
true
/srv/moved
false
0
a
FIRST
second

0
5000-0001-boot-sh
5000-0002-echo-second
5000-0003-install-vim
#!/bin/sh
echo first boot

#!/bin/sh
export DEBIAN_FRONTEND=noninteractive; apt-get -q -y update && apt-get -q -y -o Dpkg::Options::=--force-confnew install 'vim' 'less'

mode: 33261
/usr/lib/systemd/system/guestfs-firstboot.service
true
perl runs

ssh-ed25519 AAAAC3Nz me@here

ssh-rsa AAAA a@b

mode: 33152
uid: 1000
512
END
diff -u wanted got || fail "what the operations leave"

# Passwords: the guest's own crypt says whether they fit.
virt-copy-out -a d.qcow2 /etc/shadow .
check () # USER PASSWORD
{
  local field
  field=$(sed -n "s/^$1:!*\([^:]*\):.*/\1/p" shadow)
  expect_equal "$(perl -e 'print crypt $ARGV[0], $ARGV[1]' "$2" "$field")" "$field" "password of $1"
}
requires perl
check root secret
check ann pa:ss
check daemon x
check games "$random"
grep -q '^daemon:!\$' shadow || fail "daemon is not locked"
grep -q '^bin:\*:' shadow || fail "bin: $(grep ^bin: shadow)"
grep -q '^sys:!\*:' shadow || fail "sys: $(grep ^sys: shadow)"
expect_equal "$(guestfish --ro -a d.qcow2 -i stat /etc/shadow | sed -n 's/^\(mode\|gid\): //p' | tr '\n' ' ')" "33184 42 " "attributes of shadow"

# Scripts of the first boot run once, in order, and what fails does not stop them.
mkdir -p boot/scripts boot/root
virt-copy-out -a d.qcow2 /usr/lib/virt-sysprep/firstboot.sh boot
printf 'echo one\nexit 3\n' >boot/scripts/5000-0001-a
printf '#!/bin/sh\necho two; ls scripts\n' >boot/scripts/5000-0002-b
sed -i '1i#!/bin/sh' boot/scripts/5000-0001-a
echo never >boot/scripts/5000-0003-not-executable
chmod +x boot/scripts/5000-000[12]*
sed -e "s|/usr/lib/virt-sysprep|$PWD/boot|; s|~root|$PWD/boot/root|" boot/firstboot.sh >boot/run
sh boot/run start
sh boot/run start
sh boot/run stop
diff -u - boot/root/virt-sysprep-firstboot.log <<'END' || fail "log of the first boot"
=== Running 5000-0001-a ===
one
=== 5000-0001-a failed: 3 ===
=== Running 5000-0002-b ===
two
5000-0003-not-executable
END

# A second run goes on counting; the log goes away; nothing is printed with -q.
virt-customize -q -a d.qcow2 --firstboot-command 'echo third' --no-logfile --run-command true >out
[[ ! -s out ]] || fail "-q prints: $(cat out)"
expect_equal "$(guestfish --ro -a d.qcow2 -i ls /usr/lib/virt-sysprep/scripts | tail -n 1)" 5000-0004-echo-third
expect_equal "$(guestfish --ro -a d.qcow2 -i exists /tmp/builder.log)" false

# A dry run leaves nothing; an empty machine-id is filled.
before=$(cksum <d.qcow2)
virt-customize -n -q -a d.qcow2 --write /dry:run --run-command 'test -f /dry'
expect_equal "$(cksum <d.qcow2)" "$before" "image after a dry run"
virt-customize -q -a d.qcow2 --truncate /etc/machine-id
virt-customize -q -a d.qcow2
guestfish --ro -a d.qcow2 -i cat /etc/machine-id | matches -xE '[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}' || fail "machine-id"
