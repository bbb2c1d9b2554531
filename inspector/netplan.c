/* netplan's YAML, as far as its own tools and installers write it: maps by
 * indentation, lists as "- item" or "[a, b]". */

#include <config.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "netconfig.h"
#include "prefix.h"

#define DEPTH_MAX 12

/* The keys above the current line, with their columns. */
struct stack {
  struct {
    int column;
    const char *key;
  } level[DEPTH_MAX];
  int depth;
};

static void
pop_to (struct stack *s, int column)
{
  while (s->depth > 0 && s->level[s->depth - 1].column >= column)
    --s->depth;
}

/* "network: ethernets: eth0" is at these levels. */
enum { LEVEL_NETWORK, LEVEL_KIND, LEVEL_INTERFACE, LEVEL_OPTION, LEVEL_BELOW };

static bool
is_kind (const char *key)
{
  static const char *const kinds[] = {
    "ethernets", "wifis", "bonds", "bridges", "vlans", "modems", "tunnels",
  };
  size_t i;

  for (i = 0; i < sizeof kinds / sizeof kinds[0]; ++i)
    if (strcmp (kinds[i], key) == 0)
      return true;
  return false;
}

static char *
unquote (char *value)
{
  size_t n;

  value += strspn (value, " \t\"'");
  for (n = strlen (value); n > 0 && strchr (" \t\"'\r", value[n - 1]); --n)
    value[n - 1] = '\0';
  return value;
}

/* One value, or "[a, b]". */
static void
add_values (struct net *n, enum net_field field, char *value)
{
  char *item;

  value += strspn (value, " [");
  value[strcspn (value, "]")] = '\0';
  while ((item = strsep (&value, ",")) != NULL)
    net_add (n, field, unquote (item));
}

/* A value below an interface; `s` has the keys above, the last being its own. */
static void
option (struct net *n, const struct stack *s, char *value)
{
  const char *key = s->level[LEVEL_OPTION].key;
  const char *last = s->level[s->depth - 1].key;

  if (has_prefix (key, "dhcp")) {
    if (strcmp (unquote (value), "true") == 0
        || strcmp (unquote (value), "yes") == 0)
      net_set (n, NET_METHOD, "dhcp");
  } else if (strcmp (key, "addresses") == 0) {
    add_values (n, NET_ADDRESSES, value);
    net_set (n, NET_METHOD, "static");
  } else if (has_prefix (key, "gateway")
             || (strcmp (key, "routes") == 0 && strcmp (last, "via") == 0))
    add_values (n, NET_GATEWAYS, value);
  else if (strcmp (key, "nameservers") == 0 && strcmp (last, "addresses") == 0)
    add_values (n, NET_NAMESERVERS, value);
  else if (strcmp (last, "macaddress") == 0)
    net_set (n, NET_MAC, unquote (value));
}

/* Go down to the key of this line; what follows its colon, or NULL where it is
 * no key. */
static char *
enter_key (struct stack *s, int column, char *line)
{
  char *colon = strstr (line, ": "), *end;

  if (!colon && *line && line[strlen (line) - 1] == ':')
    colon = line + strlen (line) - 1;
  if (!colon)
    return NULL;
  end = colon + 1;
  *colon = '\0';
  pop_to (s, column);
  if (s->depth < DEPTH_MAX) {
    s->level[s->depth].column = column;
    s->level[s->depth++].key = unquote (line);
  }
  return end;
}

static bool
in_interface (const struct stack *s)
{
  return s->depth > LEVEL_INTERFACE
         && strcmp (s->level[LEVEL_NETWORK].key, "network") == 0
         && is_kind (s->level[LEVEL_KIND].key);
}

static int
parse_line (char *line, struct stack *s, struct net *n, const char *source,
            struct strlist *ret)
{
  int column = (int) strspn (line, " ");
  bool item = false;
  char *value;

  line += column;
  line[strcspn (line, "#\r")] = '\0';
  if (!*line)
    return 0;
  if (line[0] == '-' && line[1] == ' ') {
    item = true;
    line += 2;
    column += 2;
  }
  /* Items may stand in the column of their key. */
  value = item && line[0] != '\0' && !strstr (line, ": ") ? NULL
    : enter_key (s, column, line);
  if (s->depth == LEVEL_INTERFACE + 1 && in_interface (s) && value) {
    if (net_finish (n, ret) == -1)
      return -1;
    net_set (n, NET_INTERFACE, s->level[LEVEL_INTERFACE].key);
    net_set (n, NET_SOURCE, source);
  } else if (s->depth > LEVEL_OPTION && in_interface (s)) {
    if (!value && item)
      value = line;
    if (value && *unquote (value))
      option (n, s, value);
  }
  return 0;
}

int
net_parse_netplan (char *text, const char *source, struct strlist *ret)
{
  CLEANUP_NET struct net n = NET_INIT;
  struct stack s = { .depth = 0 };
  char *line;

  while (text && (line = strsep (&text, "\n")) != NULL)
    if (parse_line (line, &s, &n, source, ret) == -1)
      return -1;
  return net_finish (&n, ret);
}
