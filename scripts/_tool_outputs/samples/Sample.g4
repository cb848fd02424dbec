// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
grammar Sample;
start : (assign ';')* EOF ;
assign : NAME '=' sum # set | 'show' sum # show ;
sum : sum ('*' | '/') sum | sum ('+' | '-') sum | '(' sum ')' | NAME | NUMBER ;
NAME : [a-z]+ ;
NUMBER : [0-9]+ ('.' [0-9]+)? ;
SPACE : [ \t\r\n]+ -> skip ;
