/* SPDX-FileCopyrightText: 2026 The codescan authors
   SPDX-License-Identifier: Apache-2.0 */
%token <int> NUMBER
%token PLUS END
%left PLUS
%start all
%type <int> all sum
%%
all: sum END { $1 }
sum: NUMBER { $1 } | sum PLUS sum { $1 + $3 }
