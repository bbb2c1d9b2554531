#!/bin/bash
# What runs in the caller's process and in the machine, under ASan and UBSan: unit tests and scripts.
source "$(dirname "$0")/functions.sh"
requires "${CC:-gcc}" autoconf qemu-img mkfs.erofs
requires_file "$top_builddir/appliance/root.img" "$top_builddir/appliance/kernel-uml"
if grep -q '^#define SANITIZED' "$top_builddir/config.h"; then skip "this is a build with sanitizers itself"; fi
top_srcdir=$top_srcdir top_builddir=$top_builddir \
  "$top_srcdir/tests/sanitized" address 100-block-raw 200-machine-boot 203-machine-errors
