# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Commands and fields that hold a copy in pieces, in quotes or encoded: none is clean."""

# ruff: noqa: E501  commands are long
from __future__ import annotations

import base64
import bz2
import codecs
import gzip
import json
import lzma
import random
import shlex
import textwrap
import time
import zlib

import pytest
from harbor_texts import COPY
from test_unseen_events import ADDED, LINES, event_of, files, patch, unified  # noqa: F401

from codescan.hooks.hidden_texts import echoed_text, encoded_texts, listed_text, quoted_text

PICTURE = b"\x89PNG\r\n\x1a\n"
J = json.dumps(COPY)
B = base64.b64encode(COPY.encode()).decode()
HERE = f"cat > z.py <<'EOF'\n{COPY}EOF\n"


def sh(command):
    return "Bash", {"command": command}


CASES = {
    "tee": sh(f"tee z.py <<'EOF'\n{COPY}EOF\n"),
    "heredoc tabs": sh("cat > z.py <<-EOF\n" + "".join("\t" + line for line in LINES) + "\tEOF\n"),
    "sed insert": sh(
        "sed -i '1i\\\n" + "\\\n".join(line.rstrip("\n") for line in LINES) + "\n' a.py"
    ),
    "sed -e per line": sh(
        "sed -i " + " ".join(f"-e {shlex.quote('$a ' + line.rstrip())}" for line in LINES) + " z.py"
    ),
    "python -c triple": sh(f"python -c \"open('z.py','w').write('''{COPY}''')\""),
    "python -c escapes": sh(f'python3 -c \'open("z.py","w").write({J})\''),
    "b64 one line": sh(f"echo {B} | base64 -d > z.py"),
    "b64 wrapped": sh("base64 -d > z.py <<'EOF'\n" + "\n".join(textwrap.wrap(B, 76)) + "\nEOF\n"),
    "b64 herestring": sh(f'base64 --decode <<< "{B}" > z.py'),
    "b64 pieces": sh(
        " ".join(f"printf %s {B[i : i + 60]} >> t;" for i in range(0, len(B), 60))
        + " base64 -d t > z.py"
    ),
    "b64 gz": sh(
        f"echo {base64.b64encode(gzip.compress(COPY.encode())).decode()} | base64 -d | gunzip > z.py"
    ),
    "python b64": sh(
        f"python -c \"import base64; open('z.py','wb').write(base64.b64decode('{B}'))\""
    ),
    "b32": sh(f"echo {base64.b32encode(COPY.encode()).decode()} | base32 -d > z.py"),
    "xxd": sh(f"xxd -r -p > z.py <<< {COPY.encode().hex()}"),
    "printf": sh("printf '" + COPY.replace("\n", "\\n") + "' > z.py"),
    "printf octal": sh("printf '" + "".join(f"\\{b:03o}" for b in COPY.encode()) + "' > z.py"),
    "printf hex": sh("printf '" + "".join(f"\\x{b:02x}" for b in COPY.encode()) + "' > z.py"),
    "echo -e": sh('echo -e "' + COPY.replace("\n", "\\n").replace('"', '\\"') + '" > z.py'),
    "echo lines": sh("".join(f"echo {shlex.quote(line.rstrip())} >> z.py\n" for line in LINES)),
    "echo && chain": sh(
        " && ".join(f"echo {shlex.quote(line.rstrip())} >> z.py" for line in LINES)
    ),
    "echo dq lines": sh(
        "".join('echo "' + line.rstrip().replace('"', '\\"') + '" >> z.py\n' for line in LINES)
    ),
    "brace echo": sh(
        "{\n" + "".join(f"  echo {shlex.quote(line.rstrip())}\n" for line in LINES) + "} > z.py"
    ),
    "printf %s args": sh(
        "printf '%s\\n' " + " ".join(shlex.quote(line.rstrip()) for line in LINES) + " > z.py"
    ),
    "perl": sh(f"perl -e 'print {J}' > z.py"),
    "powershell": sh(f"Set-Content z.py @'\n{COPY}'@"),
    "powershell enc": sh(
        "powershell -EncodedCommand "
        + base64.b64encode(f"Set-Content z.py @'\n{COPY}'@".encode("utf-16-le")).decode()
    ),
    "node": sh(f"node -e \"require('fs').writeFileSync('z.py', `{COPY}`)\""),
    "ed": sh(f"ed x.txt <<'E'\na\n{COPY}.\nw\nq\nE\n"),
    "patch": sh(f"patch -p1 <<'EOF'\n{unified('z.py')}EOF\n"),
    "ansi c": sh("cat <<< $'" + COPY.replace("'", "\\'").replace("\n", "\\n") + "' > z.py"),
    "jq": sh(f"jq -r .x <<< '{json.dumps({'x': COPY})}' > z.py"),
    "awk": sh(f"awk 'BEGIN{{print {J}}}' > z.py"),
    "crlf heredoc": sh(f"cat > z.py <<'EOF'\n{COPY}EOF\n".replace("\n", "\r\n")),
    "ssh nested": sh("ssh host " + shlex.quote(f"cat > z.py <<'EOF'\n{COPY}EOF\n")),
    "bash -c nested twice": sh(
        "bash -c " + shlex.quote("bash -c " + shlex.quote(f"cat > z.py <<'EOF'\n{COPY}EOF\n"))
    ),
    "argv list": ("shell", {"command": ["bash", "-lc", HERE]}),
    "argv apply_patch": ("local_shell", {"command": ["apply_patch", patch("*** Add File: z.py")]}),
    "argv exec": ("exec_command", {"cmd": HERE, "yield_time_ms": 1000}),
    "write_stdin": ("write_stdin", {"session_id": 1, "chars": COPY}),
    "update hunk": (
        "apply_patch",
        {
            "command": "*** Begin Patch\n*** Update File: b.py\n@@ def add(a, b):\n def add(a, b):\n"
            + ADDED
            + "*** End of File\n*** End Patch\n"
        },
    ),
    "move": (
        "apply_patch",
        {
            "command": "*** Begin Patch\n*** Update File: b.py\n*** Move to: q.py\n@@\n"
            + ADDED
            + "*** End Patch\n"
        },
    ),
    "patch indented": sh(
        "apply_patch <<'EOF'\n" + textwrap.indent(patch("*** Add File: z.py"), "  ") + "EOF\n"
    ),
    "echo without quotes": sh(
        "".join(f"echo {line.rstrip().replace('<', '^<')}>>z.py\r\n" for line in LINES)
    ),
    "docker in ssh": sh(
        "ssh h "
        + shlex.quote("docker exec -i c bash -c " + shlex.quote(f"bash -c {shlex.quote(HERE)}"))
    ),
    "lines by number": ("edit_lines", {"path": "b.py", "lines": dict(enumerate(LINES))}),
    "pieces": (
        "write",
        {"path": "b.py", "chunks": [{"data": COPY[at : at + 9]} for at in range(0, len(COPY), 9)]},
    ),
    "pieces in a list": (
        "write",
        {"path": "b.py", "chunks": [COPY[at : at + 50] for at in range(0, len(COPY), 50)]},
    ),
    "an operation": (
        "apply_patch",
        {"operation": {"type": "update_file", "path": "b.py", "diff": f"@@\n{ADDED}"}},
    ),
    "vim": sh(
        "vim -es z.py " + " ".join(f"-c {shlex.quote('normal o' + x.rstrip())}" for x in LINES)
    ),
    "blocks": ("Write", {"file_path": "b.py", "content": [{"type": "text", "text": COPY}]}),
    "content dict": ("Write", {"file_path": "b.py", "content": {"lines": LINES}}),
    "github mcp": (
        "mcp__github__create_or_update_file",
        {"path": "z.py", "content": B, "encoding": "base64"},
    ),
    "github push": ("mcp__github__push_files", {"files": [{"path": "z.py", "content": COPY}]}),
    "nb insert": (
        "NotebookEdit",
        {
            "notebook_path": "own.ipynb",
            "new_source": COPY,
            "edit_mode": "insert",
            "cell_type": "code",
        },
    ),
    "nb lines": ("NotebookEdit", {"notebook_path": "own.ipynb", "new_source": LINES}),
    "multiedit replace_all": (
        "MultiEdit",
        {
            "file_path": "b.py",
            "edits": [{"old_string": "", "new_string": COPY, "replace_all": True}],
        },
    ),
    "double json": ("Write", json.dumps(json.dumps({"file_path": "b.py", "content": COPY}))),
    "data url": ("upload", {"path": "z.py", "url": "data:text/plain;base64," + B}),
    "percent": ("open", {"path": "z.py", "body": "".join(f"%{b:02X}" for b in COPY.encode())}),
    "keys": ("write", {"path": "z.py", "lines": dict.fromkeys(LINES, 1)}),
    "chars": ("write", {"path": "z.py", "chars": list(COPY)}),
    "codes": ("write", {"path": "z.py", "bytes": list(COPY.encode())}),
    "words": ("write", {"path": "z.py", "parts": COPY.split(" ")}),
    "uni escapes": sh(
        "python -c \"open('z.py','w').write('"
        + "".join(f"\\\\u{ord(c):04x}" for c in COPY)
        + "')\""
    ),
    "rot13": sh(f"tr a-z n-za-m > z.py <<'EOF'\n{codecs.encode(COPY, 'rot13')}EOF\n"),
}
CLEAN = [
    "git commit -m 'a first line' -m 'a second line that is somewhat longer than the first one'",
    f"echo '{B[:60]}' '{B[60:110]}' > z",
    "pytest -q 'a' \"b\" 'c' " + "--flag " * 40,
    f"sha256sum -c <<< '{'0123456789abcdef' * 4}  z.py'",
]


