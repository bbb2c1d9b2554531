#!/bin/bash
# mount_local: what programs see and do in the directory, against what the API sees; unmounting in every way.
source "$(dirname "$0")/functions.sh"
requires_fuse
requires python3 mountpoint
"$top_builddir/run" python3 -c 'import libguestfsmod' 2>/dev/null || skip "the Python binding is not built"
cd "$tmp"
mkdir mnt
cleanup_fn umount -lq "$tmp/mnt"

cat >test.py <<'PYTHON'
import errno, filecmp, guestfs, os, random, stat, subprocess, sys, threading

def fails(number, fn, *args, **opts):
    try:
        fn(*args, **opts)
    except OSError as e:
        assert e.errno == number, e
    else:
        raise AssertionError(f"no error {number}")

def fails_api(number, fn, *args, **opts):
    try:
        fn(*args, **opts)
    except RuntimeError:
        assert g.last_errno() == number, (g.last_errno(), number)
    else:
        raise AssertionError(f"no error {number}")

g = guestfs.GuestFS(python_return_dict=True)
for image, size in ("a.img", 200), ("b.img", 64):
    g.disk_create(image, "raw", size << 20)
    g.add_drive(image, format="raw")
g.launch()
g.mkfs("ext4", "/dev/sda")
g.mkfs("vfat", "/dev/sdb")
fails_api(errno.EINVAL, g.mount_local, "mnt")
g.mount("/dev/sda", "/")
g.mkdir("/fat")
g.mount("/dev/sdb", "/fat")
g.mkdir("/d")
g.write("/d/hello", "hello")
g.ln_s("hello", "/d/link")
g.setxattr("user.colour", "blue", 4, "/d/hello")
g.write("/fat/file", "on the other filesystem")
g.fill(65, 3000000, "/d/big")
names = [f"name{i:04d}" for i in range(1500)]
g.mkdir("/many")
for n in names[:300]:
    g.touch("/many/" + n)

class Mounted:
    """Mounted, and served by a thread, in a with block."""
    def __init__(self, how="api", **options):
        self.how, self.options, self.error = how, options, None
    def run(self):
        try:
            g.mount_local_run()
        except RuntimeError:
            self.error = g.last_errno()
    def __enter__(self):
        g.mount_local("mnt", **self.options)
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
    def __exit__(self, *ignored):
        if self.how == "api":
            g.umount_local(retry=True)
        elif self.how == "command":
            subprocess.run(["fusermount3", "-u", "mnt"], check=True)
        elif self.how == "cancel":
            g.user_cancel()  # it runs: somebody has been served
        self.thread.join(120)
        assert not self.thread.is_alive()
        assert self.error == (errno.EINTR if self.how == "cancel" else None), self.error
        assert not os.path.ismount("mnt")

# Reading.
with Mounted(cachetimeout=30):
    assert os.path.ismount("mnt")
    fails_api(errno.EBUSY, g.mount_local, "mnt")
    fails_api(errno.EBUSY, g.mount_local_run)
    assert sorted(os.listdir("mnt")) == ["d", "fat", "lost+found", "many"]
    assert open("mnt/d/hello").read() == "hello"
    assert os.readlink("mnt/d/link") == "hello"
    assert open("mnt/d/link").read() == "hello"
    assert open("mnt/d/big", "rb").read() == b"A" * 3000000
    with open("mnt/d/big", "rb") as f:
        f.seek(2999990)
        assert f.read(100) == b"A" * 10
    assert os.getxattr("mnt/d/hello", "user.colour") == b"blue"
    assert os.listxattr("mnt/d/hello") == ["user.colour"]
    fails(errno.ENODATA, os.getxattr, "mnt/d/hello", "user.nosuch")
    fails(errno.ENOENT, os.stat, "mnt/nosuch")
    fails(errno.ENOENT, os.stat, "mnt/d/nosuch")
    fails(errno.ENOTDIR, os.stat, "mnt/d/hello/x")
    assert sorted(os.listdir("mnt/many")) == names[:300]
    ours, api = os.lstat("mnt/d/hello"), g.lstatns("/d/hello")
    for here, there in (("st_ino", "st_ino"), ("st_mode", "st_mode"), ("st_size", "st_size"), ("st_nlink", "st_nlink"),
                        ("st_blocks", "st_blocks"), ("st_uid", "st_uid")):
        assert getattr(ours, here) == api[there], here
    assert ours.st_mtime_ns == api["st_mtime_sec"] * 10**9 + api["st_mtime_nsec"]
    assert open("mnt/fat/file").read() == "on the other filesystem"
    assert os.stat("mnt/fat/file").st_ino >> 48 == 1
    s = os.statvfs("mnt")
    assert s.f_blocks == g.statvfs("/")["blocks"]
    # The handle still serves its owner.
    assert g.cat("/d/hello") == "hello"

