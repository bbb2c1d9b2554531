"""Change a guest: functions on a handle whose guest is mounted.

    from guestfs import GuestFS, customize

    with GuestFS(python_return_dict=True) as g:
        g.add_drive("disk.qcow2")
        g.launch()
        customize.mount_guest(g)
        customize.hostname(g, "web1")
        customize.add_user(g, "ann", password="secret")
        customize.ssh_inject(g, "ann", "ssh-ed25519 AAAA... ann@home")
        customize.firstboot(g, "#!/bin/sh\\nsystemctl enable --now web\\n")

They are for Linux guests. Functions that run programs of the guest (install, run,
password of a new user, ...) need a guest of this processor's kind; programs of an
untrusted guest run inside the machine only. What cannot be done raises
CustomizeError, or guestfs.Error where a call fails.
"""

import errno
import os
import re
import secrets
import string
import time
from typing import Callable, Dict, Iterable, List, Optional, Sequence, Tuple, Union

from . import Error, GuestFS, _customize_data as _data


class CustomizeError(RuntimeError):
    """The guest does not have what a change needs."""


Step = Tuple[Callable[..., object], Sequence[object]]


def mount_guest(g: GuestFS, root: Optional[str] = None) -> str:
    """Inspect, and mount the filesystems of a guest; returns its root.

    root: which one, where the disks hold several.
    """
    roots = g.inspect_os()
    if root is None:
        if len(roots) != 1:
            raise CustomizeError("there are %d operating systems on the disks" % len(roots))
        root = roots[0]
    elif root not in roots:
        raise CustomizeError("%s: no operating system has been found there" % root)
    mountpoints = dict(g.inspect_get_mountpoints(root))
    for point in sorted(mountpoints, key=len):
        try:
            g.mount(mountpoints[point], point)
        except Error:
            if point == "/":
                raise
    return root


def apply(g: GuestFS, steps: Iterable[Step], progress: Optional[Callable[[int, int, str], object]] = None) -> None:
    """Run functions of this module one after the other.

    steps: pairs of a function and its arguments after the handle, as in
    (hostname, ["web1"]). progress(done, total, name) is called before each, and at
    the end with the name "".
    """
    todo = list(steps)
    for done, (function, arguments) in enumerate(todo):
        if progress is not None:
            progress(done, len(todo), function.__name__)
        function(g, *arguments)
    if progress is not None:
        progress(len(todo), len(todo), "")


# Files.

def _read(g: GuestFS, path: str) -> str:
    return os.fsdecode(g.read_file(path)) if g.is_file(path, followsymlinks=True) else ""


def _write(g: GuestFS, path: str, text: str, mode: Optional[int] = None) -> None:
    """Replace a file, which keeps owner, mode and label where it is there already."""
    new = path + ".new"
    exists = g.is_file(path)
    g.write(new, os.fsencode(text))
    if exists:
        g.copy_attributes(path, new, all=True)
    if mode is not None:
        g.chmod(mode, new)
    elif not exists:
        g.chmod(0o644, new)
    g.mv(new, path)


def write(g: GuestFS, path: str, content: Union[bytes, str]) -> None:
    """Write a file."""
    g.write(path, content)


def append_line(g: GuestFS, path: str, line: str) -> None:
    """Append a line; a last line that has no end gets one."""
    text = _read(g, path)
    g.write_append(path, os.fsencode(("\n" if text and not text.endswith("\n") else "") + line + "\n"))


def upload(g: GuestFS, local: str, path: str) -> None:
    """Copy a file into the guest, with its permissions."""
    if g.is_dir(path, followsymlinks=True):
        path = path.rstrip("/") + "/" + os.path.basename(local)
    g.upload(local, path)
    g.chmod(os.stat(local).st_mode & 0o7777, path)


def copy_in(g: GuestFS, local: str, directory: str) -> None:
    """Copy a file or a tree into a directory of the guest."""
    g.copy_in(local, directory)


def template(g: GuestFS, path: str, text: str, values: Optional[Dict[str, str]] = None,
             mode: Optional[int] = None) -> None:
    """Write a file from a template of string.Template: $name and ${name} are replaced."""
    try:
        filled = string.Template(text).substitute(values or {})
    except (KeyError, ValueError) as e:
        raise CustomizeError("%s: template: %s" % (path, e)) from e
    _write(g, path, filled, mode)


