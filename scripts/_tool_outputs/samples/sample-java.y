/* SPDX-FileCopyrightText: 2026 The codescan authors
   SPDX-License-Identifier: Apache-2.0 */
%define api.parser.class {Sums}
%locations
%token <Integer> NUMBER
%type <Integer> sum
%left '+'
%%
all: sum ;
sum: NUMBER { $$ = $1; } | sum '+' sum { $$ = $1 + $3; } ;
%%
