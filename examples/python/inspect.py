"""Tell which operating systems are on a disk, and what is mounted where."""
import sys

import guestfs

with guestfs.GuestFS(python_return_dict=True) as g:
    g.add_drive_ro(sys.argv[1])
    g.launch()
    for root in g.inspect_os():
        print("root:", root)
        print("product:", g.inspect_get_product_name(root))
        print("type:", g.inspect_get_type(root), g.inspect_get_distro(root))
        for path, device in sorted(g.inspect_get_mountpoints(root).items()):
            print("mount:", path, device)
            g.mount_ro(device, path)
        print("hostname:", g.cat("/etc/hostname").strip())
        g.umount_all()
