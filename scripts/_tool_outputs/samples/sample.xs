/* SPDX-FileCopyrightText: 2026 The codescan authors
   SPDX-License-Identifier: Apache-2.0 */
#include "EXTERN.h"
#include "perl.h"
#include "XSUB.h"
MODULE = Sample  PACKAGE = Sample
int
twice(value)
    int value
  CODE:
    RETVAL = value * 2;
  OUTPUT:
    RETVAL
void
say(text, ...)
    const char *text
  PPCODE:
    XPUSHs(sv_2mortal(newSVpv(text, 0)));
double
half(SV *self, double value = 1.0)
