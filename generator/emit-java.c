/* bindings/java: the classes of structs, the methods of the class GuestFS, and
 * natives.c, the functions of C behind them. */

#include <config.h>

#include <string.h>

#include "bindings.h"
#include "output.h"
#include "pod.h"

static void
emit_text (struct out *o, const char *text)
{
  bool empty = true;

  for (const char *p = text; *p; p++) {
    if (*p == '\n' && empty && p[1] != '\0')
      emit (o, "   * <p>\n");
    else {
      if (empty && *p != '\n')
        emit (o, "   * ");
      if (*p == '<')
        emit (o, "&lt;");
      else if (*p == '>')
        emit (o, "&gt;");
      else if (*p == '&')
        emit (o, "&amp;");
      else if (*p == '@')
        emit (o, "&#64;");
      else if (*p == '\\')
        emit (o, "&#92;");
      else if (*p == '/' && p > text && p[-1] == '*')
        emit (o, "&#47;");
      else if (*p == '\n' && empty)
        ;
      else
        emit (o, "%c", *p);
    }
    empty = *p == '\n';
  }
}

static void
emit_comment (struct out *o, const struct call *c)
{
  const char *use = binding_replacement (c);
  CLEANUP_FREE char *summary = format_string ("%s.\n", c->summary ? c->summary
                                                                  : c->name);
  CLEANUP_FREE char *doc = c->doc ? pod_to_text (c->doc, POD_METHOD, 0, 74)
                                  : NULL;

  emit (o, "  /**\n");
  emit_text (o, summary);
  if (doc) {
    emit (o, "   * <p>\n");
    emit_text (o, doc);
  }
  if (c->since)
    emit (o, "   * @since %s\n", c->since);
  emit (o, "   * @throws LibGuestFSException when the call fails\n");
  if (c->deprecated)
    emit (o, "   * @deprecated %s%s%s\n", use ? "use {@link #" : "it "
          "has no replacement", use ? use : "",
          use ? "}" : "");
  emit (o, "   */\n%s", c->deprecated ? "  @Deprecated\n" : "");
}

static const char *
arg_java (const struct arg *a)
{
  static const char *const types[] = {
    [KIND_STRING] = "String", [KIND_OPTSTRING] = "String",
    [KIND_STRINGS] = "String[]", [KIND_INT] = "int", [KIND_INT64] = "long",
    [KIND_BOOL] = "boolean", [KIND_BUFFER] = "byte[]", [KIND_POINTER] = "long",
  };

  return types[binding_kind (a)];
}

static const char *
arg_jni (const struct arg *a)
{
  static const char *const types[] = {
    [KIND_STRING] = "jstring", [KIND_OPTSTRING] = "jstring",
    [KIND_STRINGS] = "jobjectArray", [KIND_INT] = "jint",
    [KIND_INT64] = "jlong", [KIND_BOOL] = "jboolean",
    [KIND_BUFFER] = "jbyteArray", [KIND_POINTER] = "jlong",
  };

  return types[binding_kind (a)];
}

static char
arg_member (const struct arg *a)
{
  switch (binding_kind (a)) {
  case KIND_INT:
    return 'i';
  case KIND_INT64:
  case KIND_POINTER:
    return 'j';
  case KIND_BOOL:
    return 'z';
  default:
    return 'l';
  }
}

/* What each result is in Java, in C, and in a jvalue. */
static const struct {
  const char *java, *jni;
  char member;
} results[] = {
  [R_ERR] = { "void", "void", 0 },
  [R_INT] = { "int", "jint", 'i' },
  [R_INT64] = { "long", "jlong", 'j' },
  [R_BOOL] = { "boolean", "jboolean", 'z' },
  [R_CONSTSTRING] = { "String", "jobject", 'l' },
  [R_CONSTOPTSTRING] = { "String", "jobject", 'l' },
  [R_STRING] = { "String", "jobject", 'l' },
  [R_DEVICE] = { "String", "jobject", 'l' },
  [R_MOUNTABLE] = { "String", "jobject", 'l' },
  [R_STRINGS] = { "String[]", "jobject", 'l' },
  [R_DEVICES] = { "String[]", "jobject", 'l' },
  [R_MOUNTABLES] = { "String[]", "jobject", 'l' },
  [R_HASH] = { "String[]", "jobject", 'l' },
  [R_BUFFER] = { "String", "jobject", 'l' },
  [R_STRUCT] = { NULL, "jobject", 'l' },
  [R_STRUCTS] = { NULL, "jobject", 'l' },
};

