/* The Java binding: calls, handles, events.
 *
 * The number that the class GuestFS keeps is a pointer to a struct
 * binding_handle, which lives until the object has gone.
 */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "binding.h"
#include "cleanup.h"
#include "handle.h"

#define PACKAGE_NAME_OF(class) "com/redhat/et/libguestfs/" class
#define METHOD(name) Java_com_redhat_et_libguestfs_GuestFS__1##name

static JavaVM *vm;

/* The environment of this thread; NULL in one that Java does not know. */
static JNIEnv *
environment (void)
{
  void *env = NULL;

  if (!vm || (*vm)->GetEnv (vm, &env, JNI_VERSION_1_6) != JNI_OK)
    return NULL;
  return env;
}

void
java_throw (JNIEnv *env, const char *class, const char *message)
{
  jclass found;

  if ((*env)->ExceptionCheck (env))
    return;
  found = (*env)->FindClass (env, class);
  if (found)
    (void) (*env)->ThrowNew (env, found, message);
}

void
java_throw_no_memory (JNIEnv *env)
{
  java_throw (env, PACKAGE_NAME_OF ("LibGuestFSOutOfMemory"), "out of memory");
}

static void
throw_error (JNIEnv *env, const char *message, int errnum, const char *name)
{
  jclass class = (*env)->FindClass (env,
                                    PACKAGE_NAME_OF ("LibGuestFSException"));
  jmethodID id = class
    ? (*env)->GetMethodID (env, class, "<init>",
                           "(Ljava/lang/String;ILjava/lang/String;)V") : NULL;
  jobject error;

  if (!id)
    return;
  error = (*env)->NewObject (env, class, id,
                             java_string (env, message, strlen (message)),
                             errnum, java_string (env, name, strlen (name)));
  if (error)
    (void) (*env)->Throw (env, error);
}

static void
drop_function (void *function)
{
  JNIEnv *env = environment ();

  if (env)
    (*env)->DeleteGlobalRef (env, function);
}

static const struct binding_language java = { guestfs_close, drop_function, false };

static struct binding_handle *
refuse (JNIEnv *env, const char *name, enum binding_state state)
{
  char text[160];

  (void) snprintf (text, sizeof text, "%s: %s", name,
                   binding_state_text (state));
  throw_error (env, text, 0, name);
  return NULL;
}

static struct binding_handle *
enter (JNIEnv *env, jlong handle, const char *name)
{
  struct binding_handle *h = (struct binding_handle *) (intptr_t) handle;
  enum binding_state state = binding_enter (h);

  if (state == BINDING_ENTERED)
    return h;
  return refuse (env, name, state);
}

/* Leave, and throw the handle's last error. */
static void
fail (JNIEnv *env, struct binding_handle *h, const char *name)
{
  const char *message = guestfs_last_error (h->g);

  throw_error (env, message ? message : "unknown error",
               guestfs_last_errno (h->g), name);
  binding_leave (h);
}

static int
take_all (JNIEnv *env, const struct binding_call *c, const jvalue *v,
          struct binding_temporary **temporary, union binding_value *values,
          union binding_optargs *optargs)
{
  for (size_t i = 0; i < c->nr_args; i++)
    if (java_take (env, c, i, v[i], temporary, &values[i]) == -1)
      return -1;
  if (c->nr_opts == 0 || !v[c->nr_args].l)
    return 0;
  for (size_t i = 0; i < c->nr_opts; i++) {
    jobject object = (*env)->GetObjectArrayElement (env, v[c->nr_args].l, i);
    union binding_value value;

    if (!object)
      continue;
    if (java_take_object (env, c, c->nr_args + i, object, temporary, &value)
        == -1)
      return -1;
    (*env)->DeleteLocalRef (env, object);
    binding_set_optarg (c, optargs, i, &value);
  }
  return 0;
}

/* The result, or the exception, of a call that was made. */
static jvalue
finish (JNIEnv *env, const struct binding_call *c, struct binding_handle *h,
        union binding_result *result, bool bytes)
{
  jvalue ret = { .j = 0 };

  if (binding_failed (c, result)) {
    fail (env, h, c->name);
    return ret;
  }
  ret = bytes ? java_give_bytes (env, c, result) : java_give (env, c, result);
  binding_free_result (c, result);
  binding_leave (h);
  return ret;
}

static jvalue
run (JNIEnv *env, const struct binding_call *c, struct binding_handle *h,
     const union binding_value *values, const union binding_optargs *optargs)
{
  CLEANUP_FREE char *copy = NULL;
  union binding_result result;

  binding_invoke_copying (c, h->g, values, optargs, &result, &copy);
  return finish (env, c, h, &result, false);
}

/* The same for a byte[]. */
static jvalue
run_receiving (JNIEnv *env, const struct binding_call *c,
               struct binding_handle *h, const union binding_value *values,
               const union binding_optargs *optargs)
{
  union binding_result result;
  struct java_receiver r;
  jvalue ret = { .l = NULL };

  java_receiver_init (&r, env);
  if (binding_invoke_into (c, h->g, values, optargs, &r.base, &result))
    ret.l = r.array;
  else if (!r.refused)
    return finish (env, c, h, &result, true);
  binding_leave (h);
  if (r.refused)
    java_throw_no_memory (env);
  return ret;
}

