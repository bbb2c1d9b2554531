# Completion of guestfish, guestmount and the virt-* programs in bash.  Each program lists its options itself.

_bathyscope ()
{
    local program=$1 cur=$2 prev=$3 words=
    COMPREPLY=()
    case $prev in
        -d|--domain|-D)
            words=$(virsh list --all --name 2>/dev/null) ;;
        --format)
            words='raw qcow2' ;;
        --blocksize)
            words='512 4096' ;;
        --checksum)
            words='crc md5 sha1 sha224 sha256 sha384 sha512' ;;
    esac
    if [[ -z $words ]]; then
        case $cur in
            --*) words=$("$program" --long-options 2>/dev/null) ;;
            -*) words="$("$program" --short-options 2>/dev/null) $("$program" --long-options 2>/dev/null)" ;;
            [a-z]*)
                if [[ ${program##*/} == guestfish && $prev == @(guestfish|:|-i|--ro|--rw|-r|-w|-h|--cmd-help) ]]; then
                    words=$("$program" --cmd-help 2>/dev/null | awk 'NF > 1 { print $1 }')
                fi ;;
        esac
    fi
    if [[ -n $words ]]; then
        # The words of programs have no blanks in them; names of domains may.
        local IFS=$' \t\n'
        [[ $prev == @(-d|--domain|-D) ]] && IFS=$'\n'
        COMPREPLY=($(compgen -W "$words" -- "$cur"))
    fi
}
complete -o bashdefault -o default -F _bathyscope @PROGRAMS@
