# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""How documents, tools and models write a text: a function for each, from code to text."""

import base64
import bz2
import gzip
import html
import json
import lzma
import re
import zlib

from wrapped_texts import prefixed

_LATEX = {
    "\\": "bs", "_": "us", "{": "ob", "}": "cb", "^": "ca", "&": "am", "<": "lt", ">": "gt",
    "#": "sh", "%": "pc", "$": "dl", "-": "hy", "'": "sq", '"': "dq", "~": "ti",
}  # fmt: skip


def latex(code):
    def sign(text):
        return "".join(f"\\PYZ{_LATEX[c]}{{}}" if c in _LATEX else c for c in text)

    tokens = re.findall(r"\w+|\s+|[^\w\s]", code)
    colored = "".join(f"\\PY{{n}}{{{sign(t)}}}" if t.strip() else t for t in tokens)
    return f"\\begin{{Verbatim}}[commandchars=\\\\\\{{\\}}]\n{colored}\\end{{Verbatim}}\n"


def xxd(code):
    data = code.encode()
    rows = (data[at : at + 16] for at in range(0, len(data), 16))
    return "".join(
        f"{16 * n:08x}: {row.hex(' ', -2):<41}{re.sub(r'[^ -~]', '.', row.decode())}\n"
        for n, row in enumerate(rows)
    )


def array_of_bytes(code):
    numbers = [f"0x{byte:02x}" for byte in code.encode()]
    rows = ",\n".join("  " + ", ".join(numbers[at : at + 12]) for at in range(0, len(numbers), 12))
    return f"unsigned char a_py[] = {{\n{rows}\n}};\nunsigned int a_py_len = {len(numbers)};\n"


def tokens_of(code):
    return re.findall(r" ?\w+|\s|[^\w\s]", code)


def paragraphs(form):
    return lambda code: "".join(form.format(html.escape(line)) for line in code.splitlines())


def gaps(code):
    lines = (line.replace("\\", "\\\\").replace('"', '\\"') for line in code.splitlines())
    return 's = "' + "\\n\\\n    \\".join(lines) + '"\n'


ENCODINGS = {
    "array of bytes": array_of_bytes,
    "numbers of characters": lambda code: (
        f"eval(String.fromCharCode({','.join(str(ord(c)) for c in code)}))"
    ),
    "pairs of digits": lambda code: code.encode().hex(":") + "\n",
    "xxd": xxd,
    "base32": lambda code: base64.b32encode(code.encode()).decode() + "\n",
    "zero bytes": lambda code: "".join(f"{c}\0" for c in code),
    "control characters": lambda code: code.replace("e", "\x7fe").replace(" ", " \x01"),
    "bzip2": lambda code: base64.b64encode(bz2.compress(code.encode())).decode() + "\n",
    "xz": lambda code: lzma.compress(code.encode()).hex() + "\n",
    "gzip": lambda code: base64.b64encode(gzip.compress(code.encode(), mtime=0)).decode() + "\n",
    "zlib": lambda code: (
        f"exec(zlib.decompress(b64decode({base64.b64encode(zlib.compress(code.encode()))})))\n"
    ),
    "token list": lambda code: json.dumps({"tokens": tokens_of(code)}),
    "tokens of BPE": lambda code: code.replace(" ", "Ġ").replace("\n", "Ċ"),
    "list of tokens of BPE": lambda code: json.dumps(
        [t.replace(" ", "Ġ").replace("\n", "Ċ") for t in tokens_of(code)], ensure_ascii=False
    ),
    "tokens of SentencePiece": lambda code: "▁" + code.replace(" ", "▁").replace("\n", "<0x0A>"),
    "arguments of a tool in a stream": lambda code: "".join(
        "data: "
        + json.dumps({"choices": [{"delta": {"tool_calls": [{"function": {"arguments": piece}}]}}]})
        + "\n\n"
        for piece in re.findall(r"(?s).{1,11}", json.dumps({"code": code}))
    ),
}
"""By name; no word of the code needs to stand there as it is."""

EXPORTS = {
    "Javadoc": lambda code: (
        f"/**\n * Merges.\n * <pre>{{@code\n{prefixed(' * ', html.escape(code))} * }}</pre>\n */\n"
    ),
    "comment of a Java file": lambda code: (
        "class A {\n  /**\n   * Merges.\n   * <pre>\n"
        f"{prefixed('   * ', html.escape(code))}   * </pre>\n   */\n  int f() {{ return 1; }}\n}}\n"
    ),
    "Word": lambda code: (
        "<w:body>"
        + paragraphs('<w:p><w:r><w:t xml:space="preserve">{}</w:t></w:r></w:p>')(code)
        + "</w:body>"
    ),
    "OpenDocument": paragraphs("<text:p>{}</text:p>"),
    "SVG": lambda code: "<svg>" + paragraphs("<text><tspan>{}</tspan></text>")(code) + "</svg>",
    "LaTeX of a notebook": latex,
    "pytest": lambda code: (
        re.sub(r"(?m)^ (   +last = )", r">\1", prefixed("    ", code))
        + "E   KeyError\n\na.py:7: KeyError\n"
    ),
    "callouts": lambda code: f"----\n{code}----\n<1> Text.\n<2> More.\n".replace(
        "= []\n", "= [] // <1>\n"
    ).replace("else:\n", "else: <2>\n"),
    "echo of a batch file": lambda code: "".join(
        "echo " + re.sub("([&|<>^])", r"^\1", line) + ">>a.py\n" for line in code.splitlines()
    ),
    "string of Zig": lambda code: "const s =\n" + prefixed("    \\\\", code) + "    ;\n",
    "string of Haskell": gaps,
    "string of C#": lambda code: 'var s = @"\n' + code.replace('"', '""') + '";\n',
    "string of SQL": lambda code: 'SELECT f(1, "\n' + code.replace('"', '""') + '"), 2;\n',
    "string with escaped marks": lambda code: '$s = "\n' + code.replace('"', '\\"') + '";\n',
    "lines with marks of two kinds": lambda code: "".join(
        f"print({line!r})\n" for line in [*code.splitlines(), "it's = 1"]
    ),
    "border of a pager": lambda code: "".join(
        f"    ⋮{n:4}│{line}\n" for n, line in enumerate(code.splitlines(), 1)
    ),
}
"""By name; the code stands there as it is but for marks."""
