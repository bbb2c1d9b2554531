/* The interactive side: see completion.h.  Readline calls back without a
 * pointer of ours, hence the one file-scope variable. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/readline.h>

#include "cleanup.h"
#include "commands.h"
#include "completion.h"
#include "fish.h"
#include "fish-history.h"
#include "prefix.h"
#include "prompt.h"
#include "strbuf.h"
#include "strlist.h"
#include "words.h"

/* More names than this are too many to look at, and to sort. */
#define CANDIDATES_MAX 200000

static struct fish *shell;

/* Candidates for the word being completed, made at its first call. */
static struct strlist candidates;
static size_t next_candidate;

static void
add_command_names (const struct fish_command *table, size_t n,
                   const char *text, size_t len)
{
  size_t i, j;

  for (i = 0; i < n; ++i) {
    if (strncmp (table[i].name, text, len) == 0)
      strlist_add (&candidates, table[i].name);
    for (j = 0; table[i].aliases && table[i].aliases[j]; ++j)
      if (strncmp (table[i].aliases[j], text, len) == 0)
        strlist_add (&candidates, table[i].aliases[j]);
  }
}

static void
add_strings (char **strings, size_t step, const char *text)
{
  size_t i, len = strlen (text);

  for (i = 0; strings && strings[i]; i += step)
    if (strncmp (strings[i], text, len) == 0)
      strlist_add (&candidates, strings[i]);
  strings_free (strings);
}

static void
add_devices (const char *text)
{
  guestfs_h *g = shell->g;

  add_strings (guestfs_list_devices (g), 1, text);
  add_strings (guestfs_list_partitions (g), 1, text);
  add_strings (guestfs_lvs (g), 1, text);
  add_strings (guestfs_list_md_devices (g), 1, text);
}

/* The directory that was read last, until a command runs: completing one word
 * takes several tabs. */
static struct {
  char *name;
  struct guestfs_dirent_list *entries;
} cached;

static void
cache_clear (void)
{
  free (cached.name);
  guestfs_free_dirent_list (cached.entries);
  cached.name = NULL;
  cached.entries = NULL;
}

static const struct guestfs_dirent_list *
read_directory (char *name)
{
  if (!cached.name || strcmp (cached.name, name) != 0) {
    cache_clear ();
    cached.entries = guestfs_readdir (shell->g, name);
    cached.name = cached.entries ? strdup (name) : NULL;
  }
  return cached.entries;
}

/* Names in the directory part of `text`, one call for the whole directory with
 * the types, so that a large one costs one round trip. */
static void
add_paths (const char *text)
{
  CLEANUP_FREE char *directory = NULL;
  const char *slash = strrchr (text, '/'), *base;
  const struct guestfs_dirent_list *entries;
  size_t len;
  uint32_t i;

  if (!slash)
    return;
  base = slash + 1;
  len = strlen (base);
  directory = strndup (text, slash == text ? 1 : slash - text);
  if (!directory)
    return;
  entries = read_directory (directory);
  for (i = 0; entries && i < entries->len && i < CANDIDATES_MAX; ++i) {
    const struct guestfs_dirent *e = &entries->val[i];

    if (strncmp (e->name, base, len) != 0
        || (len == 0 && (strcmp (e->name, ".") == 0
                         || strcmp (e->name, "..") == 0)))
      continue;
    strlist_addf (&candidates, "%.*s%s%s", (int) (base - text), text, e->name,
                  e->ftyp == 'd' ? "/" : "");
  }
}

static void
add_guest_candidates (enum fish_argument kind, const char *text)
{
  if (!guestfs_is_ready (shell->g))
    return;
  guestfs_push_error_handler (shell->g, NULL, NULL);
  if (kind == FISH_DEVICE || kind == FISH_MOUNTABLE
      || kind == FISH_DEVICE_LIST
      || (kind == FISH_DEVICE_OR_PATH && has_prefix (text, "/dev")))
    add_devices (text);
  if (shell->dest_paths
      && (kind == FISH_PATH || kind == FISH_DEVICE_OR_PATH
          || kind == FISH_LIST))
    add_paths (text);
  guestfs_pop_error_handler (shell->g);
}

static void
add_option_names (const struct fish_option *options, const char *text)
{
  size_t i, len = strlen (text);

  for (i = 0; options && options[i].name; ++i)
    if (strncmp (options[i].name, text, len) == 0)
      strlist_addf (&candidates, "%s:", options[i].name);
}

static char *
next (const char *text, int state)
{
  if (next_candidate >= candidates.len)
    return NULL;
  return strdup (candidates.items[next_candidate++]);
}

/* The kind of argument number `index` (1: the first after the command). */
static enum fish_argument
argument_kind (const struct fish_command *c, size_t index)
{
  size_t i;

  for (i = 0; c->arguments && c->arguments[i] != FISH_END; ++i)
    if (i + 1 == index)
      return c->arguments[i];
  return FISH_END;
}

