#!/bin/bash
# What every program has: --help, --version, lists of options for completion, one clear line on wrong use, a manual page.
source "$(dirname "$0")/functions.sh"
cd "$tmp"
programs=(bathyscope-appliance guestmount guestunmount libguestfs-test-tool virt-alignment-scan virt-builder virt-builder-repository virt-cat virt-copy-in virt-copy-out virt-customize virt-df virt-diff virt-drivers virt-edit
  virt-filesystems virt-format virt-get-kernel virt-index-validate virt-inspector virt-log virt-ls virt-make-fs virt-rescue virt-resize virt-sparsify virt-sysprep virt-tail virt-tar-in virt-tar-out virt-win-reg)
words () { grep -Eo -- '(^|[^A-Za-z0-9-])--?[A-Za-z][A-Za-z0-9.-]*' | sed 's/^[^-]//; s/[.-]*$//' | LC_ALL=C sort -u; } # that are options
for program in "${programs[@]}"; do
  $program --help >help || fail "$program --help"
  for option in $($program --long-options); do
    case $option in
      # Not for users, or spellings of another.
      --long-options|--short-options|--describe-options|--debug-gc|--*nlink*|--dir-link|--dir-time|--extra-stat|--time|--uid|--xattr|--colo*|--wrap|--selinux|--live) ;;
      --check-signatures|--no-check-signatures|--checksums|--expr|--LV-expand|--lvexpand|--LVexpand|--inplace|--dump-pod*|--logical-volumes|--partitions|--physical-volumes|--volume-groups|--uuids|--block-devices|--qemudir) ;;
      *) grep -q -- "$option" help || fail "$program --help does not tell $option" ;;
    esac
  done
  # All options are in the manual; and whatever --help tells is completed with what it does.
  { $program --long-options; $program --short-options; } | grep -Evx -- '--(long|short|describe)-options|--dump-pod.*' | LC_ALL=C sort -u >known
  sed 's/\\-/-/g' "$top_builddir/docs/$program.1" | words >told
  expect_equal "$(comm -23 known told | xargs)" "" "options of $program that its manual does not tell"
  $program --describe-options | cut -f 1 | LC_ALL=C sort -u >described
  grep -Eo '^ +-.*' help | sed 's/  *[^- ,].*//' | words >told
  expect_equal "$(comm -23 told described | xargs)" "" "options of $program that --describe-options does not tell"
  $program --version | matches -E "^$program [0-9]+\\.[0-9]+" || fail "$program --version"
  status=0; $program --nosuchoption >out 2>err || status=$?
  expect_equal "$status" 1 "$program: status on an unknown option"
  [[ ! -s out ]] || fail "$program prints on stdout: $(cat out)"
  grep -q "Try '$program --help'" err || fail "$program: $(cat err)"
  status=0; $program -a /nosuch/image.img -m /dev/sda1 /x /y >out 2>err </dev/null || status=$?
  [[ $status == [123] ]] || fail "$program: status $status on an image that is not there"
  (($(wc -l <err) <= 2)) || fail "$program says too much: $(cat err)"
done

# The completion of bash.
requires_file "$top_builddir/tools/completion/bathyscope"
source "$top_builddir/tools/completion/bathyscope"
completes () { COMPREPLY=(); _bathyscope "$1" "$3" "$2"; printf '%s\n' "${COMPREPLY[@]}"; }
completes virt-cat virt-cat --ke | matches -x -- --key || fail "--ke is not completed to --key"
completes virt-df virt-df -h | matches -x -- -h || fail "-h is not completed"
expect_equal "$(completes virt-ls --format q)" qcow2
completes guestfish : mount-l | matches -x mount-local || fail "commands of guestfish are not completed"
complete -p virt-make-fs guestfish >/dev/null || fail "not all programs are completed"

# What the options do, for zsh and fish.
describes () { $1 --describe-options | matches -x -- "$2"$'\t'"$3" || fail "$1 --describe-options: $2"; }
describes virt-df -h 'print sizes as people write them'
describes virt-df --human-readable 'print sizes as people write them'
describes virt-cat --add 'use this disk image'
describes guestfish --cmd-help 'list the commands, or explain one'
if type -p zsh >/dev/null; then
  in_zsh () # WORD...: what would be offered for the last
  {
    zsh -fc 'compadd () { shift; print -l -- "$@" }; _describe () { print -l -- ${(P)argv[-1]} }; _files () { print FILES }
      file=$1; shift; words=("$@") CURRENT=$#; source $file' zsh "$top_builddir/tools/completion/_bathyscope" "$@"
  }
  in_zsh virt-cat --ke | matches -x -- '--key:key of an encrypted device' || fail "zsh: --key"
  expect_equal "$(in_zsh virt-ls --blocksize '')" $'512\n4096' "zsh: --blocksize"
  expect_equal "$(in_zsh virt-ls -a d.img /)" FILES "zsh: files"
  in_zsh guestfish -i mount-l | matches '^mount-local:' || fail "zsh: commands of guestfish"
fi
if type -p fish >/dev/null; then
  in_fish () { HOME=$tmp fish -c "source $top_builddir/tools/completion/bathyscope.fish.out; complete -C'$*'"; }
  in_fish virt-cat --ke | matches -x -- $'--key\tkey of an encrypted device' || fail "fish: --key"
  expect_equal "$(in_fish virt-ls --format q)" qcow2 "fish: --format"
  in_fish guestfish -i mount-l | matches '^mount-local' || fail "fish: commands of guestfish"
fi
