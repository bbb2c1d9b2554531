# For tests of templates, after in-lab.sh.
export LIBGUESTFS_BACKEND=kvm XDG_CACHE_HOME=$tmp/cache
templates=$XDG_CACHE_HOME/bathyscope/templates

# launch MESSAGES ARGUMENT...: guestfish, with what it debugs in a file.
launch ()
{
  local messages=$1
  shift
  LIBGUESTFS_DEBUG=1 "$top_builddir/run" guestfish "$@" 2>"$messages"
}

is_resumed () { grep -q 'launch: engine kvm, from a template' "$1" && ! grep -q 'daemon is ready' "$1" || fail "not from a template: $(cat "$1")"; }
is_cold () { ! grep -q 'from a template' "$1" && grep -q 'daemon is ready' "$1" || fail "not a cold boot: $(cat "$1")"; }

has_template () { compgen -G "$templates/template-????????????????" >/dev/null; }

wait_for_template ()
{
  local i
  for ((i = 0; i < 300; i++)); do
    ! has_template || return 0
    sleep 0.2
  done
  fail "there is no template: $(ls -la "$templates")"
}