@pytest.mark.parametrize("case", CASES)
def test_a_copy_is_refused_before_it_is_written(hook, files, case):  # noqa: F811
    code, _, err = hook(event_of(files.root, *CASES[case], "PreToolUse"))
    assert (code, err.count("AGPL-3.0-only") > 0) == (2, True)


@pytest.mark.parametrize("command", CLEAN)
def test_a_command_without_a_copy_is_clean(hook, files, command):  # noqa: F811
    assert hook(event_of(files.root, *sh(command), "PreToolUse")) == (0, "", "")


def numbers(form, end=","):
    return lambda data: end.join(form(byte) for byte in data).encode()


WORDS = {
    "base64": base64.b64encode, "base64 for URLs": base64.urlsafe_b64encode,
    "base32": base64.b32encode, "base16": base64.b16encode,
}  # fmt: skip
ENCODINGS = {
    **WORDS,
    "base85": base64.b85encode,
    "pairs": lambda data: data.hex(" ").encode(),
    "0x pairs": numbers("0x{:02x}".format),
    "decimal": numbers(str),
    "with semicolons": numbers(str, "; "),
    "hexadecimal": numbers(hex, ", "),
    "octal": numbers("{:03o}".format, " "),
    "integer": lambda data: hex(int.from_bytes(data, "big")).encode(),
    "little integer": lambda data: hex(int.from_bytes(data, "little")).encode(),
    "uuencode": lambda data: codecs.encode(data, "uu"),
    "framed Ascii85": lambda data: base64.a85encode(data, adobe=True, wrapcol=72),
}
PACKS = {
    "plain": bytes, "gzip": gzip.compress, "zlib": zlib.compress, "lzma": lzma.compress,
    "bzip2": bz2.compress, "UTF-16": lambda data: data.decode().encode("utf-16-le"),
    "twice": base64.b64encode,
}  # fmt: skip
SCANNED = {("base64", "plain"), ("base64 for URLs", "plain"), ("base16", "plain"),
           ("base64", "twice"), ("base64 for URLs", "twice"), ("base16", "twice")}  # fmt: skip


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("encode", ENCODINGS)
def test_encoded_texts_are_found(encode, pack):
    data = PACKS[pack](COPY.encode())
    text = ENCODINGS[encode](data).decode()
    command = f"tool <<X\n{text}\nX" if "'" in text else f"tool '{text}' > z.py"
    texts, unread = encoded_texts(command)
    is_scanned = pack == "plain" and (encode, pack) in SCANNED  # base64 is read where it stands
    assert is_scanned or any(COPY in written for written in texts)
    assert unread == 0


