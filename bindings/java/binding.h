/* The Java binding: what its C files share. */
#ifndef BATHYSCOPE_JAVA_BINDING_H
#define BATHYSCOPE_JAVA_BINDING_H

#include <jni.h>

#include "table.h"
#include "temporary.h"

/* Make a call: `v` has its arguments and, when it has optional ones, an array of
 * these, or null.  With an exception pending the result means nothing. */
jvalue java_call (JNIEnv *env, const struct binding_call *c, jlong handle,
                  const jvalue *v);
/* Of a call that returns a buffer: as byte[], not as String. */
jvalue java_call_bytes (JNIEnv *env, const struct binding_call *c,
                        jlong handle, const jvalue *v);

/* An exception of a class, unless one is pending. */
void java_throw (JNIEnv *env, const char *class, const char *message);
void java_throw_no_memory (JNIEnv *env);

/* convert.c: argument `i` (required ones first) from a jvalue, or from an object
 * as in maps.  0, or -1 with an exception. */
int java_take (JNIEnv *env, const struct binding_call *c, size_t i, jvalue v,
               struct binding_temporary **temporary, union binding_value *ret);
int java_take_object (JNIEnv *env, const struct binding_call *c, size_t i,
                      jobject object, struct binding_temporary **temporary,
                      union binding_value *ret);
jvalue java_give (JNIEnv *env, const struct binding_call *c,
                  const union binding_result *result);
jvalue java_give_bytes (JNIEnv *env, const struct binding_call *c,
                        const union binding_result *result);

/* receive.c: an array that a call writes. */
struct java_receiver {
  struct receiver base;
  JNIEnv *env;      /* of the thread that makes the call */
  jbyteArray array; /* NULL until something has come */
  bool refused;     /* Java has not that much memory */
};

void java_receiver_init (struct java_receiver *r, JNIEnv *env);

/* text.c: strings of Java are UTF-16, those of calls are bytes that mostly are
 * UTF-8.  A byte that does not belong to a character is a lone low surrogate, of
 * U+DC80 to U+DCFF. */
jstring java_string (JNIEnv *env, const char *bytes, size_t len);
/* NULL with an exception; also when there is a NUL inside. */
const char *java_bytes (JNIEnv *env, const char *what, jstring string,
                        struct binding_temporary **temporary);

#endif
