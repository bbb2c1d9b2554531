#!/bin/bash
# guestfs.customize on a copy of the Debian guest: what it changes is there, and what makes no sense is refused.
source "$(dirname "$0")/functions.sh"

requires python3
requires_file "$top_builddir/appliance/root.img" "$top_builddir/bindings/python/.libs/libguestfsmod.so"
requires_guest

cat >"$tmp/test.py" <<'PYTHON'
import sys
import guestfs
from guestfs import customize as c

def fails(text, function, *args):
    try:
        function(*args)
    except c.CustomizeError as e:
        assert text in str(e), e
    else:
        raise AssertionError("no exception: " + text)

disk, backing = sys.argv[1:]
with guestfs.GuestFS(python_return_dict=True) as g:
    g.disk_create(disk, "qcow2", -1, backingfile=backing, backingformat="qcow2")
    g.add_drive(disk)
    g.launch()
    c.mount_guest(g)

    g.write("/etc/hosts", "127.0.0.1 localhost\n127.0.1.1 %s\n" % g.cat("/etc/hostname").strip())
    c.hostname(g, "new.example")
    assert g.cat("/etc/hostname") == "new.example\n" and "127.0.1.1 new.example" in g.cat("/etc/hosts")
    fails("no host name", c.hostname, g, "a b")

    c.template(g, "/etc/motd", "Hello $who, $$5\n", {"who": "you"}, 0o600)
    assert g.cat("/etc/motd") == "Hello you, $5\n" and g.stat("/etc/motd")["mode"] & 0o777 == 0o600
    fails("template", c.template, g, "/etc/motd", "$nosuch", {})
    assert c.edit(g, "/etc/motd", "^Hello", "Bye") == 1 and g.cat("/etc/motd").startswith("Bye you")
    assert g.stat("/etc/motd")["mode"] & 0o777 == 0o600
    g.write("/lines", "a")
    c.append_line(g, "/lines", "b")
    assert g.cat("/lines") == "a\nb\n"
    c.truncate(g, "/lines")
    c.move(g, "/lines", "/moved")
    c.link(g, "/moved", "/l1", "/l2")
    assert g.readlink("/l2") == "/moved" and g.filesize("/moved") == 0
    c.delete(g, "/l?")
    assert not g.is_symlink("/l1") and not g.is_symlink("/l2")

    uid = c.add_user(g, "ann", groups=["root"], comment="Ann")
    assert uid >= 1000 and g.stat("/home/ann")["uid"] == uid
    assert [l for l in g.read_lines("/etc/group") if l.startswith("root:")][0].endswith("ann")
    fails("already", c.add_user, g, "ann")
    fails("no name", c.add_user, g, "a:b")
    fails("no group", c.add_user, g, "bob", None, None, ["nosuch"])
    key = "ssh-ed25519 AAAA ann@home"
    c.ssh_inject(g, "ann", key)
    c.ssh_inject(g, "ann", key)
    assert g.read_lines("/home/ann/.ssh/authorized_keys") == [key]
    fails("no user", c.ssh_inject, g, "nobody-here", key)
    c.set_password(g, "ann", "pa$$'word")
    shadow = [l for l in g.read_lines("/etc/shadow") if l.startswith("ann:")][0]
    assert shadow.split(":")[1].startswith("$"), shadow
    c.lock_password(g, "ann")
    assert [l for l in g.read_lines("/etc/shadow") if l.startswith("ann:!$")]
    assert not g.glob_expand("/root/.password-*")

    c.firstboot(g, "echo 1\n")
    c.firstboot_command(g, "echo 2")
    assert g.ls("/usr/lib/virt-sysprep/scripts") == ["5000-0001-script", "5000-0002-command"]
    assert g.is_symlink("/etc/systemd/system/multi-user.target.wants/guestfs-firstboot.service")
    fails("no service", c.enable_service, g, "nosuch")
    c.disable_service(g, "guestfs-firstboot")
    assert not g.glob_expand("/etc/systemd/system/*.wants/guestfs-firstboot.service")
    assert c.package_command(g, "install", ["vim"]).endswith("--force-confnew install vim")
    fails("no name of a package", c.install, g, ["a;b"])
    fails("no time zone", c.timezone, g, "../../etc/passwd")
    assert not c.selinux_relabel(g)
    assert c.run(g, "#!/bin/sh\nid -u\n") == "0\n"
    seen = []
    c.apply(g, [(c.touch, ["/x"]), (c.chmod, [0o640, "/x"])], lambda *a: seen.append(a))
    assert seen == [(0, 2, "touch"), (1, 2, "chmod"), (2, 2, "")] and g.stat("/x")["mode"] & 0o777 == 0o640
    g.shutdown()
PYTHON
timeout -k 5 400 "$top_builddir/run" python3 "$tmp/test.py" "$tmp/disk.qcow2" "$guest_qcow2" 2>"$tmp/err" || fail "$(tail -n 15 "$tmp/err")"
