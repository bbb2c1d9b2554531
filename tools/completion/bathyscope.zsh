#compdef @PROGRAMS@
# Completion of guestfish, guestmount and the virt-* programs in zsh.  Each program lists its options itself.

_bathyscope ()
{
    local program=$words[1] previous=$words[CURRENT-1] current=$words[CURRENT] list=
    local -a found
    case $previous in
@VALUES@
    esac
    if [[ -n $list ]]; then
        found=(${(f)list})
        compadd -- $found
    elif [[ $current == -* ]]; then
        # "option<TAB>what it does"; a colon in an option would end it.
        found=(${(f)"$($program --describe-options 2>/dev/null)"})
        found=(${${found//:/\\:}/$'\t'/:})
        _describe -o option found
    elif [[ ${program:t} == guestfish && $current != [/.~]* && $previous == (*guestfish|:|-i|--ro|--rw|-r|-w|-h|--cmd-help) ]]; then
        found=(${(f)"$($program --cmd-help 2>/dev/null | awk 'NF > 1 { name = $1; $1 = ""; print name ":" substr($0, 2) }')"})
        _describe command found
    else
        _files
    fi
}
_bathyscope "$@"
