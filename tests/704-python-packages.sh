#!/bin/bash
# guestfs.customize in the Debian guest: packages over the appliance's network from a repository on this host, labels by an
# SELinux policy, and the functions that 703 leaves out.
source "$(dirname "$0")/functions.sh"
source "$(dirname "$0")/package-repository.sh"

requires python3 dpkg-deb dpkg-scanpackages
requires_file "$top_builddir/appliance/root.img" "$top_builddir/bindings/python/.libs/libguestfsmod.so"
requires_guest
grep -q '^#define HAVE_SLIRP' "$top_builddir/config.h" || skip "built without libslirp"
cd "$tmp"

package_make 1.0
package_make 2.0
package_publish tiny_1.0.deb
package_serve

mkdir -p tree/sub
echo local >tree/sub/file
chmod 0640 tree/sub/file
cat >test.py <<'PYTHON'
import os, subprocess, sys
import guestfs
from guestfs import customize as c

disk, backing, source = sys.argv[1:]
with guestfs.GuestFS(python_return_dict=True) as g:
    g.disk_create(disk, "qcow2", -1, backingfile=backing, backingformat="qcow2")
    g.add_drive(disk)
    g.set_network(True)
    g.launch()
    root = c.mount_guest(g)
    assert g.mountpoints()[root] == "/" and c.mount_guest.__doc__
    try:
        c.mount_guest(g, "/dev/nosuch")
        raise AssertionError("a root that is not there")
    except c.CustomizeError:
        pass

    # Packages, with progress.
    c.delete(g, "/etc/apt/sources.list*")
    c.write(g, "/etc/apt/sources.list", source + "\n")
    seen = []
    c.apply(g, [(c.install, [["tiny"]]), (c.touch, ["/done"])], lambda *a: seen.append(a))
    assert seen == [(0, 2, "install"), (1, 2, "touch"), (2, 2, "")], seen
    assert g.cat("/usr/share/tiny/file") == "tiny 1.0\n"
    subprocess.run("cp tiny_2.0.deb repo && cd repo && dpkg-scanpackages . 2>/dev/null >Packages", shell=True, check=True)
    c.update(g)
    assert g.cat("/usr/share/tiny/file") == "tiny 2.0\n"
    c.uninstall(g, ["tiny"])
    assert not g.exists("/usr/share/tiny/file")
    try:
        c.install(g, ["nosuch"])
        raise AssertionError("a package that is not there")
    except guestfs.Error as e:
        assert "nosuch" in str(e), e
    c.firstboot_install(g, ["tiny"])
    script, = g.glob_expand("/usr/lib/virt-sysprep/scripts/*-install")
    assert "install tiny" in g.cat(script).replace("'", "")

    # Files and users.
    c.upload(g, "tree/sub/file", "/srv")
    assert g.cat("/srv/file") == "local\n" and g.stat("/srv/file")["mode"] & 0o777 == 0o640
    c.copy_in(g, "tree", "/srv")
    assert g.cat("/srv/tree/sub/file") == "local\n"
    c.mkdir(g, "/srv/a/b")
    c.chown(g, 5, 6, "/srv/a/b")
    assert g.is_dir("/srv/a/b") and g.stat("/srv/a/b")["gid"] == 6
    password = c.random_password(g, "root")
    assert len(password) >= 12 and [l for l in g.read_lines("/etc/shadow") if l.startswith("root:$")]
    assert c.run_command(g, "echo $((6 * 7))") == "42\n"
    zone = g.glob_expand("/usr/share/zoneinfo/E*/*")
    if zone:
        c.timezone(g, zone[0][len("/usr/share/zoneinfo/"):])
        assert g.readlink("/etc/localtime").endswith(zone[0])

    # Services.
    g.write("/etc/systemd/system/mine.service", "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n")
    c.enable_service(g, "mine")
    link = "/etc/systemd/system/multi-user.target.wants/mine.service"
    assert g.is_symlink(link)
    c.disable_service(g, "mine.service")
    assert not g.is_symlink(link)

    # Labels: without a policy they are made when the guest boots, with one at once.
    g.mkdir_p("/etc/selinux/targeted/contexts/files")
    g.write("/etc/selinux/config", "# x\nSELINUX=enforcing\nSELINUXTYPE=targeted\n")
    assert c.selinux_relabel(g) and g.exists("/.autorelabel")
    g.write("/etc/selinux/targeted/contexts/files/file_contexts",
            "/.* system_u:object_r:test_t:s0\n/srv(/.*)? system_u:object_r:srv_t:s0\n")
    if g.feature_available(["selinuxrelabel"]):
        assert c.selinux_relabel(g, ["/srv/tree"]) and not g.exists("/.autorelabel")
        label = lambda path: g.lgetxattr(path, "security.selinux").rstrip(b"\0")
        assert label("/etc/passwd") == b"system_u:object_r:test_t:s0" and label("/srv/file") == b"system_u:object_r:srv_t:s0"
        try:
            label("/srv/tree/sub")
            raise AssertionError("an excluded directory has a label")
        except guestfs.Error:
            pass
    g.write("/etc/selinux/config", "SELINUX=disabled\n")
    assert not c.selinux_relabel(g)
    g.shutdown()
PYTHON
timeout -k 5 400 "$top_builddir/run" python3 test.py disk.qcow2 "$(realpath "$guest_qcow2")" "$package_source" 2>err || fail "$(tail -n 15 err)"
