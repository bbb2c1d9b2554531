/* What virt-inspector says of a guest, and the forms it says it in. */
#ifndef BATHYSCOPE_REPORT_H
#define BATHYSCOPE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <guestfs.h>

#include "cleanup.h"

/* Strings are owned, NULL where nothing is known. */
struct report_filesystem {
  char *device, *type, *label, *uuid;
  bool has_usage; /* the following are known */
  uint64_t size, used, available; /* bytes */
};

/* A list of facts (report-facts.c). */
struct report_column {
  const char *key, *title; /* of JSON (NULL: the cell stands alone); for people */
  bool number;
};
struct report_table {
  const char *key, *title;
  const struct report_column *columns;
  size_t nr_columns, rows;
  char **cells; /* row after row; owned; NULL: nothing is known */
};
#define REPORT_TABLES 4

struct report_system {
  char *root, *type, *arch, *distro, *product_name, *product_variant;
  char *package_format, *package_management, *hostname, *build_id, *osinfo;
  char *windows_systemroot, *windows_current_control_set;
  bool has_group_policy;
  char *bootloader, *firmware, *machine_id, *timezone, *windows_state;
  struct report_table facts[REPORT_TABLES]; /* empty where not asked for */
  int major_version, minor_version;
  char **mountpoints; /* path, device, ... */
  struct report_filesystem *filesystems;
  size_t nr_filesystems;
  char **drive_mappings; /* letter, device, ...; NULL where there are none */
  char *icon;            /* PNG, in base64 */
  struct guestfs_application2_list *applications; /* NULL: not asked for */
  char *applications_error; /* why they are not known */
  char **warnings;       /* what could not be read; may be NULL */
};

struct report {
  const char *image; /* how the guest was named; not owned */
  bool many;         /* it is one of several */
  size_t number;     /* which, from 0 */
  struct report_system *systems;
  size_t nr_systems;
};

#define REPORT_INIT { NULL, false, 0, NULL, 0 }

struct report_settings {
  bool applications, icon, usage, facts;
};

/* Ask the launched handle, on which inspect_os was called.  Messages go to
 * stderr.  0 or -1. */
int report_collect (guestfs_h *g, char **roots,
                    const struct report_settings *settings,
                    struct report *ret);
void report_release (struct report *r);

/* For report-collect.c. */
void report_collect_facts (guestfs_h *g, struct report_system *s);
void report_free_facts (struct report_system *s);

#define CLEANUP_REPORT CLEANUP (report_release)

/* Write to stdout.  A document of several guests is report_X_begin, one
 * report_X for each guest, report_X_end.  0 or -1. */
int report_text (const struct report *r);
int report_json (const struct report *r); /* an object, on a line */
int report_xml (const struct report *r);  /* only the elements of its systems */
int report_html (const struct report *r); /* the sections of its systems */
void report_html_begin (void);
void report_html_end (void);
void report_html_error (const char *image, const char *message);
void report_xml_begin (void);
void report_xml_end (void);

/* A document of its own, for XPath; heap memory. */
char *report_xml_document (const struct report *r);

/* What a system is called, in a document of another program: the elements, or
 * members, that stand first.  The latter returns 0 or -1. */
struct xml;
struct json_t;
void report_xml_names (struct xml *x, const struct report_system *s);
int report_json_names (struct json_t *object, const struct report_system *s);

/* Evaluate an expression on the text of a document, and print what it selects.
 * 0 or -1 with a message printed by `program`. */
int report_xpath (const char *program, const char *document, size_t len,
                  const char *expression);

/* Bytes in base64, in heap memory; NULL for lack of it. */
char *report_base64 (const void *data, size_t len);

/* The text as UTF-8 that XML and JSON can hold: bytes and characters that
 * cannot stand in them become U+FFFD.  Heap memory, NULL for lack of it. */
char *report_clean (const char *text);

#endif
