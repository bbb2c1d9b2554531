/* The functions behind the class GuestFS.
 *
 * Made by the generator from generator/api; changes here are lost. */

#include <config.h>

#include "binding.h"

JNIEXPORT jobject JNICALL
Java_com_redhat_et_libguestfs_GuestFS__1get_1buffer (
  JNIEnv *env, jobject self, jlong handle, jstring v0, jobjectArray opts)
{
  const jvalue v[] = { { .l = v0 }, { .l = opts }, };

  return java_call (env, &binding_calls[0], handle, v).l;
}

JNIEXPORT jobject JNICALL
Java_com_redhat_et_libguestfs_GuestFS__1get_1buffer_1bytes (
  JNIEnv *env, jobject self, jlong handle, jstring v0, jobjectArray opts)
{
  const jvalue v[] = { { .l = v0 }, { .l = opts }, };

  return java_call_bytes (env, &binding_calls[0], handle, v).l;
}

JNIEXPORT jobject JNICALL
Java_com_redhat_et_libguestfs_GuestFS__1get_1hash (
  JNIEnv *env, jobject self, jlong handle)
{
  return java_call (env, &binding_calls[1], handle, NULL).l;
}

JNIEXPORT jint JNICALL
Java_com_redhat_et_libguestfs_GuestFS__1get_1mode (
  JNIEnv *env, jobject self, jlong handle)
{
  return java_call (env, &binding_calls[2], handle, NULL).i;
}

JNIEXPORT jobject JNICALL
Java_com_redhat_et_libguestfs_GuestFS__1get_1point (
  JNIEnv *env, jobject self, jlong handle, jint v0)
{
  const jvalue v[] = { { .i = v0 }, };

  return java_call (env, &binding_calls[3], handle, v).l;
}

JNIEXPORT jobject JNICALL
Java_com_redhat_et_libguestfs_GuestFS__1get_1points (
  JNIEnv *env, jobject self, jlong handle)
{
  return java_call (env, &binding_calls[4], handle, NULL).l;
}

JNIEXPORT jobject JNICALL
Java_com_redhat_et_libguestfs_GuestFS__1get_1thing (
  JNIEnv *env, jobject self, jlong handle)
{
  return java_call (env, &binding_calls[5], handle, NULL).l;
}

JNIEXPORT void JNICALL
Java_com_redhat_et_libguestfs_GuestFS__1set_1thing (
  JNIEnv *env, jobject self, jlong handle, jstring v0)
{
  const jvalue v[] = { { .l = v0 }, };

  java_call (env, &binding_calls[6], handle, v);
}

JNIEXPORT void JNICALL
Java_com_redhat_et_libguestfs_GuestFS__1take_1all (
  JNIEnv *env, jobject self, jlong handle, jstring v0, jstring v1, jstring v2, jstring v3, jstring v4, jstring v5, jstring v6, jstring v7, jstring v8, jstring v9, jstring v10, jobjectArray v11, jobjectArray v12, jobjectArray v13, jobjectArray v14, jint v15, jlong v16, jboolean v17, jbyteArray v18, jobjectArray opts)
{
  const jvalue v[] = { { .l = v0 }, { .l = v1 }, { .l = v2 }, { .l = v3 }, { .l = v4 }, { .l = v5 }, { .l = v6 }, { .l = v7 }, { .l = v8 }, { .l = v9 }, { .l = v10 }, { .l = v11 }, { .l = v12 }, { .l = v13 }, { .l = v14 }, { .i = v15 }, { .j = v16 }, { .z = v17 }, { .l = v18 }, { .l = opts }, };

  java_call (env, &binding_calls[7], handle, v);
}

