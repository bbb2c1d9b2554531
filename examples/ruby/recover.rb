# Get a file out of an ext4 filesystem whose superblock is damaged: there are copies of it.
require 'guestfs'

disk, path, output = ARGV
Guestfs::Guestfs.open do |g|
  g.add_drive_ro(disk)
  g.launch
  # Where copies are, in units of 1 KiB, with blocks of 1 and of 4 KiB.
  g.list_partitions.product(["ro", "ro,noload,sb=8193", "ro,noload,sb=131072"]) do |device, options|
    begin
      g.mount_vfs(options, "ext4", device, "/")
      g.download(path, output)
      puts "recovered from #{device} with #{options}"
      exit 0
    rescue Guestfs::Error => e
      warn e.message
    end
  end
end
abort "the file could not be recovered"
