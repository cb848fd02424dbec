(* SPDX-FileCopyrightText: 2026 The codescan authors
   SPDX-License-Identifier: Apache-2.0 *)
rule token = parse
  [' ' '\t'] { token lexbuf }
| ['0'-'9']+ as digits { int_of_string digits }
| eof { 0 }