static const struct fish_command *
command_of_line (void)
{
  struct command_line line = COMMAND_LINE_INIT;
  CLEANUP_FREE char *text = strndup (rl_line_buffer, rl_point);
  const struct fish_command *c = NULL;

  /* An open quote at the end is no error while typing. */
  if (text && (command_line_parse (text, &line, NULL) == 0
               || (text[strcspn (text, "\"'")] = '\0',
                   command_line_parse (text, &line, NULL) == 0))
      && line.words[0])
    c = fish_lookup (line.words[0]);
  command_line_release (&line);
  return c;
}

/* --- names with blanks ------------------------------------------------------------- */

/* What has been typed of a word in double quotes, without its escapes; one that is
 * not complete is left out. */
static char *
without_escapes (const char *text)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;

  while (*text) {
    int c = (unsigned char) *text++;

    if (c == '\\' && (c = escape_parse (&text)) == -1)
      break;
    if (strbuf_addch (&b, c) == -1)
      return NULL;
  }
  return b.data ? strbuf_take (&b) : strdup ("");
}

/* As it is written in double quotes: `begin` and `end` add these. */
static char *
in_quotes (const char *text, bool begin, bool end)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  int r = begin ? strbuf_addch (&b, '"') : 0;

  for (; r == 0 && *text; ++text)
    /* After a last \" readline would put no quote of its own. */
    if ((*text == '"' && text[1]) || *text == '\\')
      r = strbuf_addf (&b, "\\%c", *text);
    else if (iscntrl ((unsigned char) *text) || *text == '"')
      r = strbuf_addf (&b, "\\x%02x", (unsigned char) *text);
    else
      r = strbuf_addch (&b, *text);
  if (r == 0 && end)
    r = strbuf_addch (&b, '"');
  return r == 0 && b.data ? strbuf_take (&b) : NULL;
}

static bool
is_special (const char *text)
{
  for (; *text; ++text)
    if (isspace ((unsigned char) *text) || iscntrl ((unsigned char) *text))
      return true;
  return false;
}

/* Where a name would become several words, all are quoted: readline inserts what
 * they have in common.  It puts the last quote itself where it has seen a first. */
static void
quote_candidates (void)
{
  bool begin = rl_completion_quote_character == 0;
  bool special = false;
  size_t i;

  for (i = 0; begin && i < candidates.len && !special; ++i)
    special = is_special (candidates.items[i]);
  if (begin ? !special : rl_completion_quote_character != '"')
    return;
  for (i = 0; i < candidates.len; ++i) {
    const char *text = candidates.items[i];
    bool end = begin && candidates.len == 1 && text[strlen (text) - 1] != '/';
    char *quoted = in_quotes (text, begin, end);

    if (!quoted)
      continue;
    free (candidates.items[i]);
    candidates.items[i] = quoted;
  }
}

/* Candidates for an argument in the guest. */
static void
add_argument_candidates (enum fish_argument kind, const char *text)
{
  CLEANUP_FREE char *plain = rl_completion_quote_character == '"'
    ? without_escapes (text) : strdup (text);

  if (!plain)
    return;
  add_guest_candidates (kind, plain);
  /* A list has quotes of its own. */
  if (kind != FISH_LIST && kind != FISH_DEVICE_LIST)
    quote_candidates ();
}

static char **
complete (const char *text, int start, int end)
{
  const struct fish_command *c;
  enum fish_argument kind = FISH_END;
  size_t index;

  strlist_release (&candidates);
  next_candidate = 0;
  rl_attempted_completion_over = 1;
  word_start (rl_line_buffer, start, &index);
  if (index == 0) {
    size_t len = strlen (text);

    add_command_names (fish_builtins, nr_fish_builtins, text, len);
    add_command_names (fish_api_commands, nr_fish_api_commands, text, len);
  }
  else if ((c = command_of_line ()) != NULL) {
    kind = argument_kind (c, index);
    if (kind == FISH_LOCAL_FILE) {
      rl_attempted_completion_over = 0;
      return NULL;
    }
    if (kind == FISH_END)
      add_option_names (c->options, text);
    else
      add_argument_candidates (kind, text);
  }
  strlist_sort (&candidates);
  /* Stay on the word after a directory or "option:". */
  if (candidates.len == 1) {
    const char *only = candidates.items[0];
    char last = *only ? only[strlen (only) - 1] : '\0';

    rl_completion_suppress_append = last == '/' || last == ':';
    rl_completion_suppress_quote = rl_completion_suppress_append;
  }
  return candidates.len ? rl_completion_matches (text, next) : NULL;
}

void
completion_start (struct fish *fish)
{
  shell = fish;
  rl_readline_name = "guestfish";
  rl_attempted_completion_function = complete;
  rl_basic_word_break_characters = " \t\n\"'";
  rl_completer_quote_characters = "\"'";
  history_start (fish);
}

void
completion_end (struct fish *fish)
{
  history_end ();
  cache_clear ();
  strlist_release (&candidates);
}

char *
completion_read_line (struct fish *fish, const char *prompt)
{
  CLEANUP_FREE char *own = prompt ? NULL : prompt_text (fish);
  char *line = readline (prompt ? prompt : own ? own : "><fs> ");

  if (!line)
    putchar ('\n');
  else if (*line && !prompt)
    history_add (line);
  cache_clear ();
  prompt_print ("GUESTFISH_OUTPUT");
  return line;
}
