#!/bin/bash
# A quarter of the examples of generator/api.
source "$(dirname "$0")/functions.sh"
source "$(dirname "$0")/examples-part.sh" 2/4
