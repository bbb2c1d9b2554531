#!/bin/bash
# The Perl binding without a launch: handles, wrong arguments, errors, events, threads, fork.
source "$(dirname "$0")/functions.sh"

requires perl
requires_file "$top_builddir/bindings/perl/perl5"

cat >"$tmp/test.pl" <<'PERL'
use strict;
use warnings;
use Test::More;
use Sys::Guestfs;

sub fails { my ($code, $wanted) = @_; ok (!eval { $code->(); 1 } && $@ =~ $wanted, "fails: $wanted") or diag ($@) }

my $g = Sys::Guestfs->new ();
my %version = $g->version ();
is ($version{major}, 1);
is ($g->get_append (), undef);
$g->set_append (undef);
$g->set_append ("caf\xe9");
is ($g->get_append (), "caf\xe9", "bytes stay as they are");
$g->set_append ("\x{20ac}");
is ($g->get_append (), "\xe2\x82\xac", "characters become UTF-8");
$g->set_backend_settings ([]);
is_deeply ([$g->get_backend_settings ()], []);
$g->set_backend_settings (["a=1", "b=2"]);
is_deeply ([$g->get_backend_settings ()], ["a=1", "b=2"]);
$g->set_verbose (undef);
is ($g->get_verbose (), 0);

fails (sub { $g->mount () }, qr/^Usage: Sys::Guestfs::mount\(g, mountable, mountpoint\)/);
fails (sub { $g->add_drive ("x", y => 1) }, qr/unknown optional argument 'y'/);
fails (sub { $g->add_drive ("x", 1) }, qr/even number/);
fails (sub { $g->add_drive ("x", format => "raw", format => "raw") }, qr/more than once/);
fails (sub { $g->mount (undef, "/") }, qr/^mount: mountable must be a string, not undef/);
fails (sub { $g->mount ([], "/") }, qr/not a reference/);
fails (sub { $g->mount ("a\0b", "/") }, qr/without NUL/);
fails (sub { $g->set_memsize ("x") }, qr/must be a number/);
fails (sub { $g->set_memsize (1 << 40) }, qr/32 bits/);
fails (sub { $g->set_memsize ("99999999999999999999") }, qr/64 bits/);
fails (sub { $g->set_backend_settings ("x") }, qr/reference to an array/);
fails (sub { $g->set_backend_settings ([undef]) }, qr/not undef/);
fails (sub { $g->set_event_callback (1, 1) }, qr/subroutine/);
fails (sub { $g->set_event_callback (sub {}, 0) }, qr/bitmask/);
fails (sub { Sys::Guestfs->new (foo => 1) }, qr/unknown parameter/);
fails (sub { Sys::Guestfs::get_verbose (5) }, qr/not a blessed/);
fails (sub { (bless {}, "Sys::Guestfs")->get_verbose }, qr/not a handle/);
fails (sub { $g->add_drive ("/nonexistent/x", format => "raw") }, qr/^add_drive: .*No such file.* at /);
ok ($!{ENOENT} && $g->last_errno () == 2, "errno");

# Events; a callback that dies, one that deletes itself, one that closes.
my (@seen, @warnings);
local $SIG{__WARN__} = sub { push @warnings, @_ };
$g->set_event_callback (sub { push @seen, [@_] }, $Sys::Guestfs::EVENT_TRACE | $Sys::Guestfs::EVENT_CLOSE);
my $dying = $g->set_event_callback (sub { die "oops\n" }, $Sys::Guestfs::EVENT_TRACE);
$g->set_trace (1);
is (eval { 5 + $g->get_verbose () }, 5);
$g->delete_event_callback ($dying);
is_deeply ($seen[0], [64, 0, "get_verbose", []]);
like ($warnings[0], qr/oops/);
my $own;
$own = $g->set_event_callback (sub { $g->delete_event_callback ($own) if defined $own; undef $own }, $Sys::Guestfs::EVENT_TRACE);
$g->get_path ();
ok (!defined $own);
my $argument = "x" x 1000;
my $changing = $g->set_event_callback (sub { $argument = "y" x 5 }, $Sys::Guestfs::EVENT_TRACE);
$g->set_append ($argument);
is ($g->get_append (), "x" x 1000, "an argument that changes during the call");
$g->delete_event_callback ($changing);
$g->set_event_callback (sub { $g->close () }, $Sys::Guestfs::EVENT_TRACE);
ok (length $g->get_path ());
is ($seen[-1][0], $Sys::Guestfs::EVENT_CLOSE);
fails (sub { $g->get_path () }, qr/closed handle/);
$g->close ();
is (Sys::Guestfs::event_to_string (3), "close,subprocess_quit");

# Handles that are dropped, also in their own callback; subclasses; other classes of programs.
Sys::Guestfs->new (environment => 0) for 1 .. 100;
my $h = Sys::Guestfs->new ();
$h->set_event_callback (sub { undef $h }, $Sys::Guestfs::EVENT_TRACE);
$h->set_trace (1);
$h->get_verbose ();
ok (!defined $h);
{ package Derived; our @ISA = ("Sys::Guestfs"); }
my $d = Derived->new ();
isa_ok ($d, "Derived");
$d->{my_data} = 1;
ok (Sys::Guestfs->can ("mkfs_opts") && Sys::Guestfs->can ("mkfs") && !Sys::Guestfs->can ("nosuch"));

# Other processes and threads.
my $pid = fork;
exit ($d->get_verbose () == 0 ? 0 : 1) if !$pid;
waitpid $pid, 0;
is ($?, 0, "a forked process");
if (eval "use threads; 1") {
  is (threads->create (sub { eval { $d->get_verbose () }; $@ =~ /unblessed/ ? "refused" : "not refused: $@" })->join, "refused");
}
is ($d->get_verbose (), 0);
done_testing ();
PERL
"$top_builddir/run" perl "$tmp/test.pl" >"$tmp/out" 2>&1 || fail "$(cat "$tmp/out")"

# What it installs is complete: every call that bindings have, with its manual.
"$top_builddir/run" perl -MSys::Guestfs -e 'print "$_\n" for grep { defined &{"Sys::Guestfs::$_"} } keys %Sys::Guestfs::' | sort >"$tmp/methods"
missing=0
while read -r name; do
  grep -qx "$name" "$tmp/methods" || { echo "$name is no method"; missing=1; }
done < <(grep -h '^call ' "$top_srcdir"/generator/api/*.api | awk '{print $2}' | grep -v '^internal_')
expect_equal "$missing" 0 "missing methods"
if type -p podchecker >/dev/null; then
  podchecker "$top_builddir/bindings/perl/lib/Sys/Guestfs.pm" 2>"$tmp/pod" || fail "$(cat "$tmp/pod")"
fi
