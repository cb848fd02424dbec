/* SPDX-FileCopyrightText: 2026 The codescan authors
   SPDX-License-Identifier: Apache-2.0 */
%module sample
%include "std_string.i"
int twice(int value);
const char *name(void);
struct Point { double x; double y; };
