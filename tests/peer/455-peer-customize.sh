#!/bin/bash
# The distribution's virt-customize and virt-sysprep on our library, beside ours: both leave the same guest, but for what is named here.
source "$(dirname "$0")/peer-functions.sh"
source "$top_srcdir/tests/sysprep-functions.sh"

requires_peer /usr/bin/{virt-customize,virt-sysprep}
requires qemu-img perl
requires_guest
cd "$tmp"
overlay () { rm -f "$2"; qemu-img create -q -f qcow2 -b "$(realpath "$1")" -F qcow2 "$2"; }
# What differs between peer.qcow2 and ours.qcow2, in type, mode, owner, size, contents or target: names, sorted.
listing () { virt-ls -a "$1" -lR --uids --checksum=md5 /etc /home /root /srv /tmp /usr/lib/systemd/system /usr/lib/virt-sysprep /var; }
differences ()
{
  listing peer.qcow2 >peer.list; listing ours.qcow2 >ours.list
  { diff peer.list ours.list || true; } | sed -n 's/^[<>] [^/]* \(\/.*\)$/\1/p' | sed 's/ -> .*//' | sort -u
}
compare_guests () # WHAT, and the differences that are wanted on stdin
{
  differences >got
  sed 's/ *#.*//' >wanted
  diff -u wanted got || fail "$1: the guests differ in another way than they may"
}

overlay "$guest_qcow2" base.qcow2
virt-customize -q -a base.qcow2 --run-command 'useradd -m ann'
mkdir -p tree/sub
echo one >tree/sub/one
tar -cf t.tar tree
printf '#!/bin/sh\necho run >/srv/by-script\n' >script
chmod +x script
echo 'ssh-ed25519 AAAA me@here' >key.pub
options=(--hostname new.example.com --timezone Asia/Tokyo --write $'/etc/hosts:127.0.0.1 new.example.com new\n' --hostname newer
  --write /srv/f:text --append-line /srv/f:more --edit '/srv/f:s/t/T/g' --chmod 0640:/srv/f --mkdir /srv/a/b --copy /srv/f:/srv/a/g
  --copy-in tree:/srv --move /srv/a/g:/srv/a/h --link /srv/f:/srv/l1:/srv/l2 --touch /srv/t --upload script:/srv/u --truncate /etc/motd
  --truncate-recursive /etc/skel --delete '/srv/a/b*' --delete /no/such --run script --run-command 'echo x >/srv/c' --scrub /etc/issue
  --password ann:password:secret --root-password locked:password:x --password bin:disabled --ssh-inject ann:file:key.pub
  --firstboot script --firstboot-command 'echo two')
overlay base.qcow2 peer.qcow2
overlay base.qcow2 ours.qcow2
peer /usr/bin/virt-customize -q -a peer.qcow2 "${options[@]}" 2>/dev/null
virt-customize -q -a ours.qcow2 "${options[@]}"
compare_guests virt-customize <<'END'
/etc/init.d/guestfs-firstboot                 # with systemd, ours has no second start by System V
/etc/localtime                                # a link that is right outside the guest as well
/etc/rc2.d/S99guestfs-firstboot
/etc/rc3.d/S99guestfs-firstboot
/etc/rc5.d/S99guestfs-firstboot
/etc/shadow                                   # another salt; the day of the change
/etc/timezone                                 # Debian's own file agrees with the link
/usr/lib/systemd/system/guestfs-firstboot.service
/usr/lib/virt-sysprep/firstboot.sh
/usr/lib/virt-sysprep/scripts/5000-0002-echo-two  # with a line that says whose it is
/var/lib/systemd/random-seed
END
for guest in peer ours; do
  virt-cat -a $guest.qcow2 /etc/shadow >shadow
  field=$(sed -n 's/^ann:\([^:]*\):.*/\1/p' shadow)
  expect_equal "$(perl -e 'print crypt "secret", $ARGV[0]' "$field")" "$field" "ann's password in $guest"
  expect_equal "$(sed -n 's/^bin:\([^:]*\):.*/\1/p' shadow)" '*' "password of bin in $guest"
  grep -q '^root:!!*\$' shadow || fail "root is not locked in $guest"
done

# Everything that virt-sysprep does by default, with files for each operation.
sed -n '/^[a-z]/s/^[^:]*: //p' "$top_srcdir/tests/sysprep-files" | tr ' ' '\n' | sed 's/^+//; /p11-kit/d' | plant_files >plant
overlay "$guest_qcow2" base.qcow2
echo mkdir-p /usr/lib/virt-sysprep >>plant
guestfish -a base.qcow2 -i <plant >/dev/null
overlay base.qcow2 peer.qcow2
overlay base.qcow2 ours.qcow2
# (A trusted ipa.p11-kit would have the peer run a program that this guest does not have.)
peer /usr/bin/virt-sysprep -q -a peer.qcow2 >/dev/null 2>&1
virt-sysprep -q -a ours.qcow2 2>/dev/null
compare_guests virt-sysprep <<'END'
/etc/lvm/devices/system.devices                 # operations that version 1.48 does not have yet
/etc/machine-id                                 # the peer gives all copies the same new number
/etc/pki/consumer/cert.pem                      # the peer looks for these on Red Hat's systems only
/etc/sysconfig/network-scripts/ifcfg-eth0
/etc/sysconfig/rhn/systemid
/home/ann/.zhistory
/root/.zsh_history
/var/lib/rhsm/facts
/var/lib/systemd/random-seed                    # the peer makes none where none was
END
expect_equal "$(guestfish --ro -a ours.qcow2 -i filesize /etc/machine-id)" 0
