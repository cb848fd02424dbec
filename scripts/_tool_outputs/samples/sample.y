/* SPDX-FileCopyrightText: 2026 The codescan authors
   SPDX-License-Identifier: Apache-2.0 */
%locations
%define parse.error verbose
%token NUMBER
%left '+'
%%
sum: NUMBER | sum '+' NUMBER { $$ = $1 + $3; } | error ;
