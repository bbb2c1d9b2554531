/* Objects of Java and values of calls: see binding.h. */

#include <config.h>

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "binding.h"

/* Throw "call: argument must ...". */
static int
wrong (JNIEnv *env, const struct binding_call *c, size_t i, const char *class,
       const char *what)
{
  char text[160];

  (void) snprintf (text, sizeof text, "%s: %s must %s", c->name,
                   c->args[i].name, what);
  java_throw (env, class, text);
  return -1;
}

static int
take_string (JNIEnv *env, const struct binding_call *c, size_t i,
             jstring string, struct binding_temporary **temporary,
             const char **ret)
{
  if (!string)
    return wrong (env, c, i, "java/lang/NullPointerException", "not be null");
  *ret = java_bytes (env, c->name, string, temporary);
  return *ret ? 0 : -1;
}

static int
take_strings (JNIEnv *env, const struct binding_call *c, size_t i,
              jobjectArray array, struct binding_temporary **temporary,
              char *const **ret)
{
  const char **strings;
  jsize nr;

  if (!array)
    return wrong (env, c, i, "java/lang/NullPointerException", "not be null");
  nr = (*env)->GetArrayLength (env, array);
  strings = binding_allocate (temporary, ((size_t) nr + 1) * sizeof *strings);
  if (!strings) {
    java_throw_no_memory (env);
    return -1;
  }
  for (jsize j = 0; j < nr; j++) {
    jstring string = (*env)->GetObjectArrayElement (env, array, j);

    if (take_string (env, c, i, string, temporary, &strings[j]) == -1)
      return -1;
    (*env)->DeleteLocalRef (env, string);
  }
  strings[nr] = NULL;
  *ret = (char *const *) strings;
  return 0;
}

static int
take_buffer (JNIEnv *env, const struct binding_call *c, size_t i,
             jbyteArray array, struct binding_temporary **temporary,
             union binding_value *ret)
{
  jsize size;
  char *data;

  if (!array)
    return wrong (env, c, i, "java/lang/NullPointerException", "not be null");
  size = (*env)->GetArrayLength (env, array);
  data = binding_allocate (temporary, size);
  if (!data) {
    java_throw_no_memory (env);
    return -1;
  }
  (*env)->GetByteArrayRegion (env, array, 0, size, (jbyte *) data);
  ret->buffer.data = data;
  ret->buffer.size = size;
  return 0;
}

int
java_take (JNIEnv *env, const struct binding_call *c, size_t i, jvalue v,
           struct binding_temporary **temporary, union binding_value *ret)
{
  switch (c->args[i].type) {
  case BINDING_OPTSTRING:
    ret->string = NULL;
    return v.l ? take_string (env, c, i, v.l, temporary, &ret->string) : 0;
  case BINDING_STRING:
    return take_string (env, c, i, v.l, temporary, &ret->string);
  case BINDING_STRINGS:
    return take_strings (env, c, i, v.l, temporary, &ret->strings);
  case BINDING_BUFFER:
    return take_buffer (env, c, i, v.l, temporary, ret);
  case BINDING_BOOL:
    ret->number = v.z ? 1 : 0;
    return 0;
  case BINDING_INT:
    ret->number = v.i;
    return 0;
  case BINDING_INT64:
    ret->number = v.j;
    return 0;
  case BINDING_POINTER:
    ret->pointer = (void *) (intptr_t) v.j;
    return 0;
  }
  return 0;
}

static bool
is_a (JNIEnv *env, jobject object, const char *class)
{
  jclass found = (*env)->FindClass (env, class);

  return found && (*env)->IsInstanceOf (env, object, found);
}

/* 0, or -1 with an exception. */
static int
unbox (JNIEnv *env, jobject object, const char *class, const char *method,
       const char *signature, jvalue *ret)
{
  jclass found = (*env)->FindClass (env, class);
  jmethodID id = found ? (*env)->GetMethodID (env, found, method, signature)
                       : NULL;

  if (id && signature[2] == 'Z')
    ret->z = (*env)->CallBooleanMethod (env, object, id);
  else if (id)
    ret->j = (*env)->CallLongMethod (env, object, id);
  return (*env)->ExceptionCheck (env) ? -1 : 0;
}

int
java_take_object (JNIEnv *env, const struct binding_call *c, size_t i,
                  jobject object, struct binding_temporary **temporary,
                  union binding_value *ret)
{
  static const char cast[] = "java/lang/ClassCastException";
  jvalue v = { .l = object };

  switch (c->args[i].type) {
  case BINDING_BOOL:
    if (!is_a (env, object, "java/lang/Boolean"))
      return wrong (env, c, i, cast, "be a Boolean");
    if (unbox (env, object, "java/lang/Boolean", "booleanValue", "()Z", &v)
        == -1)
      return -1;
    break;
  case BINDING_INT:
  case BINDING_INT64:
    if (!is_a (env, object, "java/lang/Integer")
        && !is_a (env, object, "java/lang/Long"))
      return wrong (env, c, i, cast, "be an Integer or a Long");
    if (unbox (env, object, "java/lang/Number", "longValue", "()J", &v) == -1)
      return -1;
    if (c->args[i].type == BINDING_INT) {
      if (v.j < INT_MIN || v.j > INT_MAX)
        return wrong (env, c, i, "java/lang/IllegalArgumentException",
                      "have at most 32 bits");
      v.i = (jint) v.j;
    }
    break;
  case BINDING_STRINGS:
    if (!is_a (env, object, "[Ljava/lang/String;"))
      return wrong (env, c, i, cast, "be a String[]");
    break;
  default:
    if (!is_a (env, object, "java/lang/String"))
      return wrong (env, c, i, cast, "be a String");
  }
  return java_take (env, c, i, v, temporary, ret);
}

