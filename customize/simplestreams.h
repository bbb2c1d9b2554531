/* Sources of templates in the format Simple Streams 1.0: JSON below streams/v1.
 *
 * It is text from the network: the parsers are pure, and bounded by the size of
 * their input (INDEX_MAX). */
#ifndef BATHYSCOPE_SIMPLESTREAMS_H
#define BATHYSCOPE_SIMPLESTREAMS_H

#include "index.h"

/* Where the index is, below the root of the source. */
#define SIMPLESTREAMS_INDEX "streams/v1/index.json"
#define SIMPLESTREAMS_SIGNED_INDEX "streams/v1/index.sjson"

/* The files with products of disk images that an index of streams names, as
 * paths below the root; a list to free, or NULL with err. */
char **simplestreams_paths (const char *text, struct error *err);

/* Add the products of a file: of each its newest disk image, as an entry with
 * the fields of a native index.  There is no "size"; "revision" is text.  0, or
 * -1 with err. */
int simplestreams_products (const char *text, struct index *ret,
                            struct error *err);

#endif