def edit(g: GuestFS, path: str, pattern: str, replacement: str) -> int:
    """Replace what a regular expression matches in each line; returns how often."""
    text, count = re.subn(pattern, replacement, _read(g, path), flags=re.MULTILINE)
    if count > 0:
        _write(g, path, text)
    return count


def chmod(g: GuestFS, mode: int, path: str) -> None:
    """Change permissions."""
    g.chmod(mode, path)


def chown(g: GuestFS, uid: int, gid: int, path: str) -> None:
    """Change owner and group, as numbers."""
    g.chown(uid, gid, path)


def mkdir(g: GuestFS, path: str) -> None:
    """Make a directory, and those above it."""
    g.mkdir_p(path)


def delete(g: GuestFS, path: str) -> None:
    """Delete files and trees, by a pattern of the shell."""
    for found in g.glob_expand(path):
        g.rm_rf(found)


def link(g: GuestFS, target: str, *links: str) -> None:
    """Make symbolic links to a target."""
    for name in links:
        g.ln_sf(target, name)


def move(g: GuestFS, source: str, destination: str) -> None:
    """Rename a file."""
    g.mv(source, destination)


def touch(g: GuestFS, path: str) -> None:
    """Make an empty file, or set the times of one that is there."""
    g.touch(path)


def truncate(g: GuestFS, path: str) -> None:
    """Empty a file."""
    g.truncate(path)


# Names and times.

def hostname(g: GuestFS, name: str) -> None:
    """Set the name of the guest, in /etc/hostname and in /etc/hosts."""
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", name):
        raise CustomizeError("%r is no host name" % name)
    old = _read(g, "/etc/hostname").strip()
    _write(g, "/etc/hostname", name + "\n")
    if g.is_file("/etc/sysconfig/network"):
        edit(g, "/etc/sysconfig/network", r"^HOSTNAME=.*$", "HOSTNAME=" + name)
    if old and old != "localhost" and g.is_file("/etc/hosts"):
        edit(g, "/etc/hosts", r"(?<=[ \t])%s(?=[ \t]|$)" % re.escape(old), name)
        short = old.split(".")[0]
        if short not in (old, "localhost"):
            edit(g, "/etc/hosts", r"(?<=[ \t])%s(?=[ \t]|$)" % re.escape(short), name.split(".")[0])


def timezone(g: GuestFS, name: str) -> None:
    """Set the time zone, as in "Europe/Berlin"."""
    zone = "/usr/share/zoneinfo/" + name
    if ".." in name or not g.is_file(zone, followsymlinks=True):
        raise CustomizeError("%r is no time zone of the guest" % name)
    g.ln_sf(".." + zone, "/etc/localtime")
    if g.is_file("/etc/timezone"):
        _write(g, "/etc/timezone", name + "\n")


# Users.

def _entries(g: GuestFS, path: str) -> List[List[str]]:
    return [line.split(":") for line in _read(g, path).splitlines()]


def _user(g: GuestFS, name: str) -> List[str]:
    for entry in _entries(g, "/etc/passwd"):
        if entry[0] == name and len(entry) >= 7:
            return entry
    raise CustomizeError("the guest has no user %r" % name)


def _check_field(value: str) -> None:
    if ":" in value or "\n" in value:
        raise CustomizeError("%r must not contain colons or newlines" % value)


