/* Arguments of commands: from words to values.  All functions print a message
 * that names the command and the argument when a word is not right. */
#ifndef BATHYSCOPE_FISH_ARGUMENTS_H
#define BATHYSCOPE_FISH_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fish;

/* "want N arguments" with the synopsis; returns -1. */
int fish_wrong_usage (const char *command);

/* Decimal, 0x, 0 prefixes and a suffix: K or KiB to E (powers of 1024), KB to EB
 * (powers of 1000), or s (sectors of 512 bytes). */
int fish_parse_int64 (const char *command, const char *argument,
                      const char *word, int64_t *ret);
int fish_parse_int (const char *command, const char *argument,
                    const char *word, int *ret);
/* true/false, yes/no, on/off, 1/0, t/f, y/n. */
int fish_parse_bool (const char *command, const char *argument,
                     const char *word, int *ret);

/* A list written as one word, "a b 'c d'".  Freed with strings_free;
 * NULL after a message. */
char **fish_parse_list (const char *command, const char *word);

/* A local file to read: "-" is stdin, "-<<END" reads lines up to END from the
 * script (a name under /dev/fd).  Heap; NULL after a message.
 * fish_file_in_done frees it. */
char *fish_file_in (struct fish *fish, const char *word);
void fish_file_in_done (struct fish *fish, char *name);
/* A local file to write: "-" is stdout. */
char *fish_file_out (struct fish *fish, const char *word);

/* A path in the guest: "win:\dir\file" is looked up without case. */
char *fish_path (struct fish *fish, const char *word);

/* The key asked for, not echoed.  The caller frees it with secret_free. */
char *fish_read_key (struct fish *fish, const char *what);

/* Does `word` begin with "option:"?  Then *ret_value is what follows. */
bool fish_is_option (const char *word, const char *option,
                     const char **ret_value);

#endif
