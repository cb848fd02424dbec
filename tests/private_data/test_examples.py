# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Values whose place or name says that they are examples, and the same values elsewhere."""

import pytest

from codescan.private_data.file_places import weighed
from codescan.private_data.finder import Finder
from codescan.private_data.search import COUNTED

FINDER = Finder()
IN_DOCSTRINGS = (
    'server = "91.76.14.110"',
    "validate('211062-5629')  # Denmark, cpr",
    "phone: 030/23456719",
    'api_key = "q7Zx9KpW2mB4vT8c"',
)


def counted(text: str, path: str = "") -> list[str]:
    hits = weighed(FINDER.find(text), path, text)
    return [each.kind for each in hits if each.grade in COUNTED and not each.placeholder]


@pytest.mark.parametrize("value", IN_DOCSTRINGS)
def test_values_in_docstrings_are_weak(value):
    assert counted(value, "pkg/hosts.py")
    inside = f'def connect():\n    """Connect.\n\n    Call with {value}\n    """\n'
    assert counted(inside, "pkg/hosts.py") == []
    assert counted(inside, "pkg/hosts.txt")
    assert counted(f"/**\n * {value}\n */\n", "pkg/hosts.ts") == []
    assert counted(f"/* {value} */\n", "pkg/hosts.ts")
    assert counted(f">>> {value}\n", "pkg/notes.txt") == []
    assert counted(f"Name: hosts\n\n# Hosts\n{value}\n", "hosts-1.0.dist-info/METADATA") == []
    assert counted(f"Name: hosts\n{value}\n", "hosts-1.0.dist-info/METADATA")


@pytest.mark.parametrize(
    "text",
    [
        f'x = """ {IN_DOCSTRINGS[0]} """\n',
        f'call(""" {IN_DOCSTRINGS[0]} """)\n',
        f'x = \'"""\'\n{IN_DOCSTRINGS[0]}\ny = \'"""\'\n',
        f'# """ is a quote\n{IN_DOCSTRINGS[0]}\n# """\n',
        f"def f():\n    r'''One \\''' two.'''\n    {IN_DOCSTRINGS[0]}\n",
        f"def f():\n    '''Never closed.\n    {IN_DOCSTRINGS[0]}\n",
    ],
)
def test_values_of_code_beside_docstrings_count(text):
    assert counted(text, "pkg/hosts.py") == ["ip-address"]


def test_secrets_of_a_form_count_in_docstrings():
    token = "xoxb-" + "482913457012-1947264893021-aB3dE5fG7hJ9kL1mN2pQ4rS6"
    assert counted(f'"""Use {token}."""\n', "pkg/bot.py") == counted(token) != []


@pytest.mark.parametrize(
    "text",
    [
        "PhoneNumberDesc(example_number='+49 171 4839201')",
        '"sample_ip": "91.76.14.110", "host": ""',
        "EXAMPLE_EMAIL = 'kurt@weill-werke.de'",
        "mockAddress: 'kurt@weill-werke.de'",
        "Examples of valid phone numbers are: +49 171 4839201 and'\n   ' +49 171 4839202.",
        "the address of a client, e.g. 91.76.14.110 or 91.76.14.112",
    ],
)
def test_values_that_their_name_calls_examples_are_placeholders(text):
    assert counted(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "for example, mail kurt@weill-werke.de",
        "counterexample_number='+49 171 4839201'",
        'example = 1\nserver = "91.76.14.110"',
        "this example is of Kurt. Call +49 171 4839201",
    ],
)
def test_values_with_other_names_count(text):
    assert counted(text)


@pytest.mark.parametrize("value", ["00-622-470 11134", "191.66.73.35"])
def test_numbers_of_drawings_are_no_values(value):
    path = f"2548 7136 7136 0 {value} 11134 0 01-68-5873c-2468 1124-32l12-8z"
    assert counted(f'<path fill="#fff" d="m46 {path}"/> tel server') == []
    assert counted(f"c12-8 14.5 {path}") == []


@pytest.mark.parametrize(
    "text",
    [
        "T +49 30 23456719 F +49 30 23456718 M +49 171 4839201",
        "m 0171 2345 671 t 030 2345 6719 phone",
        "server 91.76.14.110 91.76.14.111 91.76.14.112",
    ],
)
def test_lists_of_values_are_no_drawings(text):
    assert counted(text)


def test_names_of_classes_and_companies_are_told_from_values():
    assert counted('("token", "Qwen2_5OmniToken2WavConfig")') == []
    assert counted('mistral = "Mistral3ForConditionalGeneration"') == []
    assert counted("f.jinja_pass_arg = _PassArg.eval_context\n") == []
    assert counted("author: Hugging Face, Inc. <julien@weill-werke.de>") == ["e-mail"]
    assert counted("Pandas Core Team <dev@weill-werke.de>") == ["e-mail"]
    assert counted("author: Kurt Brandmeier, <kurt@weill-werke.de>") == ["person-name", "e-mail"]


@pytest.mark.parametrize("path", ["a/README.md", "ansible_collections/x/y/playbooks/a/b.yml"])
def test_addresses_in_examples_of_settings_are_weak_and_secrets_count(path):
    assert counted("rest_server_ip: 91.76.14.110\n", path) == []
    assert counted("rest_server_ip: 91.76.14.110\n", "playbooks/site.yml") == ["ip-address"]
    line = "oauth_token = LEdCpKVKc4znzffcpQL5vLG8oyeku6\n"
    assert counted(line, path) == ["named-secret"]


def test_texts_of_help_are_documentation():
    assert counted(f'run(\n    epilog="""{IN_DOCSTRINGS[0]}""",\n)\n', "pkg/cli.py") == []
    assert counted(f'LONG_DESCRIPTION = """{IN_DOCSTRINGS[0]}"""\n', "setup.py") == []
    assert counted(f'hosts = """{IN_DOCSTRINGS[0]}"""\n', "pkg/cli.py") == ["ip-address"]