# Changing, and what the API sees of it.
with Mounted("command"):
    os.mkdir("mnt/new", 0o2777)
    os.umask(0)
    with open("mnt/new/f", "w", opener=lambda p, f: os.open(p, f, 0o666)) as f:
        f.write("first")
    assert g.cat("/new/f") == "first"
    assert g.lstatns("/new/f")["st_mode"] == 0o100666
    with open("mnt/new/f", "a") as f:
        f.write(" second")
        f.flush()
        os.fsync(f.fileno())
    assert g.cat("/new/f") == "first second"
    assert open("mnt/new/f").read() == "first second"
    os.truncate("mnt/new/f", 3)
    assert open("mnt/new/f").read() == "fir"
    with open("mnt/new/f", "r+b") as f:
        assert f.read() == b"fir"
        f.seek(1000000)
        f.write(b"end")
        f.flush()
        f.seek(999999)
        assert f.read() == b"\0end"
    assert g.filesize("/new/f") == 1000003
    os.chmod("mnt/new/f", 0o4751)
    if os.geteuid() == 0:
        os.chown("mnt/new/f", 5, 6)
        os.lchown("mnt/d/link", 7, 8)
        st = g.lstatns("/new/f")
        assert (st["st_uid"], st["st_gid"]) == (5, 6)
        assert g.lstatns("/d/link")["st_uid"] == 7
        os.mknod("mnt/new/dev", stat.S_IFCHR | 0o600, os.makedev(3, 4))
        assert g.lstatns("/new/dev")["st_rdev"] == os.makedev(3, 4)
    os.utime("mnt/new/f", ns=(1000000001, 2000000002))
    st = g.lstatns("/new/f")
    assert (st["st_atime_sec"], st["st_atime_nsec"], st["st_mtime_nsec"]) == (1, 1, 2)
    assert os.stat("mnt/new/f").st_mtime_ns == 2000000002
    os.link("mnt/new/f", "mnt/new/g")
    assert os.stat("mnt/new/g").st_nlink == 2
    os.symlink("f", "mnt/new/s")
    assert os.readlink("mnt/new/s") == "f" == g.readlink("/new/s")
    os.mkfifo("mnt/new/fifo")
    assert g.is_fifo("/new/fifo")
    os.rename("mnt/new/g", "mnt/new/h")
    assert not g.exists("/new/g") and g.exists("/new/h")
    fails(errno.ENOENT, os.stat, "mnt/new/g")
    os.setxattr("mnt/new/f", "user.a", b"1+2", os.XATTR_CREATE)
    fails(errno.EEXIST, os.setxattr, "mnt/new/f", "user.a", b"2", os.XATTR_CREATE)
    fails(errno.ENOTSUP, os.setxattr, "mnt/new/f", "user.b", b"1\0")
    fails(errno.ENODATA, os.setxattr, "mnt/new/f", "user.b", b"2", os.XATTR_REPLACE)
    assert g.getxattr("/new/f", "user.a") == b"1+2"
    os.removexattr("mnt/new/f", "user.a")
    assert os.listxattr("mnt/new/f") == []
    fails(errno.ENOTEMPTY, os.rmdir, "mnt/new")
    fails(errno.EEXIST, os.mkdir, "mnt/new")
    fails(errno.ENOENT, os.unlink, "mnt/new/nosuch")
    f = open("mnt/new/h", "rb")        # removed while it is open
    os.unlink("mnt/new/h")
    f.seek(1000000)
    assert f.read() == b"end"
    f.close()
    # Names that come and go are seen at once, also in a directory that was read.
    for n in names[:20]:
        os.unlink("mnt/many/" + n)
    assert sorted(os.listdir("mnt/many")) == names[20:300]
    os.rename("mnt/new", "mnt/renamed")
    assert sorted(os.listdir("mnt/renamed"))[-1] == "s"
    # A tree of real files.
    subprocess.run(["cp", "-a", "/usr/share/doc/bash", "mnt/doc"], check=True)
    subprocess.run(["diff", "-r", "/usr/share/doc/bash", "mnt/doc"], check=True)
    with open("random", "wb") as f:
        f.write(random.Random(1).randbytes(5000001))
    subprocess.run(["cp", "random", "mnt/random"], check=True)
    assert filecmp.cmp("random", "mnt/random", shallow=False)
    # A full disk is no success.
    fails(errno.ENOSPC, lambda: open("mnt/fat/full", "wb", buffering=0).write(b"x" * (80 << 20)) and
          open("mnt/fat/full", "ab", buffering=0).write(b"y" * (80 << 20)))
assert g.checksum("sha256", "/random") == subprocess.run(
    ["sha256sum", "random"], capture_output=True, text=True).stdout.split()[0]

# Read-only; cancelled, with a file open.
with Mounted("cancel", readonly=True, options="noatime"):
    fails(errno.EROFS, os.mkdir, "mnt/x")
    fails(errno.EROFS, open, "mnt/d/hello", "w")
    held = open("mnt/d/hello")
fails(errno.ENOTCONN, held.close)

# A directory in use.
with Mounted():
    held = open("mnt/d/hello")
    fails_api(errno.EBUSY, g.umount_local)
    threading.Timer(1.5, held.close).start()

# Mounted and never served; bad options; not mounted.
g.mount_local("mnt")
g.umount_local()
assert not os.path.ismount("mnt")
fails_api(errno.EINVAL, g.mount_local, "mnt", options="nosuchoption")
fails_api(errno.EINVAL, g.umount_local)
g.mount_local("mnt")
g.close()
assert not os.path.ismount("mnt")
PYTHON
timeout 500 "$top_builddir/run" python3 test.py

# From the shell, with every request told; a signal unmounts.
guestfish --ro -a a.img -m /dev/sda mount-local mnt debugcalls:true : mount-local-run 2>shell.err &
shell=$!
cleanup_fn kill -9 "$shell"
wait_until mountpoint -q mnt
expect_equal "$(cat mnt/d/hello)" hello
kill -TERM "$shell"
! wait "$shell" || fail "a cancelled mount-local-run is a success"
grep -q 'mount_local: getattr /d/hello' shell.err || fail "no calls are told: $(cat shell.err)"
! mountpoint -q mnt || fail "still mounted after SIGTERM"