static void
emit_ret (struct out *o, const struct call *c)
{
  if (c->ret_struct)
    emit (o, "%s%s", c->ret_struct->camel, c->ret == R_STRUCTS ? "[]" : "");
  else
    emit (o, "%s", results[c->ret].java);
}

static void
emit_public (struct out *o, const struct call *c, const char *name,
             bool with_opts)
{
  emit_comment (o, c);
  emit (o, "  public ");
  if (c->ret == R_HASH)
    emit (o, "Map<String, String>");
  else
    emit_ret (o, c);
  emit (o, " %s (", name);
  for (size_t i = 0; i < c->args.len; i++)
    emit (o, "%s%s %s", i > 0 ? ", " : "", arg_java (&c->args.ptr[i]),
          c->args.ptr[i].name);
  if (with_opts)
    emit (o, "%sMap<String, Object> optargs", c->args.len > 0 ? ", " : "");
  emit (o, ") throws LibGuestFSException\n  {\n    %s%s_%s (handle",
        c->ret == R_ERR ? "" : "return ", c->ret == R_HASH ? "hash (" : "",
        c->name);
  for (size_t i = 0; i < c->args.len; i++)
    emit (o, ", %s", c->args.ptr[i].name);
  if (with_opts) {
    emit (o, ",\n      values (\"%s\", optargs", c->name);
    for (size_t i = 0; i < c->opts.len; i++)
      emit (o, ", \"%s\"", c->opts.ptr[i].name);
    emit (o, ")");
  }
  else if (c->opts.len > 0)
    emit (o, ", null");
  emit (o, "%s);\n  }\n\n", c->ret == R_HASH ? ")" : "");
}

/* A buffer as bytes: of those that are no text a String would make twice as
 * many. */
static void
emit_public_bytes (struct out *o, const struct call *c)
{
  emit (o, "  /**\n   * As {@link #%s}, but returns bytes.\n", c->name);
  if (c->since)
    emit (o, "   * @since %s\n", c->since);
  emit (o, "   * @throws LibGuestFSException when the call fails\n   */\n  public "
           "byte[] %s_bytes (", c->name);
  for (size_t i = 0; i < c->args.len; i++)
    emit (o, "%s%s %s", i > 0 ? ", " : "", arg_java (&c->args.ptr[i]),
          c->args.ptr[i].name);
  emit (o, ") throws LibGuestFSException\n  {\n    return _%s_bytes (handle",
        c->name);
  for (size_t i = 0; i < c->args.len; i++)
    emit (o, ", %s", c->args.ptr[i].name);
  emit (o, "%s);\n  }\n\n", c->opts.len > 0 ? ", null" : "");
}

static void
emit_native (struct out *o, const struct call *c, bool bytes)
{
  emit (o, "  private native ");
  if (bytes)
    emit (o, "byte[]");
  else
    emit_ret (o, c);
  emit (o, " _%s%s (long handle", c->name, bytes ? "_bytes" : "");
  for (size_t i = 0; i < c->args.len; i++)
    emit (o, ", %s %s", arg_java (&c->args.ptr[i]), c->args.ptr[i].name);
  emit (o, "%s) throws LibGuestFSException;\n\n", c->opts.len > 0
        ? ", Object[] optargs" : "");
}

