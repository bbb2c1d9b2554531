#!/bin/bash
# virt-customize --install, --uninstall and --update in the Debian guest, over the appliance's network, from a repository on this host.
source "$(dirname "$0")/functions.sh"
source "$(dirname "$0")/package-repository.sh"
requires qemu-img dpkg-deb python3 dpkg-scanpackages
requires_guest
grep -q '^#define HAVE_SLIRP' "$top_builddir/config.h" || skip "built without libslirp"
cd "$tmp"
qemu-img create -q -f qcow2 -b "$(realpath "$guest_qcow2")" -F qcow2 d.qcow2

package_make 1.0
package_publish tiny_1.0.deb
package_serve
virt-customize -q -a d.qcow2 --delete '/etc/apt/sources.list*' \
  --write "/etc/apt/sources.list:$package_source
" --install tiny
expect_equal "$(guestfish --ro -a d.qcow2 -i cat /usr/share/tiny/file)" "tiny 1.0" "the package's file"
virt-customize -q -a d.qcow2 --uninstall tiny --update
expect_equal "$(guestfish --ro -a d.qcow2 -i exists /usr/share/tiny/file)" false
expect_error 'install: apt failed' virt-customize -q -a d.qcow2 --no-network --install tiny
expect_error 'install: apt failed: E: Unable to locate package nosuch' virt-customize -q -a d.qcow2 --install nosuch

