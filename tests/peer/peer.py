"""What the distribution's Python module makes of the library: every type of
argument and result, exceptions, events, file transfers."""

import os

import guestfs

g = guestfs.GuestFS(python_return_dict=True)


def t(call, *args, **opts):
    """Call, and print the result; messages are each library's own."""
    shown = [repr(a) for a in args] + ["%s=%r" % o for o in sorted(opts.items())]
    try:
        result = repr(getattr(g, call)(*args, **opts))
    except RuntimeError:
        result = "RuntimeError"
    print("%s(%s) = %s" % (call, ", ".join(shown), result))


def members(name, wanted, *args):
    """Only some members of a struct, or of a list of them."""
    r = getattr(g, name)(*args)
    rows = r if isinstance(r, list) else [r]
    print(name, [[row[w] for w in wanted] for row in rows])


# Without a launch: what the tests of bindings call.
for kind in "rint", "rint64", "rbool", "rconststring", "rconstoptstring", "rstring", "rstringlist", "rstruct", \
        "rstructlist", "rhashtable", "rbufferout":
    t("internal_test_" + kind, "true" if kind == "rbool" else "3")
    t("internal_test_" + kind + "err")
for bad in "", "x":
    t("internal_test_rint", bad)
g.internal_test_set_output("output")
t("internal_test", "a", None, [], False, 0, 0, "in", "out", b"abc\0def")
t("internal_test", "a", "b", ["c", ""], True, -1, 1 << 40, "in", "out", b"", obool=True, oint=-5, oint64=1 << 40,
  ostring="x", ostringlist=["p", "q"])
t("internal_test_only_optargs", test=3)
t("internal_test_63_optargs", opt1=1, opt63=63)
g.internal_test_close_output()
print(open("output").read())
os.mkdir("images")
t("disk_create", "images/a.img", "raw", 150 << 20)
t("disk_create", "images/b.qcow2", "qcow2", 50 << 20)
t("disk_format", "images/b.qcow2")
t("add_drive", "images/a.img", format="raw")
t("add_drive_opts", "images/b.qcow2", format="qcow2", readonly=False, name="other")
t("add_drive", "images/nosuch")
t("mount", "/dev/sda1", "/")

events = set()
handle = g.set_event_callback(lambda event, *rest: events.add(event), guestfs.EVENT_LAUNCH_DONE | guestfs.EVENT_ENTER)
t("launch")
print(sorted(events) == sorted([guestfs.EVENT_LAUNCH_DONE, guestfs.EVENT_ENTER]))
g.delete_event_callback(handle)

t("list_devices")
t("part_disk", "/dev/sda", "gpt")
members("part_list", ["part_num", "part_start"], "/dev/sda")
t("mkfs", "ext4", "/dev/sda1", blocksize=4096)
t("list_filesystems")
t("mount", "/dev/sda1", "/")
t("mountpoints")
t("write", "/bytes", b"\0\xff\n")
t("read_file", "/bytes")
t("pread", "/bytes", 2, 1)
t("pwrite", "/bytes", b"XY", 1)
t("read_file", "/bytes")
t("touch", "/empty")
t("read_file", "/empty")
t("write", "/\u00fcber", "gr\u00fc\u00df")
t("cat", "/\u00fcber")
t("read_lines", "/\u00fcber")
t("ls", "/")
t("find", "/")
t("is_dir", "/lost+found")
t("exists", "/nosuch")
t("filesize", "/bytes")
members("statns", ["st_size", "st_mode", "st_nlink"], "/bytes")
members("lstatnslist", ["st_size"], "/", ["bytes", "empty", "nosuch"])
members("readdir", ["ftyp"], "/lost+found")
t("setxattr", "user.name", "value", 5, "/bytes")
t("getxattrs", "/bytes")
t("getxattr", "/bytes", "user.name")
t("checksum", "md5", "/bytes")
t("aug_init", "/", 0)
t("mkdir", "/etc")
t("write", "/etc/hosts", "127.0.0.1 here\n")
t("aug_load")
t("aug_match", "/files/etc/hosts/*")
t("aug_get", "/files/etc/hosts/1/canonical")
t("aug_get", "/files/nosuch")
t("aug_close")
with open("local", "wb") as f:
    f.write(b"0123456789" * 100000)
t("upload", "local", "/up")
t("checksum", "sha256", "/up")
t("download", "/up", "back")
print(open("back", "rb").read() == open("local", "rb").read())
t("tar_out", "/etc", "etc.tar")
t("mkdir", "/in")
t("tar_in", "etc.tar", "/in")
t("find", "/in")
t("cat", "/nosuch")
t("is_file", "relative")
t("mkfs", "nosuch", "/dev/sdb")
t("pvcreate", "/dev/sdb")
t("vgcreate", "vg", ["/dev/sdb"])
t("lvcreate", "lv", "vg", 16)
t("lvs")
members("vgs_full", ["vg_name", "lv_count"])
members("lvs_full", ["lv_name", "lv_size"])
t("inspect_os")
t("inspect_get_roots")
t("feature_available", ["augeas"])
t("umount_all")
t("shutdown")
t("close")
