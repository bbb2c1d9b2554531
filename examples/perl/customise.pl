#!/usr/bin/perl
# Add a user with an SSH key, set the host name, and install a script for the first boot.
use strict;
use warnings;
use Sys::Guestfs;

my ($disk, $user, $key, $hostname) = @ARGV;
my $g = Sys::Guestfs->new ();
$g->add_drive ($disk);
$g->launch ();
my ($root) = $g->inspect_os ();
my %mountpoints = $g->inspect_get_mountpoints ($root);
$g->mount ($mountpoints{$_}, $_) foreach sort keys %mountpoints;

$g->write ("/etc/hostname", "$hostname\n");

my ($id, $home) = (2000, "/home/$user");
$g->write_append ("/etc/passwd", "$user:x:${id}:${id}::$home:/bin/bash\n");
$g->write_append ("/etc/group", "$user:x:${id}:\n");
$g->write_append ("/etc/shadow", "$user:!:19000:0:99999:7:::\n");
$g->mkdir_p ("$home/.ssh");
$g->write ("$home/.ssh/authorized_keys", "$key\n");
$g->chmod (0700, "$home/.ssh");
$g->chmod (0600, "$home/.ssh/authorized_keys");
$g->chown ($id, $id, $_) foreach $home, "$home/.ssh", "$home/.ssh/authorized_keys";

# A service that runs once: its condition is false from then on.
$g->write ("/usr/local/sbin/first-boot", "#!/bin/sh\necho booted >/var/tmp/first\n");
$g->chmod (0755, "/usr/local/sbin/first-boot");
$g->write ("/etc/systemd/system/first-boot.service", <<'UNIT');
[Unit]
ConditionPathExists=!/var/lib/first-boot-done

[Service]
Type=oneshot
ExecStart=/usr/local/sbin/first-boot
ExecStartPost=/bin/touch /var/lib/first-boot-done

[Install]
WantedBy=multi-user.target
UNIT
$g->mkdir_p ("/etc/systemd/system/multi-user.target.wants");
$g->ln_sf ("/etc/systemd/system/first-boot.service", "/etc/systemd/system/multi-user.target.wants/first-boot.service");
$g->shutdown ();
