#!/bin/bash
# The distribution's Perl module on our library.
source "$(dirname "$0")/peer-functions.sh"

requires_peer /usr/bin/perl
/usr/bin/perl -e 'for (@INC) { exit 0 if -e "$_/Sys/Guestfs.pm" } exit 1' || skip "libguestfs-perl is not installed"
cd "$tmp"
peer /usr/bin/perl "$peer_dir/peer.pl" >out 2>err || fail "$(cat err)"
compare perl <out