@pytest.mark.parametrize("between", ["' '", "' + '", "',\n  '", "\\\n", "'; printf '"])
@pytest.mark.parametrize("encode", WORDS)
@pytest.mark.parametrize("width", [20, 60, 76])
def test_words_in_pieces_are_found(encode, between, width):
    digits = WORDS[encode](COPY.encode()).decode()
    if "; " in between and encode == "base64 for URLs":
        pytest.skip("its signs are those of options and names")
    texts, _ = encoded_texts("x = '" + between.join(textwrap.wrap(digits, width)) + "'")
    assert any(COPY[:-40] in written for written in texts)


@pytest.mark.parametrize(
    "encode", [base64.b64encode, base64.b85encode, base64.b32encode, bytes.hex]
)
def test_words_that_nothing_decodes_are_counted(encode):
    data = random.Random(3).randbytes(2000)  # not text, not a picture
    word = encode(data)
    word = word if isinstance(word, str) else word.decode()
    assert encoded_texts(f"run '{word}'")[1] >= 1
    assert encoded_texts(f"run '{word[:300]}'") == ([], 0)


@pytest.mark.parametrize("encode", [base64.b64encode, bytes.hex])
def test_pictures_are_no_texts(encode):
    word = encode(PICTURE + random.Random(3).randbytes(2000))
    word = word if isinstance(word, str) else word.decode()
    assert encoded_texts(f"show {word}") == ([], 0)