def add_user(g: GuestFS, name: str, password: Optional[str] = None, uid: Optional[int] = None,
             groups: Sequence[str] = (), shell: str = "/bin/bash", comment: str = "") -> int:
    """Add a user with a group and a home directory; returns the number.

    Without a password one can log in with a key only. groups: other groups, which
    must be there.
    """
    if not re.fullmatch(r"[a-z_][a-z0-9_.-]*\$?", name):
        raise CustomizeError("%r is no name for a user" % name)
    for value in (shell, comment):
        _check_field(value)
    users, all_groups = _entries(g, "/etc/passwd"), _entries(g, "/etc/group")
    if any(entry[0] == name for entry in users):
        raise CustomizeError("the guest has a user %r already" % name)
    used = {int(entry[2]) for entry in users + all_groups if len(entry) > 2 and entry[2].isdigit()}
    if uid is None:
        uid = next(n for n in range(1000, 60000) if n not in used)
    elif uid in used:
        raise CustomizeError("the number %d is taken" % uid)
    unknown = set(groups) - {entry[0] for entry in all_groups}
    if unknown:
        raise CustomizeError("the guest has no group %s" % ", ".join(sorted(unknown)))
    home = "/home/" + name
    append_line(g, "/etc/passwd", "%s:x:%d:%d:%s:%s:%s" % (name, uid, uid, comment, home, shell))
    lines = [":".join(entry[:3] + [",".join(filter(None, entry[3].split(",") + [name]))])
             if entry[0] in groups and len(entry) > 3 else ":".join(entry) for entry in all_groups]
    _write(g, "/etc/group", "\n".join(lines + ["%s:x:%d:" % (name, uid)]) + "\n")
    append_line(g, "/etc/shadow", "%s:!:%d:0:99999:7:::" % (name, int(time.time()) // 86400))
    if g.is_file("/etc/gshadow"):
        append_line(g, "/etc/gshadow", "%s:!::" % name)
    g.mkdir_p("/home")
    if g.is_dir("/etc/skel") and not g.exists(home):
        g.cp_a("/etc/skel", home)
    else:
        g.mkdir_p(home)
    for path in [home] + [home + "/" + found for found in g.find(home + "/")]:
        g.lchown(uid, uid, path)
    g.chmod(0o700, home)
    if password is not None:
        set_password(g, name, password)
    return uid


def set_password(g: GuestFS, user: str, password: str) -> None:
    """Set a password. It is hashed by the guest's own chpasswd, and never on a command line."""
    _user(g, user)
    _check_field(user)
    if "\n" in password:
        raise CustomizeError("a password must not contain newlines")
    name = "/root/.password-" + secrets.token_hex(8)
    g.mkdir_mode(name, 0o700)
    try:
        g.write(name + "/input", "%s:%s\n" % (user, password))
        g.sh("chpasswd <%s/input" % name)
    finally:
        g.rm_rf(name)


def random_password(g: GuestFS, user: str) -> str:
    """Set a random password, and return it."""
    password = secrets.token_urlsafe(12)
    set_password(g, user, password)
    return password


def lock_password(g: GuestFS, user: str) -> None:
    """Make the password of a user useless; keys still work."""
    _user(g, user)
    edit(g, "/etc/shadow", r"^(%s):!*" % re.escape(user), r"\1:!")


def ssh_inject(g: GuestFS, user: str, key: str) -> None:
    """Let a public key log in as a user. `key` is its line, or the name of its file."""
    if not re.match(r"(ssh-|ecdsa-|sk-)\S+ ", key):
        with open(key, encoding="utf-8") as f:
            key = f.read()
    key = key.strip()
    if "\n" in key or not re.match(r"(ssh-|ecdsa-|sk-)\S+ ", key):
        raise CustomizeError("this is no public key")
    entry = _user(g, user)
    uid, gid, home = int(entry[2]), int(entry[3]), entry[5]
    directory, path = home + "/.ssh", home + "/.ssh/authorized_keys"
    if not g.is_dir(directory):
        g.mkdir_p(directory)
        g.chown(uid, gid, directory)
        g.chmod(0o700, directory)
    if key not in _read(g, path).splitlines():
        append_line(g, path, key)
    g.chown(uid, gid, path)
    g.chmod(0o600, path)


# Programs of the guest.

def run_command(g: GuestFS, command: str) -> str:
    """Run a command of the guest's shell; returns its output."""
    return g.sh(command)


def run(g: GuestFS, script: str) -> str:
    """Run a script, given as text, inside the guest; returns its output."""
    path = "/var/tmp/script-" + secrets.token_hex(8)
    g.write(path, script)
    try:
        g.chmod(0o700, path)
        return g.command([path])
    finally:
        g.rm_f(path)


def package_command(g: GuestFS, action: str, packages: Sequence[str]) -> str:
    """The command that installs, uninstalls or updates packages in this guest."""
    for name in packages:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9+._:@~=/-]*", name):
            raise CustomizeError("%r is no name of a package" % name)
    manager = g.inspect_get_package_management(g.inspect_get_roots()[0])
    try:
        command = _data.package_commands[manager, action]
    except KeyError:
        raise CustomizeError("do not know how to %s packages with %r" % (action, manager)) from None
    return " ".join([command] + list(packages))


def install(g: GuestFS, packages: Sequence[str]) -> str:
    """Install packages with the guest's package manager, which needs the network."""
    return g.sh(package_command(g, "install", packages))


def uninstall(g: GuestFS, packages: Sequence[str]) -> str:
    """Uninstall packages."""
    return g.sh(package_command(g, "uninstall", packages))


def update(g: GuestFS) -> str:
    """Update all packages."""
    return g.sh(package_command(g, "update", []))


# Services and the first boot.

def _unit(g: GuestFS, name: str) -> str:
    name = name if "." in name else name + ".service"
    for directory in ("/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"):
        if g.is_file(directory + "/" + name, followsymlinks=True):
            return directory + "/" + name
    raise CustomizeError("the guest has no service %r" % name)


def enable_service(g: GuestFS, name: str) -> None:
    """Have a service of systemd started at boot, by what its WantedBy= says."""
    unit = _unit(g, name)
    targets = re.findall(r"^\s*WantedBy\s*=\s*(.*)$", _read(g, unit), re.MULTILINE)
    wanted = [target for line in targets for target in line.split()]
    if not wanted:
        raise CustomizeError("the service %r is not made to be enabled" % name)
    for target in wanted:
        directory = "/etc/systemd/system/%s.wants" % target
        g.mkdir_p(directory)
        g.ln_sf(unit, directory + "/" + os.path.basename(unit))


def disable_service(g: GuestFS, name: str) -> None:
    """Have a service not started at boot."""
    unit = os.path.basename(_unit(g, name))
    for path in g.glob_expand("/etc/systemd/system/*.wants/" + unit):
        g.rm_f(path)


_FIRSTBOOT = "/usr/lib/virt-sysprep"
_UNIT = "guestfs-firstboot.service"


def firstboot(g: GuestFS, script: str, name: str = "script") -> None:
    """Have a script, given as text, run once when the guest boots next.

    Scripts run in the order in which they were installed, by a service of systemd;
    their output goes to ~root/virt-sysprep-firstboot.log.
    """
    if not re.fullmatch(r"[A-Za-z0-9._-]+", name):
        raise CustomizeError("%r is no name for a script" % name)
    if not g.is_dir("/etc/systemd/system", followsymlinks=True):
        raise CustomizeError("the guest does not boot with systemd")
    unit = "/usr/lib/systemd/system/" + _UNIT
    wants = "/etc/systemd/system/multi-user.target.wants"
    for directory in (_FIRSTBOOT + "/scripts", os.path.dirname(unit), wants):
        g.mkdir_p(directory)
    _write(g, _FIRSTBOOT + "/firstboot.sh", _data.firstboot_sh, 0o755)
    _write(g, unit, _data.firstboot_service)
    g.ln_sf(unit, wants + "/" + _UNIT)
    numbers = [int(found[5:9]) for directory in ("/scripts", "/scripts-done") if g.is_dir(_FIRSTBOOT + directory)
               for found in g.ls(_FIRSTBOOT + directory) if re.match(r"5000-\d{4}-", found)]
    if not script.startswith("#!"):
        script = "#!/bin/sh\n" + script
    _write(g, "%s/scripts/5000-%04d-%s" % (_FIRSTBOOT, max(numbers, default=0) + 1, name), script, 0o755)


def firstboot_command(g: GuestFS, command: str) -> None:
    """Have a command of the shell run once when the guest boots next."""
    firstboot(g, command + "\n", "command")


def firstboot_install(g: GuestFS, packages: Sequence[str]) -> None:
    """Have packages installed when the guest boots next."""
    firstboot(g, package_command(g, "install", packages) + "\n", "install")


def selinux_relabel(g: GuestFS, excludes: Sequence[str] = ()) -> bool:
    """Label the files as the guest's SELinux policy says, where it uses SELinux; tells whether it does.

    excludes: directories to leave out. What cannot be labelled now, for want of the
    policy or of libselinux in the appliance, will be when the guest boots. Last, after
    everything that writes files.
    """
    config = _read(g, "/etc/selinux/config")
    if re.search(r"^\s*SELINUX\s*=\s*(enforcing|permissive)", config, re.MULTILINE) is None:
        return False
    policy = re.search(r"^\s*SELINUXTYPE\s*=\s*([\w-]+)", config, re.MULTILINE)
    contexts = "/etc/selinux/%s/contexts/files/file_contexts" % (policy.group(1) if policy else "targeted")
    labelled = False
    if g.feature_available(["selinuxrelabel"]) and g.is_file(contexts, followsymlinks=True):
        try:
            g.setfiles(contexts, ["/"], excludes=list(excludes) or None)
            labelled = True
        except Error as e:
            # Filesystems such as FAT have no labels; all others have theirs then.
            labelled = e.errno == errno.ENOTSUP
    if labelled:
        g.rm_f("/.autorelabel")
    else:
        g.touch("/.autorelabel")
    return True
