#!/bin/bash
# The manuals of the bindings: each that was made has the calls, with their arguments.
source "$(dirname "$0")/functions.sh"

made=
page () # FOLDER-OR-FILE PATTERN...
{
  local where=$top_builddir/$1
  [[ -e $where ]] || return 0
  made+=" $1"
  shift
  local pattern
  for pattern; do
    grep -rqE -- "$pattern" "$where" || fail "$where: no '$pattern'"
  done
}

# What the pages hold is also there in a short form: two calls, one with optional arguments, one deprecated, one struct.
page bindings/perl/manual.3pm '^.TH .*Sys::Guestfs' 'g->mkfs' 'g->list_partitions' 'Deprecated'
page bindings/java/javadoc 'mkfs.*fstype' 'list_partitions' '[Cc]lass StatNS' 'read_file_bytes' 'Deprecated'
page bindings/ocaml/manual 'val mkfs|VALmkfs' 'list_partitions' 'type statns|TYPEstatns' 'Handle_closed'
page bindings/ruby/manual 'mkfs' 'list_partitions' 'set_event_callback' 'deprecated'
for language in java ocaml perl python ruby; do
  page "docs/guestfs-$language.3" '^.SH "?EXAMPLES' 'part.disk' 'inspect.os|mount.guest' 'hostname' 'sb=8193'
done
[[ -n $made ]] || skip "there is no program that makes manuals"
echo "looked at:$made"

# help() of Python.
[[ -e $top_builddir/bindings/python/.libs/libguestfsmod.so ]] || exit 0
"$top_builddir/run" python3 - <<'PYTHON'
import guestfs
assert "Make a filesystem of the type fstype" in guestfs.GuestFS.mkfs.__doc__
missing = [name for name in dir(guestfs.GuestFS) if not name.startswith("_") and not getattr(guestfs.GuestFS, name).__doc__]
assert not missing, missing
from guestfs import customize
missing = [name for name in dir(customize) if name[0].islower() and getattr(getattr(customize, name), "__module__", "") == "guestfs.customize"
           and not getattr(customize, name).__doc__]
assert not missing, missing
PYTHON
