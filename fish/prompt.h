/* The prompt, and the strings that colour what is around it. */
#ifndef BATHYSCOPE_FISH_PROMPT_H
#define BATHYSCOPE_FISH_PROMPT_H

struct fish;

/* What readline shows: $GUESTFISH_PS1, or the shell's own prompt, which tells
 * the guest, what is mounted and the local directory.  Heap memory. */
char *prompt_text (struct fish *fish);

/* Print the string of this environment variable, with its escapes. */
void prompt_print (const char *variable);

#endif
