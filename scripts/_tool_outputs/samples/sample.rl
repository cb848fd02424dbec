/* SPDX-FileCopyrightText: 2026 The codescan authors
   SPDX-License-Identifier: Apache-2.0 */
%%{
  machine sample;
  action add { count += 1; }
  word = [a-z]+ @add;
  main := (word ' ')* word '\n' | [0-9]+ ('.' [0-9]+)?;
}%%
%% write data;
int run(const char *p, const char *pe) {
  int cs, count = 0; const char *eof = pe;
  %% write init;
  %% write exec;
  return cs < sample_first_final ? -1 : count;
}