static jobject
new_object (JNIEnv *env, jclass class)
{
  jmethodID id = (*env)->GetMethodID (env, class, "<init>", "()V");

  return id ? (*env)->NewObject (env, class, id) : NULL;
}

static void
set_field (JNIEnv *env, jclass class, jobject object,
           const struct binding_field *f, const void *base)
{
  static const char *const signatures[] = {
    [BINDING_FIELD_CHAR] = "C", [BINDING_FIELD_INT32] = "I",
    [BINDING_FIELD_UINT32] = "I", [BINDING_FIELD_INT64] = "J",
    [BINDING_FIELD_UINT64] = "J", [BINDING_FIELD_PERCENT] = "F",
    [BINDING_FIELD_STRING] = "Ljava/lang/String;",
    [BINDING_FIELD_BUFFER] = "Ljava/lang/String;",
    [BINDING_FIELD_UUID] = "Ljava/lang/String;",
  };
  jfieldID id = (*env)->GetFieldID (env, class, f->name, signatures[f->type]);
  const char *bytes;
  jstring string;
  size_t size;

  if (!id)
    return;
  switch (f->type) {
  case BINDING_FIELD_CHAR:
    (*env)->SetCharField (env, object, id,
                          (unsigned char) binding_field_number (f, base));
    break;
  case BINDING_FIELD_INT32:
  case BINDING_FIELD_UINT32:
    (*env)->SetIntField (env, object, id,
                         (jint) binding_field_number (f, base));
    break;
  case BINDING_FIELD_INT64:
  case BINDING_FIELD_UINT64:
    (*env)->SetLongField (env, object, id, binding_field_number (f, base));
    break;
  case BINDING_FIELD_PERCENT:
    (*env)->SetFloatField (env, object, id, binding_field_percent (f, base));
    break;
  default:
    bytes = binding_field_bytes (f, base, &size);
    string = java_string (env, bytes, size);
    (*env)->SetObjectField (env, object, id, string);
    (*env)->DeleteLocalRef (env, string);
  }
}

static jobject
give_struct (JNIEnv *env, jclass class, const struct binding_struct *s,
             const void *base)
{
  jobject object = new_object (env, class);

  for (size_t i = 0; object && i < s->nr_fields; i++) {
    set_field (env, class, object, &s->fields[i], base);
    if ((*env)->ExceptionCheck (env))
      return NULL;
  }
  return object;
}

static jclass
class_of (JNIEnv *env, const struct binding_struct *s)
{
  char name[100];

  (void) snprintf (name, sizeof name, "com/redhat/et/libguestfs/%s", s->camel);
  return (*env)->FindClass (env, name);
}

static jobject
give_structs (JNIEnv *env, const struct binding_struct *s,
              const struct binding_struct_list *list)
{
  jclass class = class_of (env, s);
  jobjectArray ret
    = class ? (*env)->NewObjectArray (env, list->len, class, NULL) : NULL;

  for (uint32_t i = 0; ret && i < list->len; i++) {
    jobject one = give_struct (env, class, s, list->val + i * s->size);

    if (!one)
      return NULL;
    (*env)->SetObjectArrayElement (env, ret, i, one);
    (*env)->DeleteLocalRef (env, one);
  }
  return ret;
}

static jobject
give_strings (JNIEnv *env, char *const *strings)
{
  jclass class = (*env)->FindClass (env, "java/lang/String");
  jobjectArray ret;
  jsize nr = 0;

  while (strings[nr])
    nr++;
  ret = class ? (*env)->NewObjectArray (env, nr, class, NULL) : NULL;
  for (jsize i = 0; ret && i < nr; i++) {
    jstring one = java_string (env, strings[i], strlen (strings[i]));

    if (!one)
      return NULL;
    (*env)->SetObjectArrayElement (env, ret, i, one);
    (*env)->DeleteLocalRef (env, one);
  }
  return ret;
}

jvalue
java_give (JNIEnv *env, const struct binding_call *c,
           const union binding_result *result)
{
  jvalue ret = { .j = 0 };
  jclass class;

  switch (c->ret) {
  case BINDING_RETURN_ERR:
    break;
  case BINDING_RETURN_INT:
    ret.i = (jint) result->number;
    break;
  case BINDING_RETURN_INT64:
    ret.j = result->number;
    break;
  case BINDING_RETURN_BOOL:
    ret.z = result->number != 0;
    break;
  case BINDING_RETURN_CONST:
  case BINDING_RETURN_OPTCONST:
  case BINDING_RETURN_STRING:
    if (result->constant)
      ret.l = java_string (env, result->constant, strlen (result->constant));
    break;
  case BINDING_RETURN_STRINGS:
  case BINDING_RETURN_HASH:
    ret.l = give_strings (env, result->strings);
    break;
  case BINDING_RETURN_BUFFER:
    ret.l = java_string (env, result->buffer.data, result->buffer.size);
    break;
  case BINDING_RETURN_STRUCT:
    class = class_of (env, c->ret_struct);
    if (class)
      ret.l = give_struct (env, class, c->ret_struct, result->structure);
    break;
  case BINDING_RETURN_STRUCTS:
    ret.l = give_structs (env, c->ret_struct, result->structure);
    break;
  }
  return ret;
}

jvalue
java_give_bytes (JNIEnv *env, const struct binding_call *c,
                 const union binding_result *result)
{
  const size_t size = result->buffer.size;
  jvalue ret = { .l = NULL };

  if (size <= INT32_MAX)
    ret.l = (*env)->NewByteArray (env, size);
  if (ret.l)
    (*env)->SetByteArrayRegion (env, ret.l, 0, size,
                                (const jbyte *) result->buffer.data);
  else
    java_throw_no_memory (env);
  return ret;
}
