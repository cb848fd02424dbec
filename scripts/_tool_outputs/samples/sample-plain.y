/* SPDX-FileCopyrightText: 2026 The codescan authors
   SPDX-License-Identifier: Apache-2.0 */
%{
int yylex(void); void yyerror(const char *why);
%}
%union { int number; }
%token <number> NUMBER
%left '+' '-'
%left '*'
%type <number> sum
%%
all: | all sum ';' ;
sum: NUMBER | sum '+' sum { $$ = $1 + $3; } | sum '-' sum | sum '*' sum | '(' sum ')' { $$ = $2; } ;
%%
