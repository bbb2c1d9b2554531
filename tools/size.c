/* Sizes for people to read: see size.h. */

#include <config.h>

#include <inttypes.h>
#include <stdio.h>

#include "size.h"

char *
size_text (uint64_t bytes, char text[SIZE_TEXT_MAX])
{
  static const char units[] = "KMGTPE";
  uint64_t unit_size = 1024, tenths;
  size_t unit = 0;

  if (bytes < 1024) {
    snprintf (text, SIZE_TEXT_MAX, "%" PRIu64, bytes);
    return text;
  }
  /* The largest unit in which the rounded number is below 1024. */
  while (bytes / unit_size >= 1024
         || (bytes / unit_size == 1023
             && bytes % unit_size >= unit_size / 2)) {
    unit_size *= 1024;
    unit++;
  }
  tenths = bytes / unit_size * 10
           + (uint64_t) (((unsigned __int128) (bytes % unit_size) * 10
                          + unit_size / 2) / unit_size);
  if (tenths < 100)
    snprintf (text, SIZE_TEXT_MAX, "%" PRIu64 ".%" PRIu64 "%c",
              tenths / 10, tenths % 10, units[unit]);
  else
    snprintf (text, SIZE_TEXT_MAX, "%" PRIu64 "%c",
              bytes / unit_size + (bytes % unit_size >= unit_size / 2),
              units[unit]);
  return text;
}
