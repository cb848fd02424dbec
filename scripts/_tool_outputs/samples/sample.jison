/* SPDX-FileCopyrightText: 2026 The codescan authors
   SPDX-License-Identifier: Apache-2.0 */
%lex
%%
\s+ /* skip */
[0-9]+ return 'NUMBER'
"+" return '+'
<<EOF>> return 'EOF'
/lex
%left '+'
%start all
%%
all : sum EOF { return $1; } ;
sum : NUMBER | sum '+' sum { $$ = $1 + $3; } ;
