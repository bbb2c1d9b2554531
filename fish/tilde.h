/* "~", "~/x" and "~user/x". */
#ifndef BATHYSCOPE_FISH_TILDE_H
#define BATHYSCOPE_FISH_TILDE_H

/* The expanded word in heap memory, or NULL when there is nothing to expand. */
char *tilde_expand (const char *word);

#endif
