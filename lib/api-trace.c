/* The text of traces: see api-trace.h. */

#include <config.h>

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "api-trace.h"

#define BUFFER_SHOWN 256

static void
add_quoted (struct strbuf *b, const char *data, size_t len)
{
  for (size_t i = 0; i < len; i++) {
    unsigned char c = data[i];

    if (c == '"' || c == '\\')
      (void) strbuf_addf (b, "\\%c", c);
    else if (c == '\n')
      (void) strbuf_addstr (b, "\\n");
    else if (c == '\t')
      (void) strbuf_addstr (b, "\\t");
    else if (c < 32 || c == 127)
      (void) strbuf_addf (b, "\\x%02x", c);
    else
      (void) strbuf_addch (b, c);
  }
}

void
trace_add_string (struct strbuf *b, const char *str)
{
  if (!str) {
    (void) strbuf_addstr (b, "NULL");
    return;
  }
  trace_add_buffer (b, str, strlen (str));
}

void
trace_add_buffer (struct strbuf *b, const char *data, size_t size)
{
  (void) strbuf_addch (b, '"');
  if (data)
    add_quoted (b, data, size < BUFFER_SHOWN ? size : BUFFER_SHOWN);
  (void) strbuf_addch (b, '"');
  if (size > BUFFER_SHOWN)
    (void) strbuf_addf (b, "<truncated, original size %zu bytes>", size);
}

void
trace_add_strings (struct strbuf *b, char *const *strings)
{
  (void) strbuf_addch (b, '[');
  for (size_t i = 0; strings && strings[i]; i++) {
    if (i > 0)
      (void) strbuf_addstr (b, ", ");
    trace_add_string (b, strings[i]);
  }
  (void) strbuf_addch (b, ']');
}

/* A list as an argument: "a b c", as the shell takes it. */
static void
add_words (struct strbuf *b, char *const *strings)
{
  for (size_t i = 0; strings && strings[i]; i++) {
    if (i > 0)
      (void) strbuf_addch (b, ' ');
    add_quoted (b, strings[i], strlen (strings[i]));
  }
}

static void
add_argument (struct strbuf *b, const struct layout_field *f, const void *args)
{
  switch (f->type) {
  case LAYOUT_KEY:
    (void) strbuf_addstr (b, "\"***\"");
    break;
  case LAYOUT_OPTSTRING:
    if (!layout_string (args, f)) {
      (void) strbuf_addstr (b, "null");
      break;
    }
    /* fall through */
  case LAYOUT_STRING:
  case LAYOUT_FILEIN:
  case LAYOUT_FILEOUT:
    trace_add_string (b, layout_string (args, f));
    break;
  case LAYOUT_STRINGS:
    (void) strbuf_addch (b, '"');
    add_words (b, layout_strings (args, f));
    (void) strbuf_addch (b, '"');
    break;
  case LAYOUT_BUFFER:
    trace_add_buffer (b, layout_string (args, f), layout_buffer_size (args, f));
    break;
  case LAYOUT_BOOL:
    (void) strbuf_addstr (b, layout_number (args, f) ? "true" : "false");
    break;
  case LAYOUT_POINTER:
    (void) strbuf_addf (b, "%p", (const void *) layout_string (args, f));
    break;
  default:
    (void) strbuf_addf (b, "%" PRIi64, layout_number (args, f));
  }
}

/* "name:value" */
static void
add_optarg (struct strbuf *b, const struct layout_field *f, const void *optargs)
{
  const char *str;

  (void) strbuf_addf (b, " \"%s:", f->name);
  switch (f->type) {
  case LAYOUT_STRING:
    str = layout_string (optargs, f);
    if (strcmp (f->name, "secret") == 0)
      str = "***";
    if (str)
      add_quoted (b, str, strlen (str));
    break;
  case LAYOUT_STRINGS:
    add_words (b, layout_strings (optargs, f));
    break;
  default:
    add_argument (b, f, optargs);
  }
  (void) strbuf_addch (b, '"');
}

void
trace_add_call (struct strbuf *b, const struct call_info *info,
                const void *args, const void *optargs)
{
  uint64_t bitmask = 0;

  (void) strbuf_addstr (b, info->name);
  for (size_t i = 0; i < info->args->nr_fields; i++) {
    (void) strbuf_addch (b, ' ');
    add_argument (b, &info->args->fields[i], args);
  }
  if (!optargs)
    return;
  memcpy (&bitmask, optargs, sizeof bitmask);
  for (size_t i = 0; i < info->optargs->nr_fields; i++)
    if (bitmask >> i & 1)
      add_optarg (b, &info->optargs->fields[i], optargs);
}