static void
emit_jni (struct out *o, const struct call *c, size_t index, bool bytes)
{
  size_t nr = c->args.len + (c->opts.len > 0);

  emit (o, "JNIEXPORT %s JNICALL\nJava_com_redhat_et_libguestfs_GuestFS__1",
        results[c->ret].jni);
  for (const char *p = c->name; *p; p++)
    emit (o, *p == '_' ? "_1" : "%c", *p);
  emit (o, "%s (\n  JNIEnv *env, jobject self, jlong handle", bytes ? "_1bytes"
        : "");
  for (size_t i = 0; i < c->args.len; i++)
    emit (o, ", %s v%zu", arg_jni (&c->args.ptr[i]), i);
  emit (o, "%s)\n{\n", c->opts.len > 0 ? ", jobjectArray opts" : "");
  if (nr > 0) {
    emit (o, "  const jvalue v[] = {");
    for (size_t i = 0; i < c->args.len; i++)
      emit (o, " { .%c = v%zu },", arg_member (&c->args.ptr[i]), i);
    emit (o, "%s };\n\n", c->opts.len > 0 ? " { .l = opts }," : "");
  }
  emit (o, c->ret == R_ERR ? "  " : "  return ");
  emit (o, "java_call%s (env, &binding_calls[%zu], handle, %s)",
        bytes ? "_bytes" : "", index, nr > 0 ? "v" : "NULL");
  if (results[c->ret].member)
    emit (o, ".%c", results[c->ret].member);
  emit (o, ";\n}\n\n");
}

static void
emit_class (const struct structure *s, const char *dir)
{
  static const char *const types[] = {
    [F_CHAR] = "char", [F_INT32] = "int", [F_UINT32] = "int",
    [F_INT64] = "long", [F_UINT64] = "long", [F_BYTES] = "long",
    [F_STRING] = "String", [F_DEVICE] = "String", [F_BUFFER] = "String",
    [F_UUID] = "String", [F_PERCENT] = "float",
  };
  CLEANUP_FREE char *name = format_string ("%s.java", s->camel);
  struct out o = { STRBUF_INIT };

  emit (&o, "/* Made by the generator from generator/api; changes here are lost."
            " */\n\npackage com.redhat.et.libguestfs;\n\n/** The struct %s: see "
            "guestfs(3). */\npublic class %s\n{\n", s->name, s->camel);
  for (size_t i = 0; i < s->fields.len; i++)
    emit (&o, "  /** %s. */\n  public %s %s;\n", s->fields.ptr[i].name,
          types[s->fields.ptr[i].type], s->fields.ptr[i].name);
  emit (&o, "\n  /** An empty one. */\n  public %s ()\n  {\n  }\n}\n", s->camel);
  output_write (&o, dir, name);
}

void
emit_java (const struct api *api, const char *top)
{
  CLEANUP_FREE char *dir = format_string ("%s/bindings/java", top);
  CLEANUP_FREE char *classes = format_string ("%s/com/redhat/et/libguestfs",
                                              dir);
  struct out methods = { STRBUF_INIT }, natives = { STRBUF_INIT };
  size_t index = 0;

  emit_c_head (&natives, "The functions behind the class GuestFS.");
  emit (&natives, "#include <config.h>\n\n#include \"binding.h\"\n\n");
  for (size_t i = 0; i < api->calls.len; i++) {
    const struct call *c = api->calls.ptr[i];
    const char *names[] = { c->name, c->plain ? c->cname : NULL };

    if (!binding_has (c))
      continue;
    for (size_t j = 0; j < 2 && names[j]; j++) {
      emit_public (&methods, c, names[j], false);
      if (c->opts.len > 0)
        emit_public (&methods, c, names[j], true);
    }
    emit_native (&methods, c, false);
    emit_jni (&natives, c, index, false);
    if (c->ret == R_BUFFER) {
      emit_public_bytes (&methods, c);
      emit_native (&methods, c, true);
      emit_jni (&natives, c, index, true);
    }
    index++;
  }
  for (size_t i = 0; i < api->structs.len; i++)
    if (binding_returns_struct (api, api->structs.ptr[i]))
      emit_class (api->structs.ptr[i], classes);
  output_write (&methods, dir, "methods.inc");
  output_write (&natives, dir, "natives.c");
}
