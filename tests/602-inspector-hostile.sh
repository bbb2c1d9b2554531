#!/bin/bash
# Guests that want to fool, stop or fill the inspector: it ends soon, in bounded memory, and reads nothing but the guest.
source "$(dirname "$0")/functions.sh"
requires python3
show=$top_builddir/inspector/show-system
requires_file "$show"
cd "$tmp"

# A tree that is well, and then has one thing changed; what is left is told.
fresh ()
{
  rm -rf g
  mkdir -p g/etc g/bin g/lib g/usr/lib
  printf 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Fine"\n' >g/etc/os-release
  printf '12.5\n' >g/etc/debian_version
  printf 'guest\n' >g/etc/hostname
  printf '/dev/sda1 / ext4 defaults 0 1\n' >g/etc/fstab
}
inspect () { (ulimit -v 400000; timeout 120 "$show" g ext4); }
fact () { sed -n "s/^$2 //p" <<<"$1"; }
expect () # WHAT KEY VALUE
{
  local got
  got=$(inspect) || fail "inspection fails: $1"
  expect_equal "$(fact "$got" "$2")" "$3" "$2 with $1"
}

fresh; expect "nothing changed" product Fine
fresh; rm g/etc/os-release; ln -s os-release g/etc/os-release; expect "a link to itself" product "Debian 12.5"
fresh; rm g/etc/os-release; ln -s loop g/etc/os-release; ln -s os-release g/etc/loop; expect "links in a circle" product "Debian 12.5"
fresh; rm g/etc/os-release; mkfifo g/etc/os-release; expect "a fifo" product "Debian 12.5"
fresh; rm g/etc/hostname; mkfifo g/etc/hostname; expect "a fifo for the name" hostname unknown
fresh; rm g/etc/hostname; mkdir g/etc/hostname; expect "a folder for the name" hostname unknown
fresh; truncate -s 1G g/etc/os-release; expect "1 GB of os-release" product "Debian 12.5"
fresh; truncate -s 1T g/etc/hostname; expect "1 TB of hostname" hostname unknown
fresh; rm g/etc/hostname; ln -s /etc/passwd g/etc/hostname; expect "a link out" hostname unknown
fresh; rm g/etc/hostname; ln -s ../../../../../../../../etc/passwd g/etc/hostname; expect "a link up and out" hostname unknown
fresh; rm g/etc/hostname; ln -s /proc/self/environ g/etc/hostname; expect "a link to /proc" hostname unknown
fresh; rm g/etc/hostname; python3 -c 'import socket; s = socket.socket(socket.AF_UNIX); s.bind("g/etc/hostname")'; expect "a socket" hostname unknown
fresh; : >g/etc/os-release; expect "an empty os-release" product "Debian 12.5"
fresh; noise 200000 >g/etc/os-release; expect "noise" product "Debian 12.5"
fresh; printf 'ID="debian\nPRETTY_NAME=\xff\xfe\x80\n' >g/etc/os-release; expect "bytes that are no UTF-8" product $'\xff\xfe\x80'
fresh; printf 'ID=debian\nPRETTY_NAME="a\\' >g/etc/os-release; expect "an open quote" distro debian
fresh; printf 'VERSION_ID=99999999999999999999999.9999999999999\nID=fedora\n' >g/etc/os-release; expect "huge numbers" major 0
fresh; python3 -c 'print("x y z\n" * 40000)' >g/etc/fstab; expect "an fstab of 40,000 lines" product Fine
fresh; head -c 250000 /dev/zero | tr '\0' '\\' >g/etc/fstab; expect "an fstab of backslashes" product Fine
fresh; python3 - <<'PY'
import os
os.chdir("g/etc")
for i in range(600):  # deeper than a path can be written
    os.mkdir("deeeeeeeep")
    os.chdir("deeeeeeeep")
PY
expect "a deep tree" product Fine
fresh; rmdir g/bin; d=usr; for ((i = 0; i < 45; i++)); do ln -s "$d" "g/l$i"; d=l$i; done; ln -s l44 g/bin; expect "a chain of links" product Fine
fresh; mkdir -p g/ostree/deploy/os/deploy; for ((i = 0; i < 400; i++)); do mkdir "g/ostree/deploy/os/deploy/$i"; done; expect "too many trees of ostree" product Fine
fresh; rm -rf g/ostree; mkdir g/ostree; ln -s ../.. g/ostree/deploy; expect "an ostree that is a link up" product Fine
fresh; mkdir -p g/windows/system32; ln -s ../../../../../../etc g/windows/system32/config; expect "half a Windows" product Fine

# Every text the inspector reads, with every byte of it changed to something that matters.
for ((seed = 0; seed < 15; seed++)); do
  fresh
  python3 - "$seed" <<'PY'
import random, sys
random.seed(int(sys.argv[1]))
for name in ("os-release", "fstab", "debian_version", "hostname"):
    text = bytearray(open("g/etc/" + name, "rb").read())
    for _ in range(random.randint(1, 12)):
        text[random.randrange(len(text))] = random.choice(b"\0\n\r\\\"'=# /\xff9")
    open("g/etc/" + name, "wb").write(text)
PY
  inspect >/dev/null || fail "inspection fails with the bytes of seed $seed"
done
