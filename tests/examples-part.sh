# What tests/400..403-api-examples-N.sh have in common: the examples of generator/api, each in a machine of its own.  Several
# scripts share them, so that the runner can do them in parallel.
requires_file "$top_builddir/appliance/root.img" "$top_builddir/tests/api-examples"
cd "$tmp"
"$top_builddir/tests/api-examples" --part "$1"
