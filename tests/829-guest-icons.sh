#!/bin/bash
# Pictures of a guest are bytes: nobody looks into them, whatever they are, and what is no file of the guest, or is too large, is none.
source "$(dirname "$0")/functions.sh"
requires xmllint
cd "$tmp"
icon=/usr/share/pixmaps/debian-logo.png
guestfish -N x.img=fs:ext4:80M:mbr <<'END' || fail "making the disk"
mount /dev/sda1 /
mkdir-p /usr/share/pixmaps
mkdir /etc
mkdir /bin
mkdir /lib
mkdir-p /usr/lib
mkdir-p /var/lib/dpkg
touch /var/lib/dpkg/status
write /etc/os-release "ID=debian\nVERSION_ID=12\nPRETTY_NAME=Fine\n"
write /etc/debian_version "12.5\n"
END
# put COMMAND...: with these the guest has its icon
put () { guestfish --format=raw -a x.img -m /dev/sda1 -- -rm $icon : "$@" 2>/dev/null; }
get () { timeout 200 "$top_builddir/run" guestfish --ro --format=raw -a x.img run : -inspect-os : inspect-get-icon /dev/sda1 2>err | tail -c +11; }
inspector () { timeout 200 "$top_builddir/run" virt-inspector --format=raw -a x.img >out.xml 2>err && xmllint --noout out.xml && grep -q '<operatingsystem>' out.xml; }

# A picture of 2^31 by 2^31 pixels, whose chunks lie about their lengths.
bomb='\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xffIDAT'
printf "$bomb" >bomb
put upload bomb $icon
get >got
printf "$bomb" | cmp - got || fail "the bytes are not those of the guest: $(od -c got | head) $(cat err)"
inspector || fail "virt-inspector: $(head -3 err out.xml)"

empty () { get >got; [[ ! -s got ]] || fail "$1: $(head -c 100 got | od -c | head -3)"; }
put ln-s /nowhere $icon; empty "a link that leads nowhere"
put ln-s ../../../../../../../../etc/passwd $icon; empty "a link that leads out"
put mkfifo 0644 $icon; empty "a fifo"
put ln-s debian-logo.png $icon; empty "a link to itself"
inspector || fail "virt-inspector: $(head -3 err)"
put fill-pattern abc 60000000 $icon; get >got
[[ $(stat -c %s got) -lt 60000000 ]] || fail "60 MB of a picture"
