# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
@{% const first = ([one]) => one; %}
main -> line:* {% first %}
line -> word "=" number "\n" {% ([a, , b]) => [a, b] %}
word -> [a-z]:+
number -> [0-9]:+ ("." [0-9]:+):?
