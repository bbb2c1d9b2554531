/* For tests: a node between a format and its file that records what goes to
 * the disk, and can run out of space.
 *
 * recorder_cut then makes files as a power cut could leave them: everything up
 * to some flush, and any part of what was written since, sector by sector.
 * For one thread; exits on errors.
 */
#ifndef BATHYSCOPE_RECORDER_H
#define BATHYSCOPE_RECORDER_H

#include "block.h"

struct recorder;

/* Put a recorder below `top`.  The first `limit` writes succeed, the others
 * fail with ENOSPC; 0 for no limit.  It goes with `top`. */
struct recorder *recorder_insert (struct block *top, unsigned limit);

/* From now on the recording outlives the node. */
struct recording *recorder_take (struct recorder *r);

/* Write `count` files PREFIX.0, PREFIX.1, ... and free the recording. */
void recording_cut (struct recording *r, const char *prefix, unsigned count,
                    unsigned seed);

#endif
