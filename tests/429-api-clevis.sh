#!/bin/bash
# LUKS devices that clevis has bound to a tang server on this host: both versions of LUKS, shares of two servers, and servers that do not answer.
source "$(dirname "$0")/functions.sh"
requires clevis clevis-luks-bind cryptsetup curl luksmeta socat
requires_file /usr/libexec/tangd /usr/libexec/tangd-keygen
cd "$tmp"
gf () { timeout 300 "$top_builddir/run" guestfish "$@"; }
expect_equal "$(gf scratch 10M : run : feature-available clevisluks)" true "feature clevisluks"

# Each server answers on a port of this host that the appliance reaches.
end () { ! kill "$1" 2>/dev/null || wait "$1" 2>/dev/null || true; }
serve ()
{
  local port
  mkdir "$1"
  /usr/libexec/tangd-keygen "$1" >/dev/null
  socat -d -d TCP-LISTEN:0,bind=127.0.0.1,fork,reuseaddr "EXEC:/usr/libexec/tangd $tmp/$1" 2>"$1.log" & pid=$!
  cleanup_fn end $pid
  wait_until grep -q 'listening on' "$1.log"
  port=$(sed -n 's/.*listening on .*:\([0-9]*\)$/\1/p' "$1.log" | head -n 1)
  curl -sSf "http://127.0.0.1:$port/adv" >"$1.adv" || fail "no answer of tang: $(cat "$1.log")"
  printf '{"url":"http://169.254.2.2:%s","adv":"%s"}' "$port" "$tmp/$1.adv" >"$1.pin"
}
serve one; pid_one=$pid
serve two; pid_two=$pid

printf key >key
device () # NAME TYPE PIN CONFIG: a bound LUKS device, with an ext4 filesystem
{
  truncate -s 24M "$1"
  cryptsetup luksFormat -q --type "$2" --pbkdf pbkdf2 --pbkdf-force-iterations 1000 "$1" key
  clevis-luks-bind -y -k key -d "$1" "$3" "$4" >"$1.log" 2>&1 </dev/null || fail "clevis luks bind: $(cat "$1.log")"
}
device luks2 luks2 tang "$(cat one.pin)"
device luks1 luks1 tang "$(cat one.pin)"
device shares luks2 sss "{\"t\":2,\"pins\":{\"tang\":[$(cat one.pin),$(cat two.pin)]}}"
gf --network -a luks2 -a luks1 -a shares >out 2>&1 <<END || fail "unlocking: $(cat out)"
run
clevis-luks-unlock /dev/sda a
clevis-luks-unlock /dev/sdb b
clevis-luks-unlock /dev/sdc c
mkfs ext4 /dev/mapper/a
mkfs ext4 /dev/mapper/b
mkfs ext4 /dev/mapper/c
mount /dev/mapper/c /
write /file contents
umount /
-clevis-luks-unlock /dev/sda a
vfs-type /dev/mapper/c
END
grep -q "/dev/mapper/a: there is a device of this name" out || fail "a name that is taken: $(cat out)"
expect_equal "$(tail -1 out)" ext4
# The programs' --key: the device's UUID, and the network comes with it.
uuid=$(cryptsetup luksUUID shares)
timeout 300 "$top_builddir/run" virt-cat -a shares -m "/dev/mapper/luks-$uuid" --key "$uuid:clevis" /file | matches -x contents || fail "--key UUID:clevis"
expect_error 'no key given opens it' timeout 300 "$top_builddir/run" virt-cat -a shares -m "/dev/mapper/luks-$uuid" --key "/dev/sdb:clevis" /file
expect_error 'ID:clevis, not what was given' timeout 300 "$top_builddir/run" virt-cat -a shares --key all:clevisx /file
# Without a network, with a server that is gone, and one key of two.
expect_error "169.254.2.2" gf --ro -a luks2 run : clevis-luks-unlock /dev/sda a
end "$pid_two"
expect_error "/dev/sda: no binding of clevis gives a key" gf --ro --network -a shares run : clevis-luks-unlock /dev/sda a
gf --ro --network -a luks2 run : clevis-luks-unlock /dev/sda a || fail "the other server is still there"
end "$pid_one"
expect_error "169.254.2.2" gf --ro --network -a luks2 run : clevis-luks-unlock /dev/sda a
