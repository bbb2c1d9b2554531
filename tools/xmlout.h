/* Writing XML into memory, for programs that print it. */
#ifndef BATHYSCOPE_XMLOUT_H
#define BATHYSCOPE_XMLOUT_H

#include <libxml/xmlwriter.h>

/* Memory is all that fails here, and then the text ends too early: the result
 * of every function of the writer is added up. */
struct xml {
  xmlBufferPtr buffer;
  xmlTextWriterPtr w;
  int bad;
};

/* A document with an element that has all others; 0 or -1. */
int xml_begin (struct xml *x, const char *name);
/* Its text in heap memory, NULL for lack of that; `x` is empty then. */
char *xml_finish (struct xml *x);

void xml_start (struct xml *x, const char *name);
void xml_end (struct xml *x);
/* Texts of guests may be anything (report_clean). */
void xml_attribute (struct xml *x, const char *name, const char *value);
void xml_text (struct xml *x, const char *value);
/* Nothing where there is nothing to say. */
void xml_element (struct xml *x, const char *name, const char *value);
void xml_empty (struct xml *x, const char *name);
void xml_number (struct xml *x, const char *name, int value);

/* Print what is around the elements of all guests. */
void xml_print_begin (const char *name);
void xml_print_end (const char *name);
/* Print what the first element of a document has in it.  0 or -1. */
int xml_print_inside (const char *document, const char *name);

#endif
