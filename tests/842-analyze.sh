#!/bin/bash
# cppcheck finds nothing in what the caller's process and the machine are made of.  make analyze looks at everything.
source "$(dirname "$0")/functions.sh"
requires cppcheck
top_srcdir=$top_srcdir top_builddir=$top_builddir "$top_srcdir/tests/analyze" common rpc machine lib
