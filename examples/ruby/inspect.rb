# Tell which operating systems are on a disk, and what is mounted where.
require 'guestfs'

Guestfs::Guestfs.open do |g|
  g.add_drive_ro(ARGV[0])
  g.launch
  g.inspect_os.each do |root|
    puts "root: #{root}"
    puts "product: #{g.inspect_get_product_name(root)}"
    puts "type: #{g.inspect_get_type(root)} #{g.inspect_get_distro(root)}"
    g.inspect_get_mountpoints(root).sort.each do |path, device|
      puts "mount: #{path} #{device}"
      g.mount_ro(device, path)
    end
    puts "hostname: #{g.cat("/etc/hostname")}"
    g.umount_all
  end
end
