-- SPDX-FileCopyrightText: 2026 The codescan authors
-- SPDX-License-Identifier: Apache-2.0
{
module Sample where
}
%name parse
%tokentype { Token }
%error { failed }
%token
  number { Number $$ }
  '+' { Plus }
%left '+'
%%
Sum : Sum '+' Sum { $1 + $3 } | number { $1 }
{
data Token = Number Int | Plus
failed _ = error "no"
}
