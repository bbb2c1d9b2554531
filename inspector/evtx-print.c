/* Events of Windows as lines: see evtx.h. */

#include <config.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evtx.h"
#include "evtx-value.h"
#include "prefix.h"

static const char *
or_else (const char *text, const char *other)
{
  return text && *text ? text : other;
}

/* The name of a level (winmeta.xml). */
static const char *
level_name (const char *level)
{
  static const char *const names[] = {
    "information", "critical", "error", "warning", "information", "verbose",
  };
  unsigned long n = level ? strtoul (level, NULL, 10) : 0;

  return n < sizeof names / sizeof *names ? names[n] : "information";
}

/* The fields of the event itself are those outside of System. */
static bool
is_data (const struct evtx_field *f)
{
  return !has_prefix (f->name, "System/")
    && !has_prefix (f->name, "System@");
}

/* Its name without what all have: "EventData/". */
static const char *
short_name (const char *name)
{
  static const char *const prefixes[] = { "EventData/", "UserData/" };
  const char *rest;
  size_t i;

  for (i = 0; i < sizeof prefixes / sizeof *prefixes; ++i)
    if ((rest = skip_prefix (name, prefixes[i])))
      return rest;
  return name;
}

static int
add_clean (struct strbuf *out, const char *text)
{
  int r = 0;

  for (; *text; ++text) {
    unsigned char c = *text;

    if (c == '\r')
      continue;
    r |= strbuf_addch (out, c < 0x20 || c == 0x7f ? ' ' : c);
  }
  return r;
}

static void
time_of (const struct evtx_record *r, char *ret, size_t size)
{
  const char *created = evtx_field (r, "System/TimeCreated@SystemTime");

  if (created && strlen (created) < size)
    snprintf (ret, size, "%s", created);
  else
    evtx_time_text (r->time, ret, size);
}

int
evtx_print_text (const struct evtx_record *r, struct strbuf *out)
{
  const char *pid = evtx_field (r, "System/Execution@ProcessID");
  bool first = true;
  char time[40];
  size_t i;
  int ret;

  time_of (r, time, sizeof time);
  if (strlen (time) > 20) /* seconds are enough for people */
    snprintf (time + 19, 2, "Z");
  ret = add_clean (out, time) | strbuf_addch (out, ' ')
    | add_clean (out, or_else (evtx_field (r, "System/Computer"), "-"))
    | strbuf_addch (out, ' ')
    | add_clean (out, or_else (evtx_field (r, "System/Provider@Name"), "-"));
  if (pid && *pid)
    ret |= strbuf_addch (out, '[') | add_clean (out, pid)
      | strbuf_addch (out, ']');
  ret |= strbuf_addf (out, ": %s ", level_name (evtx_field (r, "System/Level")))
    | add_clean (out, or_else (evtx_field (r, "System/EventID"), "?"));
  for (i = 0; i < r->nr_fields; ++i) {
    if (!is_data (&r->fields[i]))
      continue;
    ret |= strbuf_addstr (out, first ? ": " : ", ")
      | add_clean (out, short_name (r->fields[i].name))
      | strbuf_addch (out, '=') | add_clean (out, r->fields[i].value);
    first = false;
  }
  if (r->damaged)
    ret |= strbuf_addstr (out, " (this record is damaged)");
  return ret | strbuf_addch (out, '\n') ? -1 : 0;
}

static int
add_string (struct strbuf *out, const char *text)
{
  int r = strbuf_addch (out, '"');

  for (; *text; ++text) {
    unsigned char c = *text;

    if (c == '"' || c == '\\')
      r |= strbuf_addf (out, "\\%c", c);
    else if (c < 0x20 || c == 0x7f)
      r |= strbuf_addf (out, "\\u%04x", c);
    else
      r |= strbuf_addch (out, c);
  }
  return r | strbuf_addch (out, '"');
}

static int
add_member (struct strbuf *out, const char *name, const char *value)
{
  return value ? strbuf_addf (out, ",\"%s\":", name) | add_string (out, value)
    : 0;
}

/* A member only where the value is a number, as most are. */
static int
add_number (struct strbuf *out, const char *name, const char *value)
{
  size_t digits = value ? strspn (value, "0123456789") : 0;

  if (digits == 0 || digits > 18 || value[digits])
    return add_member (out, name, value);
  return strbuf_addf (out, ",\"%s\":%llu", name, strtoull (value, NULL, 10));
}

/* Members of one name would hide each other: "Data", "Data2", ... */
static int
add_data (const struct evtx_record *r, struct strbuf *out)
{
  int ret = strbuf_addstr (out, ",\"data\":{");
  bool first = true;
  size_t i, j;

  for (i = 0; i < r->nr_fields; ++i) {
    const struct evtx_field *f = &r->fields[i];
    CLEANUP_FREE char *name = NULL;
    unsigned same = 1;

    if (!is_data (f))
      continue;
    for (j = 0; j < i && i < 64; ++j)
      same += strcmp (r->fields[j].name, f->name) == 0;
    if (asprintf (&name, same > 1 || i >= 64 ? "%s%zu" : "%s",
                  short_name (f->name), i >= 64 ? i : (size_t) same) == -1) {
      name = NULL;
      return -1;
    }
    ret |= (first ? 0 : strbuf_addch (out, ',')) | add_string (out, name)
      | strbuf_addch (out, ':') | add_string (out, f->value);
    first = false;
  }
  return ret | strbuf_addch (out, '}');
}

int
evtx_print_json (const struct evtx_record *r, struct strbuf *out)
{
  const char *level = evtx_field (r, "System/Level");
  char time[40];
  int ret;

  time_of (r, time, sizeof time);
  ret = strbuf_addf (out, "{\"record\":%" PRIu64, r->id)
    | add_member (out, "time", time)
    | add_member (out, "computer", evtx_field (r, "System/Computer"))
    | add_member (out, "channel", evtx_field (r, "System/Channel"))
    | add_member (out, "provider", evtx_field (r, "System/Provider@Name"))
    | add_number (out, "event_id", evtx_field (r, "System/EventID"))
    | add_member (out, "level", level_name (level))
    | add_number (out, "task", evtx_field (r, "System/Task"))
    | add_number (out, "opcode", evtx_field (r, "System/Opcode"))
    | add_member (out, "keywords", evtx_field (r, "System/Keywords"))
    | add_number (out, "pid", evtx_field (r, "System/Execution@ProcessID"))
    | add_number (out, "tid", evtx_field (r, "System/Execution@ThreadID"))
    | add_member (out, "user", evtx_field (r, "System/Security@UserID"))
    | add_data (r, out);
  if (r->damaged)
    ret |= strbuf_addstr (out, ",\"damaged\":true");
  return ret | strbuf_addstr (out, "}\n") ? -1 : 0;
}
