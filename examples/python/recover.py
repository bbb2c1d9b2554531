"""Get a file out of an ext4 filesystem whose superblock is damaged: there are copies of it."""
import sys

import guestfs

disk, path, output = sys.argv[1:]
with guestfs.GuestFS(python_return_dict=True) as g:
    g.add_drive_ro(disk)
    g.launch()
    for device in g.list_partitions():
        # Where copies are, in units of 1 KiB, with blocks of 1 and of 4 KiB.
        for options in ["ro", "ro,noload,sb=8193", "ro,noload,sb=131072"]:
            try:
                g.mount_vfs(options, "ext4", device, "/")
                g.download(path, output)
                print("recovered from %s with %s" % (device, options))
                sys.exit(0)
            except guestfs.Error as e:
                print(e, file=sys.stderr)
sys.exit("the file could not be recovered")
