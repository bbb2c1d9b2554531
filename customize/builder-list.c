/* Lists of templates: see builder-list.h. */

#include <config.h>

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "builder-list.h"
#include "prefix.h"
#include "size.h"

static const char *
field (const struct index_entry *e, const char *name)
{
  const char *value = index_field (e, name);

  return value ? value : "";
}

static bool
is_listed (const struct index_entry *e, char **names, size_t nr)
{
  size_t i;

  for (i = 0; i < nr; ++i)
    if (strcmp (names[i], e->name) == 0)
      return true;
  return nr == 0 && strcmp (field (e, "hidden"), "true") != 0;
}

/* Text from elsewhere does not steer the terminal. */
static void
print_text (const char *text)
{
  for (; *text; ++text)
    putchar ((unsigned char) *text < ' ' && *text != '\n' ? '?' : *text);
}

static void
print_long (const struct builder *b, const struct index_entry *e)
{
  char size[SIZE_TEXT_MAX];
  int64_t packed = index_number (e, "compressed_size");

  printf ("%-24s%s\n%-24s", "os-version:", e->name, "Full name:");
  print_text (field (e, "name"));
  printf ("\n%-24s", "Architecture:");
  print_text (field (e, "arch"));
  putchar ('\n');
  if (index_field (e, "size"))
    printf ("%-24s%s\n", "Minimum/default size:",
            size_text (index_number (e, "size"), size));
  if (packed >= 0)
    printf ("%-24s%s\n", "Download size:", size_text (packed, size));
  if (*field (e, "aliases")) {
    printf ("%-24s", "Aliases:");
    print_text (field (e, "aliases"));
    putchar ('\n');
  }
  if (*field (e, "notes")) {
    fputs ("Notes:\n\n", stdout);
    print_text (field (e, "notes"));
    putchar ('\n');
  }
  putchar ('\n');
}

static json_t *
notes_of (const struct index_entry *e)
{
  json_t *notes = json_object ();
  size_t i;

  for (i = 0; i < e->nr; ++i) {
    const char *name = e->fields[i].name;
    size_t len = strlen (name);
    char language[32] = "C";

    if (!has_prefix (name, "notes")
        || (name[5] && (name[5] != '[' || name[len - 1] != ']' || len > 30)))
      continue;
    if (name[5])
      snprintf (language, sizeof language, "%.*s", (int) (len - 7), name + 6);
    json_object_set_new (notes, language, json_string (e->fields[i].value));
  }
  return notes;
}

static json_t *
template_of (const struct index_entry *e)
{
  json_t *t = json_object ();
  const char *aliases = field (e, "aliases");

  json_object_set_new (t, "os-version", json_string (e->name));
  if (*field (e, "name"))
    json_object_set_new (t, "full-name", json_string (field (e, "name")));
  json_object_set_new (t, "arch", json_string (field (e, "arch")));
  if (index_field (e, "size"))
    json_object_set_new (t, "size", json_integer (index_number (e, "size")));
  if (index_number (e, "compressed_size") >= 0)
    json_object_set_new (t, "compressed-size",
                         json_integer (index_number (e, "compressed_size")));
  if (index_field (e, "notes"))
    json_object_set_new (t, "notes", notes_of (e));
  if (*aliases) {
    json_t *list = json_array ();

    while (*aliases) {
      size_t len = strcspn (aliases, ", \n");

      if (len > 0)
        json_array_append_new (list, json_stringn (aliases, len));
      aliases += len + strspn (aliases + len, ", \n");
    }
    json_object_set_new (t, "aliases", list);
  }
  json_object_set_new (t, "hidden",
                       json_boolean (strcmp (field (e, "hidden"), "true")
                                     == 0));
  return t;
}

static void
print_json (const struct builder *b, char **names, size_t nr)
{
  json_t *top = json_object (), *sources = json_array ();
  json_t *templates = json_array ();
  size_t i;

  for (i = 0; i < b->nr_sources; ++i) {
    json_t *s = json_object ();

    json_object_set_new (s, "uri", json_string (b->sources[i].uri));
    if (b->sources[i].fingerprint)
      json_object_set_new (s, "fingerprint",
                           json_string (b->sources[i].fingerprint));
    json_array_append_new (sources, s);
  }
  for (i = 0; i < b->all.nr; ++i)
    if (nr == 0 || is_listed (&b->all.entries[i], names, nr))
      json_array_append_new (templates, template_of (&b->all.entries[i]));
  json_object_set_new (top, "version", json_integer (1));
  json_object_set_new (top, "sources", sources);
  json_object_set_new (top, "templates", templates);
  if (json_dumpf (top, stdout, JSON_INDENT (2)) == -1)
    die (&b->o, "the list could not be printed");
  putchar ('\n');
  json_decref (top);
}

void
builder_list (const struct builder *b, enum list_format format, char **names,
              size_t nr)
{
  size_t i;

  if (format == LIST_JSON) {
    print_json (b, names, nr);
    return;
  }
  for (i = 0; i < b->nr_sources && format == LIST_LONG; ++i)
    printf ("Source URI: %s\n\n", b->sources[i].uri);
  for (i = 0; i < b->all.nr; ++i) {
    const struct index_entry *e = &b->all.entries[i];

    if (!is_listed (e, names, nr))
      continue;
    if (format == LIST_LONG)
      print_long (b, e);
    else {
      printf ("%-24s ", e->name);
      printf ("%-10s ", field (e, "arch"));
      print_text (field (e, "name"));
      putchar ('\n');
    }
  }
}

void
builder_notes (const struct index_entry *e)
{
  print_text (*field (e, "notes") ? field (e, "notes")
              : "There are no notes for this template.");
  putchar ('\n');
}
