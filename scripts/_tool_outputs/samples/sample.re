/* SPDX-FileCopyrightText: 2026 The codescan authors
   SPDX-License-Identifier: Apache-2.0 */
int scan(const char *YYCURSOR) {
  const char *YYMARKER;
/*!re2c
  re2c:define:YYCTYPE = "unsigned char";
  re2c:yyfill:enable = 0;
  [0-9]+ { return 1; }
  [a-z][a-z0-9]* { return 2; }
  "0x"[0-9a-f]+ { return 3; }
  * { return 0; }
*/
}
