/* Colours for terminals. */
#ifndef BATHYSCOPE_FISH_COLOURS_H
#define BATHYSCOPE_FISH_COLOURS_H

/* The listing of ll with names in colours, as ls has them.  Control characters
 * of names become question marks, so that no guest commands the terminal. */
void print_coloured_listing (const char *listing);

#endif
