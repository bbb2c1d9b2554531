#!/bin/bash
# virt-customize --install, --uninstall and --update in the Debian guest, over the appliance's network, from a repository on this host.
source "$(dirname "$0")/functions.sh"
requires qemu-img dpkg-deb python3 dpkg-scanpackages
requires_guest
grep -q '^#define HAVE_SLIRP' "$top_builddir/config.h" || skip "built without libslirp"
cd "$tmp"
qemu-img create -q -f qcow2 -b "$(realpath "$guest_qcow2")" -F qcow2 d.qcow2

mkdir -p repo deb/DEBIAN deb/usr/share/tiny
printf 'Package: tiny\nVersion: 1.0\nArchitecture: all\nMaintainer: nobody <nobody@example.org>\nDescription: tiny\n' >deb/DEBIAN/control
echo tiny >deb/usr/share/tiny/file
dpkg-deb --root-owner-group -b deb repo/tiny_1.0_all.deb >/dev/null
(cd repo && dpkg-scanpackages . >Packages 2>/dev/null)
python3 -u -c 'import functools, http.server
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(http.server.SimpleHTTPRequestHandler, directory="repo"))
print(server.server_port, flush=True)
server.serve_forever()' >port 2>requests &
cleanup_fn kill $!
for ((i = 0; i < 50; i++)); do [[ -s port ]] && break; sleep 0.1; done
virt-customize -q -a d.qcow2 --delete '/etc/apt/sources.list*' \
  --write "/etc/apt/sources.list:deb [trusted=yes] http://169.254.2.2:$(cat port)/ ./
" --install tiny
expect_equal "$(guestfish --ro -a d.qcow2 -i cat /usr/share/tiny/file)" tiny "the package's file"
virt-customize -q -a d.qcow2 --uninstall tiny --update
expect_equal "$(guestfish --ro -a d.qcow2 -i exists /usr/share/tiny/file)" false
expect_error 'install: apt failed' virt-customize -q -a d.qcow2 --no-network --install tiny
expect_error 'install: apt failed: E: Unable to locate package nosuch' virt-customize -q -a d.qcow2 --install nosuch

