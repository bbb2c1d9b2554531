/* Objects of JSON: see jsonobject.h.  jansson's json_object_set_new takes over
 * the value, and fails on NULL: it is enough to look at its result. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "jsonobject.h"
#include "report.h"

int
jsonobject_text (json_t *object, const char *name, const char *text)
{
  CLEANUP_FREE char *clean = NULL;

  if (!text || !*text)
    return 0;
  clean = report_clean (text);
  return clean ? json_object_set_new (object, name, json_string (clean)) : -1;
}

int
jsonobject_number (json_t *object, const char *name, uint64_t number)
{
  return json_object_set_new (object, name, json_integer ((json_int_t) number));
}

json_t *
jsonobject_checked (json_t *value, int r)
{
  if (r == 0)
    return value;
  json_decref (value);
  return NULL;
}

int
jsonobject_print (json_t *object)
{
  int r = object ? json_dumpf (object, stdout, JSON_COMPACT) : -1;

  if (r == 0)
    putchar ('\n');
  json_decref (object);
  return r;
}

int
jsonobject_print_error (const char *image, const char *message)
{
  json_t *object = json_object ();

  if (!object || jsonobject_text (object, "image", image) == -1
      || jsonobject_text (object, "error", message) == -1) {
    json_decref (object);
    return -1;
  }
  return jsonobject_print (object);
}
