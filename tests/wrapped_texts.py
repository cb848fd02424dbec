# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Ways in which a text may be wrapped in another: one function for each, from code to text."""

import base64
import csv
import html
import io
import json
import re
import shlex
import textwrap
import urllib.parse

import yaml

CODE = """\
def merge_windows(items, slack=0, keep_empty=False):
    ordered = sorted(items, key=lambda w: (w.low, w.high))
    merged = []
    for window in ordered:
        if merged and window.low <= merged[-1].high + slack:
            last = merged[-1]
            last.high = max(last.high, window.high)
            last.names["left & right"].update(window.names)
        else:
            merged.append(window.copy())
    if not keep_empty:
        merged = [w for w in merged if w.high - w.low > 0]
    total = sum(w.count for w in merged)
    return merged, {"total": total, "share": total / max(1, len(items))}
"""


def prefixed(mark, code):
    return "".join(mark + line for line in code.splitlines(keepends=True))


def escaped(code):
    return code.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def numbered(form, code, first=1):
    lines = code.splitlines(keepends=True)
    return "".join(form.format(n, line) for n, line in enumerate(lines, start=first))


def csv_row(code):
    out = io.StringIO()
    csv.writer(out).writerows([["id", "answer"], ["1", code]])
    return out.getvalue()


def notebook(code):
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Title\n", "Some words."]},
        {
            "cell_type": "code",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": code.splitlines(keepends=True),
        },
    ]
    return json.dumps(
        {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1
    )


def patch(code, context=""):
    lines = code.splitlines(keepends=True)
    return (
        "diff --git a/a.py b/a.py\nindex 1..2 100644\n--- a/a.py\n+++ b/a.py\n"
        f"@@ -1,2 +1,{len(lines) + 2} @@ def other():\n import os\n"
        + "".join(("+" if at % 2 else " ") + line for at, line in enumerate(lines))
        + context
        + " # end\n"
    )


def chat(code):
    return json.dumps({"choices": [{"message": {"content": f"Here:\n\n```py\n{code}```\nBye."}}]})


def tool_call(code):
    arguments = json.dumps({"path": "a.py", "content": code})
    return json.dumps({"tool_calls": [{"function": {"name": "write", "arguments": arguments}}]})


def statements(form, code):
    """Each line as a string of a C-like language within a statement."""
    return "".join(form.format(json.dumps(line)[1:-1]) + "\n" for line in code.splitlines())


def hex_dump(code):
    data = code.encode()
    lines = []
    for at in range(0, len(data), 16):
        row = data[at : at + 16]
        shown = "".join(chr(byte) if byte >= 32 else "." for byte in row)
        lines.append(f"{at:08x}  {row.hex(' '):<47}  |{shown}|\n")
    return "".join(lines)


def profile(code):
    head = "Line #      Hits         Time  Per Hit   % Time  Line Contents"
    rows = [
        f"{n:6d}{n * 3:10d}{n / 7:13.1f}{0.1:9.1f}{2.5:9.1f}  {line}"
        if n % 3
        else f"{n:6d}{'':41}  {line}"
        for n, line in enumerate(code.splitlines(), start=10)
    ]
    return "\n".join([head, "=" * len(head), *rows]) + "\n"


def porcelain(code):
    return "".join(
        f"{'3a4bc1de' * 5} {n} {n} 1\nauthor A Name\nauthor-tz +0100\nfilename a.py\n\t{line}"
        for n, line in enumerate(code.splitlines(keepends=True), start=1)
    )


def table_of_lines(code):
    rows = (
        f"<tr><td class='n'>{n}</td><td class='c'>{html.escape(line)}</td></tr>"
        for n, line in enumerate(code.splitlines(), start=1)
    )
    return f"<table>{''.join(rows)}</table>\n"


WRAPPINGS = {
    "plain": lambda code: code,
    "fence": lambda code: f"Here it is:\n\n```python\n{code}```\nDone.\n",
    "text fence": lambda code: f"Here it is:\n\n```text\n{code}```\nDone.\n",
    "plaintext fence": lambda code: f"Here it is:\n\n~~~plaintext\n{code}~~~\nDone.\n",
    "output fence": lambda code: f"```output\n{code}```\n",
    "markdown fence": lambda code: f"````markdown\n# Title\n\n```python\n{code}```\n````\n",
    "equal fences nested": lambda code: f"```markdown\n# A\n```python\n{code}```\nmore\n```\n",
    "wrong tag": lambda code: f"```javascript\n{code}```\n",
    "unknown tag": lambda code: f"```file=a.xyz\n{code}```\n",
    "fence never closed": lambda code: f"Sure.\n```python\n{code}",
    "first fence closes": lambda code: f"{code}```\nThat was it. Next:\n```sh\nls -l /\n```\n",
    "beside a fence": lambda code: f"```sh\npip install x\n```\nThen\n\n{code}\nand so on.\n",
    "fence in a list": lambda code: (
        f"1. First:\n\n   ```python\n{prefixed('   ', code)}   ```\n2. b\n"
    ),
    "fence in a quote": lambda code: prefixed("> ", f"As he said:\n```python\n{code}```\n"),
    "fence in deep quotes": lambda code: prefixed("> > > > ", f"```text\n{code}```\n"),
    "indented": lambda code: f"Use this:\n\n{prefixed('    ', code)}\nand that is all.\n",
    "code-block": lambda code: (
        f"Title\n=====\n\n.. code-block:: python\n   :linenos:\n\n{prefixed('   ', code)}\nEnd.\n"
    ),
    "literal block": lambda code: f"For example::\n\n{prefixed('    ', code)}\nEnd.\n",
    "asciidoc": lambda code: f"= Doc\n\n[source,python]\n----\n{code}----\nText.\n",
    "asciidoc without language": lambda code: f"= Doc\n\n----\n{code}----\nText.\n",
    "org": lambda code: f"* Head\n#+BEGIN_SRC python :results output\n{code}#+END_SRC\n",
    "org example": lambda code: f"#+begin_example\n{code}#+end_example\n",
    "lstlisting": lambda code: (
        "\\begin{lstlisting}[language=Python]\n" + code + "\\end{lstlisting}\n"
    ),
    "notebook": notebook,
    "chat log": chat,
    "tool call": tool_call,
    "JSON string": lambda code: json.dumps({"a": [{"content": code}]}),
    "JSON escaped twice": lambda code: json.dumps(
        {"a": json.dumps({"b": json.dumps({"c": code})})}
    ),
    "JSON lines": lambda code: (
        '{"id": 1, "text": "none"}\n' + json.dumps({"id": 2, "text": code}) + "\n"
    ),
    "JSON array of lines": lambda code: json.dumps({"body": code.splitlines()}, indent=2),
    "JSON cut off": lambda code: json.dumps({"a": "b", "content": code + "x = 1\n" * 9})[:-20],
    "JSON in a log line": lambda code: f"2026-01-02 INFO answer={json.dumps(code)} took=3s\n",
    "ASCII escapes": lambda code: (
        json.dumps({"é": code.replace("<", "\u00e9<")})
        .replace("\\u00e9", "")
        .replace("<", "\\u003c")
    ),
    "repr": lambda code: f"response: {code!r}\n",
    "escaped text": lambda code: code.replace("\n", "\\n").replace('"', '\\"'),
    "YAML block": lambda code: (
        f"steps:\n  - name: a\n    run: |\n{prefixed('      ', code)}  - name: b\n"
    ),
    "YAML dump": lambda code: yaml.safe_dump({"answer": code, "b": 1}),
    "YAML single quotes": lambda code: yaml.safe_dump({"answer": code}, default_style="'"),
    "YAML double quotes": lambda code: yaml.safe_dump(
        {"answer": code}, default_style='"', width=60
    ),
    "CSV": csv_row,
    "HTML page": lambda code: (
        "<!DOCTYPE html><html><body><p>Hi</p><pre><code class='language-python'>"
        f"{html.escape(code)}</code></pre></body></html>"
    ),
    "pre in Markdown": lambda code: f"# Doc\n\n<pre>\n{html.escape(code)}</pre>\n\nText.\n",
    "highlighted": lambda code: (
        "<div class='highlight'><pre>"
        + html.escape(code).replace("def ", "<span class='k'>def</span> ")
        + "</pre></div>"
    ),
    "entities in a fence": lambda code: f"```python\n{html.escape(code)}```\n",
    "patch": patch,
    "patch in a fence": lambda code: f"Apply this:\n\n```diff\n{patch(code)}```\n",
    "patch without head": lambda code: f"```diff\n{prefixed('+', code)}```\n",
    "combined patch": lambda code: (
        f"diff --cc a.py\n--- a/a.py\n+++ b/a.py\n@@@ -1,1 -1,1 +1,15 @@@\n{prefixed('++', code)}"
    ),
    "numbers and bars": lambda code: numbered("{:3} | {}", code),
    "numbers and colons": lambda code: numbered("{}: {}", code, first=98),
    "numbers and blanks": lambda code: numbered("  {}  {}", code),
    "cat -n": lambda code: numbered("{:6}\t{}", code),
    "grep -n": lambda code: numbered("src/a.py:{}:{}", code, first=12),
    "git blame": lambda code: numbered(
        "^1a2b3c4d (A Name 2024-01-02 10:11:12 +0100 {:3}) {}", code
    ),
    "numbered fence": lambda code: f"As read:\n```\n{numbered('{:4}→{}', code)}```\n",
    "prompts": lambda code: ">>> import os\n>>> " + code.replace("\n", "\n... ") + "\n",
    "indented prompts": lambda code: prefixed("    ", ">>> " + code.replace("\n", "\n... ") + "\n"),
    "IPython": lambda code: "In [1]: " + code.replace("\n", "\n   ...: ") + "\nOut[1]: 3\n",
    "no-break spaces": lambda code: code.replace(" ", "\u00a0"),
    "zero-width spaces": lambda code: code.replace("w", "\u200bw").replace("(", "(\u200b"),
    "byte order mark": lambda code: "\ufeff" + code,
    "full width": lambda code: "".join(
        chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in code
    ),
    "terminal colors": lambda code: code.replace("def", "\x1b[32mdef\x1b[0m").replace(
        "merged", "\x1b[1;36mmerged\x1b[m"
    ),
    "typographic quotes": lambda code: code.replace('"', "\u201d"),
    "streamed": lambda code: "".join(
        json.dumps({"choices": [{"delta": {"content": code[at : at + 9]}}]}) + "\n"
        for at in range(0, len(code), 9)
    ),
    "server-sent events": lambda code: "".join(
        f"data: {json.dumps({'type': 'text', 'delta': code[at : at + 30]})}\n\n"
        for at in range(0, len(code), 30)
    ),
    "strings of a line each": lambda code: (
        "s = (\n" + "".join(f"    {line!r}\n" for line in code.splitlines(keepends=True)) + ")\n"
    ),
    "patch in a list": lambda code: f"- x:\n\n  ```diff\n{prefixed('  +', code)}  ```\n",
    "CRLF": lambda code: code.replace("\n", "\r\n"),
    "echo": lambda code: "".join(
        f"echo {shlex.quote(line)} >> a.py\n" for line in code.splitlines()
    ),
    "printf": lambda code: statements('    printf("{}\\n");', code),
    "println": lambda code: statements('System.out.println("{}");', code),
    "builder": lambda code: statements('  out.append("{}").append(LF);', code),
    "concatenated": lambda code: statements('text = text + "{}\\n"', code),
    "doubled quotes": lambda code: "".join(
        's = s & "' + line.replace('"', '""') + '" & vbCrLf\n' for line in code.splitlines()
    ),
    "list of lines": lambda code: (
        "LINES = [\n" + "".join(f"    {line!r},\n" for line in code.splitlines()) + "]\n"
    ),
    "inline code": lambda code: numbered("{}. `{}`", code).replace("\n`", "`\n"),
    "records of a container": lambda code: "".join(
        json.dumps({"log": line, "stream": "stdout"}) + "\n"
        for line in code.splitlines(keepends=True)
    ),
    "records of lines": lambda code: json.dumps(
        {"events": [{"id": f"e{n}", "message": line} for n, line in enumerate(code.split("\n"))]}
    ),
    "records of tokens": lambda code: "".join(
        json.dumps({"model": "m", "response": token}) + "\n"
        for token in re.findall(r"\s*\S+|\s+", code)
    ),
    "line separators": lambda code: code.replace("\n", "\u2028"),
    "comments of a line each": lambda code: "".join(
        f"/* {line} */\n" for line in code.splitlines()
    ),
    "logfmt": lambda code: "".join(
        f"time=2026-01-02T10:00:{n:02d}Z level=info msg={json.dumps(line)}\n"
        for n, line in enumerate(code.splitlines())
    ),
    "base64": lambda code: base64.b64encode(code.encode()).decode() + "\n",
    "base64 assigned": lambda code: "CODE=" + base64.b64encode(code.encode()).decode() + "\n",
    "base64 in JSON": lambda code: json.dumps({"f": base64.b64encode(code.encode()).decode()}),
    "base64 of PEM": lambda code: (
        "-----BEGIN TEXT-----\n"
        + base64.encodebytes(code.encode()).decode()
        + "-----END TEXT-----\n"
    ),
    "base64 in lines": lambda code: base64.encodebytes(code.encode()).decode(),
    "base64 of a code host": lambda code: json.dumps(
        {"name": "a.py", "content": base64.encodebytes(code.encode()).decode()}
    ),
    "data URL": lambda code: (
        "src = data:text/plain;base64," + base64.urlsafe_b64encode(code.encode()).decode()
    ),
    "hexadecimal": lambda code: code.encode().hex() + "\n",
    "hex dump": hex_dump,
    "URL": lambda code: "https://example.org/?lang=py&code=" + urllib.parse.quote(code),
    "form": lambda code: urllib.parse.urlencode({"lang": "py", "code": code}),
    "hexadecimal escapes": lambda code: "".join(
        char if char.isalnum() else f"\\x{ord(char):02x}" for char in code
    ),
    "octal escapes": lambda code: "".join(
        char if char.isalnum() else f"\\{ord(char):03o}" for char in code
    ),
    "TSV of a database": lambda code: f"1\tno\tx\n2\t{escaped(code)}\ty\n3\tyes\tz\n",
    "unquoted setting": lambda code: f"A=1\nCODE={escaped(code)}\nB=2\n",
    "continued property": lambda code: (
        "a = 1\ncode = " + escaped(code).replace("\\n", "\\n\\\n    ") + "\nb = 2\n"
    ),
    "iCalendar": lambda code: (
        "BEGIN:VEVENT\r\nDESCRIPTION:"
        + "\r\n ".join(textwrap.wrap(escaped(code), 70, drop_whitespace=False))
        + "\r\nEND:VEVENT\r\n"
    ),
    "gcov": lambda code: numbered("       12:{:5d}:{}", code),
    "git blame -s": lambda code: numbered("3a4bc1de {:2}) {}", code),
    "git blame -c": lambda code: numbered(
        "3a4bc1de\t(A Name\t2024-01-02 10:11:12 +0100\t{:3}){}", code
    ),
    "git blame --porcelain": porcelain,
    "svn blame": lambda code: "".join(
        f"{1200 + n % 3 * 10:6d} {('jdoe', 'alice')[n % 2]:>10} {line}"
        for n, line in enumerate(code.splitlines(keepends=True))
    ),
    "hg annotate": lambda code: "".join(
        f"{('jdoe', 'alice')[n % 2]:>5} {20 - n}: {line}"
        for n, line in enumerate(code.splitlines(keepends=True))
    ),
    "coverage annotate": lambda code: "".join(
        f"{'>!'[n % 5 == 0]} {line}" for n, line in enumerate(code.splitlines(keepends=True))
    ),
    "profile": profile,
    "cat -E": lambda code: code.replace("\n", "$\n"),
    "cat -v": lambda code: code.replace("\n", "^M\n"),
    "line breaks of a page": lambda code: code.replace("\n", "<br>\n"),
    "psql": lambda code: code.replace("\n", " +\n"),
    "one prefix of words": lambda code: prefixed("web-0 app ", code),
    "bullets": lambda code: prefixed("• ", code),
    "table of lines": table_of_lines,
    "list items": lambda code: (
        "<ol>" + "".join(f"<li>{html.escape(line)}</li>" for line in code.splitlines()) + "</ol>"
    ),
    "boxed": lambda code: "".join(f"│ {line:<90} │\n" for line in code.splitlines()),
}
"""By name; every text holds the code, verbatim but for the marks of its format."""
