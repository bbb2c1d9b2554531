/* The words for types in .api files, and what they are in C. */

#include <config.h>

#include <string.h>

#include "api.h"

const struct type_info field_types[] = {
  [F_CHAR] = { "char", "char ", "CHAR", 0 },
  [F_INT32] = { "int32", "int32_t ", "INT32", 0 },
  [F_UINT32] = { "uint32", "uint32_t ", "UINT32", 0 },
  [F_INT64] = { "int64", "int64_t ", "INT64", 0 },
  [F_UINT64] = { "uint64", "uint64_t ", "UINT64", 0 },
  [F_BYTES] = { "bytes", "uint64_t ", "UINT64", 0 },
  [F_STRING] = { "string", "char *", "STRING", 0 },
  [F_DEVICE] = { "device", "char *", "STRING", 0 },
  [F_BUFFER] = { "buffer", "char *", "BUFFER32", 0 },
  [F_UUID] = { "uuid", "char ", "UUID", 0 },
  [F_PERCENT] = { "percent", "float ", "FLOAT", 0 },
  { NULL, NULL, NULL, 0 },
};

const struct type_info arg_types[] = {
  [A_STRING] = { "string", "const char *", "STRING", C_STRING },
  [A_PATH] = { "path", "const char *", "STRING", C_STRING },
  [A_DEVICE] = { "device", "const char *", "STRING", C_STRING },
  [A_MOUNTABLE] = { "mountable", "const char *", "STRING", C_STRING },
  [A_DEVPATH] = { "devpath", "const char *", "STRING", C_STRING },
  [A_MOUNTPATH] = { "mountpath", "const char *", "STRING", C_STRING },
  [A_FILENAME] = { "filename", "const char *", "STRING", C_STRING },
  [A_KEY] = { "key", "const char *", "KEY", C_STRING },
  [A_GUID] = { "guid", "const char *", "STRING", C_STRING },
  [A_OPTSTRING] = { "optstring", "const char *", "OPTSTRING", C_STRING },
  [A_FILEIN] = { "filein", "const char *", "FILEIN", C_STRING },
  [A_FILEOUT] = { "fileout", "const char *", "FILEOUT", C_STRING },
  [A_STRINGS] = { "strings", "char *const *", "STRINGS", C_STRINGS },
  [A_DEVICES] = { "devices", "char *const *", "STRINGS", C_STRINGS },
  [A_FILENAMES] = { "filenames", "char *const *", "STRINGS", C_STRINGS },
  [A_PATHS] = { "paths", "char *const *", "STRINGS", C_STRINGS },
  [A_INT] = { "int", "int ", "INT32", C_INT },
  [A_INT64] = { "int64", "int64_t ", "INT64", C_INT64 },
  [A_BOOL] = { "bool", "int ", "BOOL", C_INT },
  [A_BUFFER] = { "buffer", "const char *", "BUFFER", C_BUFFER },
  [A_POINTER] = { "pointer", "void *", "POINTER", C_POINTER },
  { NULL, NULL, NULL, 0 },
};

const struct type_info ret_types[] = {
  [R_ERR] = { "err", "int ", "ERR", 0 },
  [R_INT] = { "int", "int ", "INT", 0 },
  [R_INT64] = { "int64", "int64_t ", "INT64", 0 },
  [R_BOOL] = { "bool", "int ", "BOOL", 0 },
  [R_CONSTSTRING] = { "conststring", "const char *", "CONSTSTRING", 0 },
  [R_CONSTOPTSTRING] = { "constoptstring", "const char *", "CONSTOPTSTRING",
                         0 },
  [R_STRING] = { "string", "char *", "STRING", 0 },
  [R_DEVICE] = { "device", "char *", "STRING", 0 },
  [R_MOUNTABLE] = { "mountable", "char *", "STRING", 0 },
  [R_STRINGS] = { "strings", "char **", "STRINGS", 0 },
  [R_DEVICES] = { "devices", "char **", "STRINGS", 0 },
  [R_MOUNTABLES] = { "mountables", "char **", "STRINGS", 0 },
  [R_HASH] = { "hash", "char **", "HASH", 0 },
  [R_BUFFER] = { "buffer", "char *", "BUFFER", 0 },
  [R_STRUCT] = { "struct", NULL, "STRUCT", 0 },
  [R_STRUCTS] = { "structs", NULL, "STRUCTS", 0 },
  { NULL, NULL, NULL, 0 },
};

/* In the order of the bits of enum call_flags. */
const char *const call_flag_names[] = {
  "config", "progress", "cancellable", "internal", "debug", "state", "nofish",
  "nobind", "nonblocking", "nowrapper", "unlocked", NULL,
};

int
type_by_word (const struct type_info *types, const char *word)
{
  for (int i = 0; types[i].word; i++)
    if (strcmp (types[i].word, word) == 0)
      return i;
  return -1;
}

enum arg_class
arg_class (const struct arg *arg)
{
  return arg_types[arg->type].class;
}

bool
opt_type_allowed (enum arg_type type)
{
  return type == A_BOOL || type == A_INT || type == A_INT64
         || type == A_STRING || type == A_STRINGS;
}
