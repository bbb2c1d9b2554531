# Completion of guestfish, guestmount and the virt-* programs in bash.  Each program lists its options itself.

_bathyscope ()
{
    local program=$1 cur=$2 prev=$3 list=
    COMPREPLY=()
    case $prev in
@VALUES@
    esac
    if [[ -z $list ]]; then
        case $cur in
            --*) list=$("$program" --long-options 2>/dev/null) ;;
            -*) list="$("$program" --short-options 2>/dev/null)
$("$program" --long-options 2>/dev/null)" ;;
            [a-z]*)
                if [[ ${program##*/} == guestfish && $prev == @(guestfish|:|-i|--ro|--rw|-r|-w|-h|--cmd-help) ]]; then
                    list=$("$program" --cmd-help 2>/dev/null | awk 'NF > 1 { print $1 }')
                fi ;;
        esac
    fi
    if [[ -n $list ]]; then
        # One a line: names of domains may have blanks in them.
        local IFS=$'\n'
        COMPREPLY=($(compgen -W "$list" -- "$cur"))
    fi
}
complete -o bashdefault -o default -F _bathyscope @PROGRAMS@
