# What the distribution's Perl module makes of the library.

use strict;
use warnings;
use Sys::Guestfs;

my $g = Sys::Guestfs->new ();

sub show
{
    my ($v) = @_;
    return "undef" unless defined $v;
    return "[" . join (", ", map { show ($_) } @$v) . "]" if ref $v eq "ARRAY";
    return "{" . join (", ", map { "$_: " . show ($v->{$_}) } sort keys %$v) . "}" if ref $v eq "HASH";
    $v =~ s/([^ -~])/sprintf "\\x%02x", ord $1/ge;
    return "'$v'";
}

# Messages are each library's own.
sub t
{
    my ($name, @args) = @_;
    my @r = eval { $g->$name (@args) };
    printf "%s (%s) = %s\n", $name, join (", ", map { show ($_) } @args), $@ ? "died" : show (\@r);
}

for my $kind (qw(rint rint64 rbool rconststring rconstoptstring rstring rstringlist rstruct rstructlist rhashtable rbufferout)) {
    t ("internal_test_$kind", $kind eq "rbool" ? "true" : "2") if $kind ne "rhashtable";
    my %h = $kind eq "rhashtable" ? $g->internal_test_rhashtable ("2") : ();
    print "rhashtable ", show (\%h), "\n" if %h;
    t ("internal_test_${kind}err");
}
t ("internal_test_set_output", "output");
t ("internal_test", "a", undef, [], 0, 0, 0, "in", "out", "abc\0def");
t ("internal_test", "a", "b", ["c"], 1, -1, 123456789012, "in", "out", "", obool => 1, oint => -5, oint64 => 5, ostring => "x",
   ostringlist => ["p", "q"]);
t ("internal_test_close_output");
open my $fh, "<", "output" or die;
print <$fh>;
t ("disk_create", "a.img", "raw", 100 << 20);
t ("add_drive", "a.img", format => "raw", readonly => 0);
t ("launch");
t ("list_devices");
t ("part_disk", "/dev/sda", "mbr");
t ("list_partitions");
t ("mkfs", "ext2", "/dev/sda1", blocksize => 1024);
t ("vfs_type", "/dev/sda1");
t ("mount", "/dev/sda1", "/");
t ("write", "/f", "a\0b\xff\n");
t ("read_file", "/f");
t ("filesize", "/f");
t ("ls", "/");
t ("exists", "/nosuch");
t ("cat", "/nosuch");
my %fs = $g->list_filesystems ();
print show (\%fs), "\n";
my %st = $g->statns ("/f");
print "$st{st_size}\n";
my @parts = $g->part_list ("/dev/sda");
print scalar (@parts), " $parts[0]->{part_num} $parts[0]->{part_start}\n";
t ("setxattr", "user.x", "y", 1, "/f");
t ("lgetxattrs", "/f");
t ("checksum", "crc", "/f");
t ("mkdir_p", "/a/b/c");
t ("find", "/a");
t ("glob_expand", "/*");
t ("umount_all");
t ("shutdown");
t ("close");
