/* The lines typed: of all sessions, and of those with the same disks. */
#ifndef BATHYSCOPE_FISH_HISTORY_H
#define BATHYSCOPE_FISH_HISTORY_H

struct fish;

/* Read them: ~/.guestfish, and behind it, so that the arrow keys come to them
 * first, those of the first image or domain of the options, from
 * $XDG_STATE_HOME/bathyscope/history (~/.local/state). */
void history_start (struct fish *fish);
void history_add (const char *line);
/* Add this session's lines to both files. */
void history_end (void);

#endif