def test_an_event_with_a_word_that_nothing_decodes_is_not_clean(hook, files):  # noqa: F811
    word = base64.b64encode(random.Random(3).randbytes(2000)).decode()
    code, _, err = hook(event_of(files.root, *sh(f"echo {word} | unpack > z.py"), "PreToolUse"))
    assert code == 5
    assert "1 line of this edit could not be checked" in err


@pytest.mark.parametrize("text", [
    "https://example.com/" + "a-path/of-some_names/" * 30, "/usr/lib/python3/dist-packages/" * 30,
    "foo.bar(baz)[1].qux(" * 40, "==========" * 60, "x" * 500, "FOO_BAR_BAZ=" + "word-" * 200,
])  # fmt: skip
def test_paths_addresses_and_code_are_not_encoded(text):
    assert encoded_texts(f"tool {text}") == ([], 0)


def test_what_unpacks_without_end_is_cut():
    bomb = base64.b64encode(gzip.compress(b"x" * (64 << 20))).decode()
    [text], _ = encoded_texts(bomb)
    assert len(text) == 8 << 20


@pytest.mark.parametrize("text", [
    "1, " * 200_000, "0x41 " * 100_000, "9" * 400_000, "begin 644 a\n" + "M" * 400_000,
    '"\\' * 200_000, "'" * 400_001, "$'\\" * 200_000, "A" * 400_000, "=A" * 200_000, "\"'" * 200_000,
    "echo " + " " * 400_000 + "x", "echo " + "> a" * 100_000, "echo >" + " " * 400_000, "echo \n" * 80_000,
], ids=range(14))  # fmt: skip
def test_the_work_is_linear(text):
    began = time.process_time()
    quoted_text(text)
    echoed_text(text)
    encoded_texts(text)
    assert time.process_time() - began < 5  # seconds; a search that is not linear takes minutes


@pytest.mark.parametrize(("items", "text"), [
    (list(COPY), COPY), (list(COPY.encode()), COPY), ([ord(c) for c in COPY + "\u20ac"], COPY + "\u20ac"),
    (["a", "b"], "a\nb"), ([1, 2, 3], None), ([True] * 200, None), ([], None), ([0] * 300, None),
    (list(range(256)), None), ([*COPY, 1], None),
])  # fmt: skip
def test_lists_that_are_texts(items, text):
    assert listed_text(items) == text
