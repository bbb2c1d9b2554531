/* Large buffers: a call writes them into a byte[].  See receiver.h. */

#include <config.h>

#include "binding.h"

/* As Arrays.copyOf. */
static jbyteArray
copy_of (JNIEnv *env, jbyteArray array, jint size)
{
  jclass class = (*env)->FindClass (env, "java/util/Arrays");
  jmethodID id = class ? (*env)->GetStaticMethodID (env, class, "copyOf",
                                                    "([BI)[B") : NULL;

  return id ? (*env)->CallStaticObjectMethod (env, class, id, array, size)
            : NULL;
}

static int
resize (struct receiver *base, size_t size)
{
  struct java_receiver *r = (struct java_receiver *) base;
  jbyteArray array = NULL;

  if (size <= INT32_MAX)
    array = r->array ? copy_of (r->env, r->array, (jint) size)
                     : (*r->env)->NewByteArray (r->env, (jint) size);
  if (!array) {
    (*r->env)->ExceptionClear (r->env); /* the call has to end first */
    r->refused = true;
    return -1;
  }
  if (r->array)
    (*r->env)->DeleteLocalRef (r->env, r->array);
  r->array = array;
  return 0;
}

static void
write_bytes (struct receiver *base, size_t offset, const void *data, size_t len)
{
  struct java_receiver *r = (struct java_receiver *) base;

  (*r->env)->SetByteArrayRegion (r->env, r->array, (jint) offset, (jint) len,
                                 data);
}

void
java_receiver_init (struct java_receiver *r, JNIEnv *env)
{
  *r = (struct java_receiver) { { resize, write_bytes }, env, NULL, false };
}
