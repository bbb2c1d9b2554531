#!/usr/bin/perl
# Tell which operating systems are on a disk, and what is mounted where.
use strict;
use warnings;
use Sys::Guestfs;

my $g = Sys::Guestfs->new ();
$g->add_drive_ro ($ARGV[0]);
$g->launch ();
foreach my $root ($g->inspect_os ()) {
    print "root: $root\n";
    print "product: ", $g->inspect_get_product_name ($root), "\n";
    print "type: ", $g->inspect_get_type ($root), " ", $g->inspect_get_distro ($root), "\n";
    my %mountpoints = $g->inspect_get_mountpoints ($root);
    foreach my $path (sort keys %mountpoints) {
        print "mount: $path $mountpoints{$path}\n";
        $g->mount_ro ($mountpoints{$path}, $path);
    }
    print "hostname: ", $g->cat ("/etc/hostname");
    $g->umount_all ();
}
