/* Comma-separated values (RFC 4180). */
#ifndef BATHYSCOPE_CSV_H
#define BATHYSCOPE_CSV_H

#include <stdio.h>

/* Print one field, quoted where it has to be. */
void csv_print (FILE *fp, const char *field);

#endif
