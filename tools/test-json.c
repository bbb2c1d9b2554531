/* Unit tests of json.c. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"
#include "json.h"

int
main (void)
{
  char *text = NULL;
  size_t len = 0;
  FILE *fp = open_memstream (&text, &len);
  struct json j;

  CHECK (fp != NULL);
  json_begin (&j, fp);
  json_text (&j, "plain", "a\"b\\c\nd\te\001");
  json_text (&j, "absent", NULL);
  json_text (&j, "utf8", "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
  json_text (&j, "bad", "\xff" "a\xc3" "b\xed\xa0\x80\xc0\xaf\xf4\x90\x80\x80");
  json_text_len (&j, "short", "abc\xe2\x82", 5);
  json_base64 (&j, "b", "\0\xff\x10zz", 5);
  json_number (&j, "n", -5);
  json_bool (&j, "yes", true);
  json_end (&j);
  fclose (fp);
  CHECK (strcmp (text,
    "{\"plain\":\"a\\\"b\\\\c\\nd\\te\\u0001\","
    "\"utf8\":\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\","
    "\"bad\":\"\\ufffda\\ufffdb\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\","
    "\"short\":\"abc\\ufffd\\ufffd\",\"b\":\"AP8Qeno=\",\"n\":-5,\"yes\":true}\n") == 0);
  CHECK (json_is_text ("abc\n", 4));
  CHECK (!json_is_text ("a\0c", 3));
  CHECK (!json_is_text ("\xe2\x82", 2));
  free (text);
  return 0;
}
