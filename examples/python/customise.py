"""Add a user with an SSH key, set the host name, and install a script for the first boot."""
import sys

import guestfs
from guestfs import customize

disk, user, key, hostname = sys.argv[1:]
with guestfs.GuestFS(python_return_dict=True) as g:
    g.add_drive(disk)
    g.launch()
    customize.mount_guest(g)
    customize.apply(g, [
        (customize.hostname, [hostname]),
        (customize.add_user, [user]),
        (customize.ssh_inject, [user, key]),
        (customize.firstboot, ["#!/bin/sh\necho booted >/var/tmp/first\n"]),
        (customize.selinux_relabel, []),
    ], progress=lambda done, total, name: print("%d/%d %s" % (done, total, name)))
    g.shutdown()
