#!/bin/sh
### BEGIN INIT INFO
# Provides:          guestfs-firstboot
# Required-Start:    $remote_fs
# Should-Start:      $all
# Required-Stop:
# Default-Start:     2 3 5
# Default-Stop:
# Short-Description: Scripts for the first boot
# Description:       Run each script once, in the order of their names.
### END INIT INFO
# What they say goes to ~root/virt-sysprep-firstboot.log.

case ${1:-start} in start) ;; *) exit 0 ;; esac
cd /usr/lib/virt-sysprep || exit 1
mkdir -p scripts-done
exec >>~root/virt-sysprep-firstboot.log 2>&1
for script in scripts/*; do
  test -f "$script" && test -x "$script" || continue
  # Moved first: what reboots the guest is not run again.
  mv "$script" scripts-done/ || continue
  script=${script##*/}
  echo "=== Running $script ==="
  scripts-done/"$script" </dev/null || echo "=== $script failed: $? ==="
done
exit 0
