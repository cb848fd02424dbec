// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
%{
package sample
%}
%union { number int }
%token <number> NUMBER
%left '+'
%type <number> sum
%%
all: sum ;
sum: NUMBER | sum '+' sum { $$ = $1 + $3 } ;
%%