static jvalue
call (JNIEnv *env, const struct binding_call *c, jlong handle, const jvalue *v,
      jvalue (*run_it) (JNIEnv *env, const struct binding_call *c,
                        struct binding_handle *h,
                        const union binding_value *values,
                        const union binding_optargs *optargs))
{
  struct binding_temporary *temporary = NULL;
  union binding_value values[BINDING_MAX_ARGS];
  union binding_optargs optargs;
  struct binding_handle *h = NULL;
  jvalue ret = { .j = 0 };

  optargs.bitmask = 0;
  if (!v || take_all (env, c, v, &temporary, values, &optargs) == 0)
    h = enter (env, handle, c->name);
  if (h)
    ret = run_it (env, c, h, values, &optargs);
  if (temporary)
    binding_free_temporary (temporary);
  return ret;
}

jvalue
java_call (JNIEnv *env, const struct binding_call *c, jlong handle,
           const jvalue *v)
{
  return call (env, c, handle, v, run);
}

jvalue
java_call_bytes (JNIEnv *env, const struct binding_call *c, jlong handle,
                 const jvalue *v)
{
  return call (env, c, handle, v, run_receiving);
}

JNIEXPORT jlong JNICALL
METHOD (create) (JNIEnv *env, jobject self, jint flags)
{
  struct binding_handle *h = binding_handle_new (flags, &java);

  if (!h)
    throw_error (env, "could not create guestfs handle", errno, "create");
  return (jlong) (intptr_t) h;
}

JNIEXPORT void JNICALL
METHOD (close) (JNIEnv *env, jobject self, jlong handle)
{
  (void) binding_close ((struct binding_handle *) (intptr_t) handle);
}

JNIEXPORT void JNICALL
METHOD (free) (JNIEnv *env, jclass class, jlong handle)
{
  binding_handle_free ((struct binding_handle *) (intptr_t) handle);
}

JNIEXPORT jint JNICALL
METHOD (last_1errno) (JNIEnv *env, jobject self, jlong handle)
{
  struct binding_handle *h = enter (env, handle, "last_errno");
  int errnum = h ? guestfs_last_errno (h->g) : 0;

  if (h)
    binding_leave (h);
  return errnum;
}

JNIEXPORT jobject JNICALL
METHOD (event_1to_1string) (JNIEnv *env, jclass class, jlong events)
{
  char *text = guestfs_event_to_string (events);
  jobject ret;

  if (!text) {
    java_throw_no_memory (env);
    return NULL;
  }
  ret = java_string (env, text, strlen (text));
  free (text);
  return ret;
}

static void
run_function (JNIEnv *env, jobject function, uint64_t event, int event_handle,
              const char *buf, size_t buf_len, const uint64_t *array,
              size_t array_len)
{
  jclass class = (*env)->FindClass (env, PACKAGE_NAME_OF ("EventCallback"));
  jmethodID id = class ? (*env)->GetMethodID (env, class, "event",
                                              "(JILjava/lang/String;[J)V")
                       : NULL;
  jstring text = java_string (env, buf ? buf : "", buf_len);
  jlongArray numbers = (*env)->NewLongArray (env, array_len);

  if (!id || !text || !numbers)
    return;
  (*env)->SetLongArrayRegion (env, numbers, 0, array_len,
                              (const jlong *) array);
  (*env)->CallVoidMethod (env, function, id, (jlong) event,
                          (jint) event_handle, text, numbers);
}

static void
call_function (guestfs_h *g, void *opaque, uint64_t event, int event_handle,
               int flags, const char *buf, size_t buf_len,
               const uint64_t *array, size_t array_len)
{
  JNIEnv *env = environment ();
  jobject function;

  /* While the program ends there may be no Java any more. */
  if (!env || (*env)->PushLocalFrame (env, 16) != 0)
    return;
  function = binding_callback_get (opaque);
  if (function)
    run_function (env, function, event, event_handle, buf, buf_len, array,
                  array_len);
  if ((*env)->ExceptionCheck (env)) {
    (*env)->ExceptionDescribe (env);
    (*env)->ExceptionClear (env);
  }
  binding_callback_put (opaque);
  (void) (*env)->PopLocalFrame (env, NULL);
}

JNIEXPORT jint JNICALL
METHOD (set_1event_1callback) (JNIEnv *env, jobject self, jlong handle,
                               jobject callback, jlong events)
{
  struct binding_handle *h;
  jobject function;
  int r;

  if (!callback) {
    java_throw (env, "java/lang/NullPointerException",
                "set_event_callback: callback must not be null");
    return -1;
  }
  h = enter (env, handle, "set_event_callback");
  if (!h)
    return -1;
  function = (*env)->NewGlobalRef (env, callback);
  r = binding_add_callback (h, call_function, events, function);
  if (r == -1) {
    (*env)->DeleteGlobalRef (env, function);
    fail (env, h, "set_event_callback");
    return -1;
  }
  binding_leave (h);
  return r;
}

JNIEXPORT void JNICALL
METHOD (delete_1event_1callback) (JNIEnv *env, jobject self, jlong handle,
                                  jint event_handle)
{
  struct binding_handle *h = enter (env, handle, "delete_event_callback");
  struct binding_callback *callback;

  if (!h)
    return;
  callback = binding_delete_callback (h, event_handle);
  if (callback)
    binding_callback_put (callback);
  binding_leave (h);
}

JNIEXPORT jint JNICALL
JNI_OnLoad (JavaVM *jvm, void *reserved)
{
  vm = jvm;
  return JNI_VERSION_1_6;
}
