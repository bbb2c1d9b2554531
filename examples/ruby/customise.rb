# Add a user with an SSH key, set the host name, and install a script for the first boot.
require 'guestfs'

UNIT = <<'EOS'
[Unit]
ConditionPathExists=!/var/lib/first-boot-done

[Service]
Type=oneshot
ExecStart=/usr/local/sbin/first-boot
ExecStartPost=/bin/touch /var/lib/first-boot-done

[Install]
WantedBy=multi-user.target
EOS

disk, user, key, hostname = ARGV
Guestfs::Guestfs.open do |g|
  g.add_drive(disk)
  g.launch
  root, = g.inspect_os
  g.inspect_get_mountpoints(root).sort.each { |path, device| g.mount(device, path) }

  g.write("/etc/hostname", hostname + "\n")

  id, home = 2000, "/home/#{user}"
  g.write_append("/etc/passwd", "#{user}:x:#{id}:#{id}::#{home}:/bin/bash\n")
  g.write_append("/etc/group", "#{user}:x:#{id}:\n")
  g.write_append("/etc/shadow", "#{user}:!:19000:0:99999:7:::\n")
  g.mkdir_p("#{home}/.ssh")
  g.write("#{home}/.ssh/authorized_keys", key + "\n")
  g.chmod(0700, "#{home}/.ssh")
  g.chmod(0600, "#{home}/.ssh/authorized_keys")
  [home, "#{home}/.ssh", "#{home}/.ssh/authorized_keys"].each { |path| g.chown(id, id, path) }

  # A service that runs once: its condition is false from then on.
  g.write("/usr/local/sbin/first-boot", "#!/bin/sh\necho booted >/var/tmp/first\n")
  g.chmod(0755, "/usr/local/sbin/first-boot")
  g.write("/etc/systemd/system/first-boot.service", UNIT)
  g.mkdir_p("/etc/systemd/system/multi-user.target.wants")
  g.ln_sf("/etc/systemd/system/first-boot.service", "/etc/systemd/system/multi-user.target.wants/first-boot.service")
  g.shutdown
end
