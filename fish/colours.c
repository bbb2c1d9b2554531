/* Colours for terminals: see colours.h. */

#include <config.h>

#include <stdio.h>
#include <string.h>

#include "colours.h"

/* The colour of a file by its mode, "drwxr-xr-x"; "" is none. */
static const char *
colour_of (const char *mode)
{
  switch (mode[0]) {
  case 'd': return mode[9] == 't' || mode[9] == 'T' ? "30;42" : "1;34";
  case 'l': return "1;36";
  case 'p': return "33";
  case 's': return "1;35";
  case 'b': case 'c': return "1;33";
  }
  if (mode[3] == 's' || mode[3] == 'S')
    return "37;41";
  if (mode[6] == 's' || mode[6] == 'S')
    return "30;43";
  return mode[3] == 'x' || mode[6] == 'x' || mode[9] == 'x' ? "1;32" : "";
}

static void
print_safe (const char *text, size_t len)
{
  size_t i;

  for (i = 0; i < len; ++i) {
    unsigned char c = text[i];

    putchar (c < 0x20 || c == 0x7f ? '?' : c);
  }
}

/* Where the name begins: after mode, links, owner, group, size (or two numbers
 * of a device), and three words of time. */
static const char *
name_of (const char *line, const char *end)
{
  const char *p = line;
  int words = 8;

  for (; words > 0 && p < end; --words) {
    const char *word = p;

    while (p < end && *p != ' ')
      ++p;
    /* "8, 1" is major and minor. */
    if (words == 4 && p > word && p[-1] == ',')
      ++words;
    while (p < end && *p == ' ' && (words > 1 || p[-1] != ' '))
      ++p;
  }
  return words == 0 && p < end ? p : NULL;
}

static void
print_line (const char *line, size_t len)
{
  const char *end = line + len, *name, *arrow, *colour;

  name = len > 10 && strchr ("-dlpsbc", line[0]) ? name_of (line, end) : NULL;
  colour = name ? colour_of (line) : "";
  if (!*colour) {
    print_safe (line, len);
    putchar ('\n');
    return;
  }
  arrow = line[0] == 'l' ? memmem (name, end - name, " -> ", 4) : NULL;
  if (!arrow)
    arrow = end;
  print_safe (line, name - line);
  printf ("\033[%sm", colour);
  print_safe (name, arrow - name);
  fputs ("\033[0m", stdout);
  print_safe (arrow, end - arrow);
  putchar ('\n');
}

void
print_coloured_listing (const char *listing)
{
  while (*listing) {
    size_t len = strcspn (listing, "\n");

    print_line (listing, len);
    listing += len + (listing[len] == '\n');
  }
}
