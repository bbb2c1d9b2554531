# Handles without a launch: what `make test` of Makefile.PL runs.  tests/710-perl-handle.sh has much more.
use strict;
use warnings;
use Test::More tests => 6;

use_ok ("Sys::Guestfs");
my $g = Sys::Guestfs->new ();
isa_ok ($g, "Sys::Guestfs");
my %version = $g->version ();
is ($version{major}, 1, "a struct");
$g->set_backend_settings (["a=1", "b=2"]);
is_deeply ([$g->get_backend_settings ()], ["a=1", "b=2"], "a list");
ok (!eval { $g->mount ("/dev/sda1", "/"); 1 } && $@ =~ /^mount: /, "an error");
$g->close ();
ok (!eval { $g->get_path (); 1 } && $@ =~ /closed handle/, "a closed handle");
