// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
%%
%class SampleLexer
%unicode
%line
%column
%state QUOTED
%type String
%%
<YYINITIAL> {
  [0-9]+ { return yytext(); }
  \" { yybegin(QUOTED); }
  [^] { }
}
<QUOTED> {
  \" { yybegin(YYINITIAL); }
  [^\"]+ { return yytext(); }
}
