/* The registry of a Windows guest: which hive has a key, and what it has. */
#ifndef BATHYSCOPE_REGISTRY_H
#define BATHYSCOPE_REGISTRY_H

#include "options.h"

struct registry_path {
  char *full;       /* owned: with the whole name of the root, as it is printed */
  char *hive;       /* owned: file in the guest */
  const char *rest; /* into full: the key in the hive; NULL is its root */
};

struct registry_value {
  char *name;       /* owned; "" is the default value */
  uint32_t type;
  unsigned char *data; /* owned */
  size_t len;
};

struct registry_values {
  struct registry_value *list; /* owned: the default first, then by name */
  size_t nr;
};
#define REGISTRY_VALUES_INIT { NULL, 0 }

struct registry_node {
  char *name;       /* owned */
  int64_t node;
};

struct registry_nodes {
  struct registry_node *list; /* owned: by name */
  size_t nr;
};
#define REGISTRY_NODES_INIT { NULL, 0 }

/* Find the Windows guest on the launched handle, and mount it. */
void registry_mount (const struct options *o);

/* Whose hive is it?  Exits when the key is of none. */
struct registry_path registry_path (const struct options *o, const char *key);
void registry_path_release (struct registry_path *p);

void registry_open (const struct options *o, const struct registry_path *p,
                    bool write);
void registry_commit (const struct options *o);

/* The node of a key; 0 when it is not there.  `make`: it is made, and those
 * above. */
int64_t registry_find (const struct options *o, const struct registry_path *p,
                       bool make);

void registry_values (const struct options *o, int64_t node,
                      struct registry_values *ret);
void registry_values_release (struct registry_values *v);
void registry_children (const struct options *o, int64_t node,
                        struct registry_nodes *ret);
void registry_nodes_release (struct registry_nodes *n);

/* Print JSON: an object with a key and its values, or with one of these (the members
 * are in the manual of virt-win-reg).  0, or -1 for lack of memory. */
int registry_json_key (const char *image, const char *key,
                       const struct registry_values *values);
int registry_json_value (const char *image, const char *key,
                         const struct registry_value *v);

#endif
