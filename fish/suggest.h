/* Commands that look like a mistyped one. */
#ifndef BATHYSCOPE_FISH_SUGGEST_H
#define BATHYSCOPE_FISH_SUGGEST_H

/* Print what was perhaps meant, on stderr. */
void suggest_commands (const char *typed);

/* How many letters must be changed, added, removed or swapped with their
 * neighbour to make `b` of `a`; more than `limit` counts as limit + 1. */
unsigned edit_distance (const char *a, const char *b, unsigned limit);

#endif
