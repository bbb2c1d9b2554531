"""The build backend (PEP 517) of the Python package.

It compiles nothing: it packs what `make` has built, the extension, the library, the
machine and the appliance, into a wheel that needs nothing else of the project.
"""

import base64
import hashlib
import os
import re
import sysconfig
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
NAME = "guestfs"

# Where in the wheel, and what it is in the tree that has been made.
FILES = [
    ("guestfs/__init__.py", "bindings/python/guestfs/__init__.py"),
    ("guestfs/__init__.pyi", "bindings/python/guestfs/__init__.pyi"),
    ("guestfs/_customize_data.py", "bindings/python/guestfs/_customize_data.py"),
    ("guestfs/customize.py", "bindings/python/guestfs/customize.py"),
    ("guestfs/py.typed", "bindings/python/guestfs/py.typed"),
    ("libguestfsmod.abi3.so", "bindings/python/.libs/libguestfsmod.so"),
    ("guestfs/bundled/libguestfs.so.0", "lib/.libs/libguestfs.so.0"),
    ("guestfs/bundled/bathyscope-machine", "machine/bathyscope-machine"),
    ("guestfs/bundled/root.img", "appliance/root.img"),
]
# Those of the engines that were configured.
OPTIONAL = [
    ("guestfs/bundled/kernel-kvm", "appliance/kernel-kvm"),
    ("guestfs/bundled/kernel-uml", "appliance/kernel-uml"),
]


def _version():
    with open(os.path.join(TOP, "lib", "libguestfs.pc"), encoding="utf-8") as f:
        return re.search(r"^Version: (\S+)$", f.read(), re.MULTILINE).group(1)


def _files():
    chosen = FILES + [pair for pair in OPTIONAL if os.path.exists(os.path.join(TOP, pair[1]))]
    if len(chosen) == len(FILES):
        raise SystemExit("%s: there is no kernel: run make first" % TOP)
    for name, path in chosen:
        full = os.path.join(TOP, path)
        if not os.path.exists(full):
            raise SystemExit("%s is not there: run make first" % full)
        yield name, full


def _tag():
    platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    return "cp39-abi3-%s" % platform


def _metadata():
    return ("Metadata-Version: 2.1\nName: %s\nVersion: %s\n"
            "Summary: Access and modify disk images of virtual machines\n"
            "Requires-Python: >=3.9\n" % (NAME, _version()))


def _wheel():
    return "Wheel-Version: 1.0\nGenerator: bathyscope\nRoot-Is-Purelib: false\nTag: %s\n" % _tag()


def get_requires_for_build_wheel(config_settings=None):
    return []


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    info = "%s-%s.dist-info" % (NAME, _version())
    name = "%s-%s-%s.whl" % (NAME, _version(), _tag())
    records = []
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w", zipfile.ZIP_DEFLATED) as z:
        def add(path, data, mode):
            entry = zipfile.ZipInfo(path)
            entry.external_attr = (0o100000 | mode) << 16
            z.writestr(entry, data, zipfile.ZIP_DEFLATED, 1)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            records.append("%s,sha256=%s,%d" % (path, digest, len(data)))

        for path, source in _files():
            with open(source, "rb") as f:
                add(path, f.read(), 0o755 if os.access(source, os.X_OK) else 0o644)
        add(info + "/METADATA", _metadata().encode(), 0o644)
        add(info + "/WHEEL", _wheel().encode(), 0o644)
        records.append(info + "/RECORD,,")
        z.writestr(info + "/RECORD", "\n".join(records) + "\n")
    return name
