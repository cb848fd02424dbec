// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
start = lines:(line "\n")* { return lines; }
line = name:name _ "=" _ value:sum { return [name, value]; }
sum = head:number tail:("+" number)* { return [head, tail]; }
name "name" = $[a-z]i+
number = digits:[0-9]+ !"x" { return Number(digits.join("")); }
_ = " "*
