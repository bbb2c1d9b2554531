/* Writing XML: see xmlout.h. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "xmlout.h"

int
xml_begin (struct xml *x, const char *name)
{
  x->bad = 0;
  x->buffer = xmlBufferCreate ();
  x->w = x->buffer ? xmlNewTextWriterMemory (x->buffer, 0) : NULL;
  if (!x->w) {
    if (x->buffer)
      xmlBufferFree (x->buffer);
    x->buffer = NULL;
    return -1;
  }
  x->bad |= xmlTextWriterSetIndent (x->w, 1) < 0
    || xmlTextWriterSetIndentString (x->w, BAD_CAST "  ") < 0
    || xmlTextWriterStartDocument (x->w, NULL, NULL, NULL) < 0;
  xml_start (x, name);
  return 0;
}

char *
xml_finish (struct xml *x)
{
  char *ret = NULL;

  xml_end (x);
  x->bad |= xmlTextWriterEndDocument (x->w) < 0;
  xmlFreeTextWriter (x->w);
  if (!x->bad)
    ret = strdup ((const char *) xmlBufferContent (x->buffer));
  xmlBufferFree (x->buffer);
  x->w = NULL;
  x->buffer = NULL;
  return ret;
}

void
xml_start (struct xml *x, const char *name)
{
  x->bad |= xmlTextWriterStartElement (x->w, BAD_CAST name) < 0;
}

void
xml_end (struct xml *x)
{
  x->bad |= xmlTextWriterEndElement (x->w) < 0;
}

void
xml_attribute (struct xml *x, const char *name, const char *value)
{
  CLEANUP_FREE char *clean = report_clean (value);

  x->bad |= !clean || xmlTextWriterWriteAttribute (x->w, BAD_CAST name,
                                                   BAD_CAST clean) < 0;
}

void
xml_text (struct xml *x, const char *value)
{
  CLEANUP_FREE char *clean = report_clean (value);

  x->bad |= !clean || xmlTextWriterWriteString (x->w, BAD_CAST clean) < 0;
}

void
xml_element (struct xml *x, const char *name, const char *value)
{
  if (!value || !*value)
    return;
  xml_start (x, name);
  xml_text (x, value);
  xml_end (x);
}

void
xml_empty (struct xml *x, const char *name)
{
  xml_start (x, name);
  xml_end (x);
}

void
xml_number (struct xml *x, const char *name, int value)
{
  x->bad |= xmlTextWriterWriteFormatElement (x->w, BAD_CAST name, "%d",
                                             value) < 0;
}

void
xml_print_begin (const char *name)
{
  printf ("<?xml version=\"1.0\"?>\n<%s>\n", name);
}

void
xml_print_end (const char *name)
{
  printf ("</%s>\n", name);
}

int
xml_print_inside (const char *document, const char *name)
{
  CLEANUP_FREE char *opening = NULL, *closing = NULL;
  const char *from, *to = NULL, *p;

  if (asprintf (&opening, "<%s>\n", name) == -1) {
    opening = NULL;
    return -1;
  }
  if (asprintf (&closing, "</%s>", name) == -1) {
    closing = NULL;
    return -1;
  }
  from = strstr (document, opening);
  for (p = from; p && (p = strstr (p, closing)); ++p)
    to = p;
  if (!from || !to) /* nothing: <name/> */
    return 0;
  from += strlen (opening);
  return fwrite (from, 1, to - from, stdout) == (size_t) (to - from) ? 0 : -1;
}
