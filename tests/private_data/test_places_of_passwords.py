# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Places in which settings, commands and code state a password, and what looks like them."""

from __future__ import annotations

import base64
import random
import string
import time

import pytest

from codescan.private_data.finder import Finder
from codescan.private_data.search import COUNTED

FINDER = Finder()
LETTERS = string.ascii_letters + string.digits
PLACES = {
    "named-secret": (
        "[mail]\nsmtp_password = {}\n",
        "export DB_PASSWORD={}\n",
        "DB_PASS={}",
        "password: {} # production",
        'pwd = "{}"',
        "env:\n  - name: DB_PASSWORD\n    value: {}\n",
        '{{"name": "DB_PASSWORD", "value": "{}"}}',
        '<add key="ApiSecret" value="{}" />',
        '<property name="connection.password" value="{}"/>',
        "<password>{}</password>",
        "ENV API_TOKEN {}\n",
        "tool --password {} -x",
        "tool --api-token={}",
        'x.setPassword("{}")',
        "passphrase = '{}'",
    ),
    "command-login": (
        "curl -u jsmith:{} https://a.b",
        'curl -s -X POST \\\n  --user "jsmith:{}" https://a.b',
        "machine api.x.io login js password {}",
        "machine api.x.io\n  login js\n  password {}\n",
        "mysql -h db -u root -p{} app",
        "sshpass -p '{}' ssh x",
        "docker login -u js -p {} registry",
    ),
}


def kinds(text):
    return [
        each.kind for each in FINDER.find(text) if each.grade in COUNTED and not each.placeholder
    ]


@pytest.mark.parametrize(
    ("kind", "place"), [(kind, place) for kind, places in PLACES.items() for place in places]
)
def test_a_random_password_is_found_in_each_place(kind, place):
    draw = random.Random(place)
    values = ["".join(draw.choices(LETTERS, k=24)) for _ in range(60)]
    hits = sum(kinds(place.format(value)) == [kind] for value in values)
    assert hits >= 0.95 * len(values)  # few have no digit, and look like a name


def test_quoted_values_may_hold_every_sign():
    draw = random.Random(3)
    signs = string.ascii_lowercase + string.digits + "!@#$%^&*(-_=+)"  # of the keys of Django
    values = ["".join(draw.choices(signs, k=50)) for _ in range(400)]
    hits = sum(kinds(f"SECRET_KEY = 'django-insecure-{value}'") != [] for value in values)
    assert hits >= 0.9 * len(values)  # the others look like a template or a call by chance


def test_short_values_with_few_digits_are_found():
    draw = random.Random(4)
    values = ["".join(draw.choices(LETTERS, k=16)) for _ in range(400)]
    hits = sum(kinds(f"password = '{value}'") != [] for value in values)
    assert hits >= 0.8 * len(values)


def test_logins_of_the_basic_scheme_are_read():
    login = base64.b64encode(b"jsmith:kKxWqp4mZr").decode()
    assert kinds(f"Authorization: Basic {login}") == ["named-secret"]
    example = base64.b64encode(b"user:password").decode()
    assert kinds(f"Authorization: Basic {example}") == []
    words = base64.b64encode(b"no login here").decode()
    assert kinds(f"Authorization: Basic {words}") == []


@pytest.mark.parametrize(
    "text",
    [
        "the password q7Hk2vLpX9sTz4Wc",
        "password > q7Hk2vLpX9sTz4Wc",
        "PWD=/home/user/x1/y2/z3aaaa",
        "token (q7Hk2vLpX9sTz4Wc) x",
        "if token == self.abc_123_def_456:",
        "<token>${abc123def456ghi}</token>",
        "use --token-file /etc/abc/def1/ghi22",
        "secret: projects/123/secrets/abc/versions/1",
        '"token": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"',
        'password = "It is (12345) [67890] words"',
        'secret = "rgba(255,255,255,0.5)"',
        'token="f(x1,y2)+g(z3)"',
        'token = "[0-9a-f]{32}(abc1)"',
        'password: "^(?=.*[a-z])(?=.*[0-9]).{8,64}$"',
        "secret = 'SELECT(a1,b2,c3)FROM'",
        "secrets = cls._schema_on_200.properties.os_profile.secrets",
        "auth_token = self.clients2.keyVault.get_token_3.value",
        '"secrets": "List[V1ObjectReference2]"',
        'token: "Dict[str,models.AuthToken1]"',
        'CREDENTIAL_ROLE = "ef318e2a-8334-4a05-9e4a-295a196c6a6e"',
        'TOKEN: "1.2.3-beta.4+build.567"',
        'auth_token = "$(cat/tmp/x1y2z3)"',
        r'"wrong_password": "\u5bc6\u7801\u9519\u8bef\u3002"',
        r'"password": "Slapta\u017eodis1234"',
        "twilio://AccountSid:AuthToken@FromPhoneNo/x",
        "token: FromEmail/ToEmail1/ToEmail2/ToEmailN/",
        "'password': '$1$0P70xKPa$z46fewjo/10cBTckk6I/w/'",
        "--api-key a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5 x",
        'DUMMY_SECRET = "FPPTH34D4E3MI2HG"',
        "slack://xoxb-1234-1234-4ddbc191d40ee098cbaae6f3523ada2d",
        "phone = '+34 123 123 123'",
        '"Language-Team: LANGUAGE <LL@li.org>"',
        "xmpps://user:pass@hostname/jid1/jid2@example.ca",
        "apobj.add('mailto://myuser:mypass@hotmail.com')",
        'registered_address = "2.5.4.26"',
        "X-Forwarded-For: 203.0.113.195, 70.41.3.18, 150.172.238.178",
        'curl -u "$USER:$PASS" x',
        "curl -u user:password x",
        "curl -u admin:admin123 x",
        "curl -k -u kibana_system:{password} x",
        "docker login -p ${TOKEN} x",
        "mysql -u root -p app",
        "a machine learning login page password reset",
        "sshpass -p $PASS ssh x",
    ],
)
def test_look_alikes_are_not_reported(text):
    assert kinds(text) == []


@pytest.mark.parametrize(
    "unit", ["curl ", "machine ", "password ", "token value = ", "curl \\\n", "docker login -p "]
)
def test_the_cost_is_linear(unit):
    def seconds(count):
        start = time.process_time()
        FINDER.find(unit * count)
        return time.process_time() - start

    least = min(seconds(1_000) for _ in range(3))
    assert min(seconds(4_000) for _ in range(2)) < 12 * least + 0.1
