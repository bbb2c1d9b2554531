#!/usr/bin/perl
# Get a file out of an ext4 filesystem whose superblock is damaged: there are copies of it.
use strict;
use warnings;
use Sys::Guestfs;

my ($disk, $path, $output) = @ARGV;
my $g = Sys::Guestfs->new ();
$g->add_drive_ro ($disk);
$g->launch ();
foreach my $device ($g->list_partitions ()) {
    # Where copies are, in units of 1 KiB, with blocks of 1 and of 4 KiB.
    foreach my $options ("ro", "ro,noload,sb=8193", "ro,noload,sb=131072") {
        if (eval { $g->mount_vfs ($options, "ext4", $device, "/"); $g->download ($path, $output); 1 }) {
            print "recovered from $device with $options\n";
            exit 0;
        }
        warn $@;
    }
}
die "the file could not be recovered\n";
