# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Private values of 18 kinds, made by the documentation of their formats and by faker.

Nothing here reads the rules of `codescan.private_data`. `private_values_unseen` has five more
kinds, whose generators were written after the rules were fixed.
"""

from __future__ import annotations

import base64
import json
import string
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from faker import Faker

__all__ = ["GENERATORS", "Planted", "planted"]

_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_ALNUM = string.ascii_letters + string.digits
_HEX = string.digits + "abcdef"
_URLSAFE = _ALNUM + "-_"


@dataclass(frozen=True, slots=True)
class Planted:
    """A text with one private value in it."""

    kind: str
    text: str
    start: int
    end: int


def _draw(draws: random.Random, alphabet: str, length: int) -> str:
    return "".join(draws.choices(alphabet, k=length))


def _base62(number: int, width: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return digits.rjust(width, "0")


def github_token(draws: random.Random, _fake: Faker) -> str:
    """GitHub's format of April 2021: prefix, 30 random characters, CRC-32 in base 62."""
    body = _draw(draws, _ALNUM, 30)
    prefix = draws.choice(("ghp", "gho", "ghu", "ghs", "ghr"))
    return f"{prefix}_{body}{_base62(zlib.crc32(body.encode()), 6)}"


def aws_key_id(draws: random.Random, _fake: Faker) -> str:
    """IAM user guide: AKIA for long-term and ASIA for temporary keys, 16 base-32 characters."""
    return draws.choice(("AKIA", "ASIA")) + _draw(draws, string.ascii_uppercase + "234567", 16)


def slack_token(draws: random.Random, _fake: Faker) -> str:
    """Slack's bot and user tokens: team, user and secret."""
    numbers = [_draw(draws, "123456789", draws.choice((11, 12, 13))) for _ in range(2)]
    if draws.random() < 0.5:
        return f"xoxb-{numbers[0]}-{numbers[1]}-{_draw(draws, _ALNUM, 24)}"
    third = _draw(draws, "123456789", 12)
    return f"xoxp-{numbers[0]}-{numbers[1]}-{third}-{_draw(draws, _HEX, 32)}"


def stripe_key(draws: random.Random, _fake: Faker) -> str:
    """Stripe's secret and restricted keys, short and long."""
    prefix = draws.choice(("sk_live_", "rk_live_", "sk_test_"))
    return prefix + _draw(draws, _ALNUM, draws.choice((24, 99)))


def google_api_key(draws: random.Random, _fake: Faker) -> str:
    """Google's API keys: 39 characters."""
    return "AIza" + _draw(draws, _URLSAFE, 34) + _draw(draws, _ALNUM, 1)


def jwt(draws: random.Random, fake: Faker) -> str:
    """RFC 7519: header, claims and signature."""
    header = {"alg": draws.choice(("HS256", "RS256", "ES256")), "typ": "JWT"}
    claims = {"iss": fake.url(), "sub": fake.uuid4(), "exp": draws.randrange(2**31)}
    parts = [_segment(json.dumps(each).encode()) for each in (header, claims)]
    return ".".join((*parts, _segment(draws.randbytes(draws.choice((32, 64, 256))))))


def _segment(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def private_key(draws: random.Random, _fake: Faker) -> str:
    """RFC 7468: base64 of a DER sequence (here with random content), or OpenSSH's container."""
    label = draws.choice(
        ("RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY")
    )
    if label.startswith("OPENSSH"):
        data = b"openssh-key-v1\0" + draws.randbytes(380)
    else:
        body = b"\x02\x01\0" + draws.randbytes(draws.choice((120, 600, 1190)))
        length = len(body)
        size = bytes([0x81, length]) if length < 256 else b"\x82" + length.to_bytes(2, "big")
        data = b"\x30" + size + body
    text = base64.b64encode(data).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return draws.choice(("\n", "\\n")).join(
        (f"-----BEGIN {label}-----", *lines, f"-----END {label}-----")
    )


def connection_string(draws: random.Random, fake: Faker) -> str:
    """A database URL as its libraries document it, or a list of settings for ADO.NET."""
    user, host = fake.user_name(), fake.domain_name(2)
    password = _draw(draws, _ALNUM, draws.randrange(10, 24)) + draws.choice("!_-.~")
    scheme = draws.choice(("postgresql", "mysql+pymysql", "mongodb+srv", "redis", "amqps", "ftp"))
    return f"{scheme}://{user}:{password}7@{host}:{draws.randrange(1024, 60000)}/{fake.word()}"


def email(_draws: random.Random, fake: Faker) -> str:
    """An address at a company or a free service."""
    return _draws.choice((fake.company_email, fake.free_email))()


_PHONES = ("de_DE", "fr_FR", "it_IT", "pl_PL", "pt_BR", "da_DK", "de_CH", "sv_SE", "en_US")


def phone(draws: random.Random, _fake: Faker) -> str:
    """A number that the numbering plan allows, in one of its usual writings."""
    import phonenumbers

    formats = phonenumbers.PhoneNumberFormat
    while True:
        region = draws.choice(
            ("US", "GB", "DE", "FR", "IT", "ES", "IN", "BR", "JP", "AU", "SE", "NL")
        )
        example = phonenumbers.example_number_for_type(region, draws.choice((0, 1)))
        digits = str(example.national_number)
        drawn = digits[:3] + _draw(draws, string.digits, len(digits) - 3)
        number = phonenumbers.PhoneNumber(example.country_code, int(drawn))
        if phonenumbers.is_valid_number(number) and len(set(drawn)) > 4 and "555" not in drawn:
            chosen = draws.choice((formats.E164, formats.INTERNATIONAL, formats.NATIONAL))
            return phonenumbers.format_number(number, chosen)


_LOCALES = (
    "de_DE", "fr_FR", "it_IT", "es_ES", "nl_NL", "pl_PL", "pt_PT", "en_GB", "de_AT", "de_CH",
    "fi_FI", "no_NO",
)  # fmt: skip


def iban(draws: random.Random, _fake: Faker) -> str:
    """ISO 13616, whole or in groups of four."""
    number = _faker(draws, draws.choice(_LOCALES)).iban()
    if draws.random() < 0.5:
        return number
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def card(draws: random.Random, _fake: Faker) -> str:
    """ISO/IEC 7812, whole or in groups of four."""
    kind = draws.choice(("visa16", "mastercard", "discover", "amex"))
    number = _faker(draws, "en_US").credit_card_number(kind)
    if kind == "amex" or draws.random() < 0.5:
        return number
    separator = draws.choice(" -")
    return separator.join(number[at : at + 4] for at in range(0, len(number), 4))


_NATIONAL = {
    "en_US": "SSN", "it_IT": "codice fiscale", "nl_NL": "BSN", "pl_PL": "PESEL", "pt_BR": "CPF",
    "fr_FR": "num\u00e9ro de s\u00e9curit\u00e9 sociale", "sv_SE": "personnummer",
    "fi_FI": "henkil\u00f6tunnus", "no_NO": "f\u00f8dselsnummer", "ro_RO": "CNP",
    "tr_TR": "TC kimlik no", "zh_CN": "\u8eab\u4efd\u8bc1", "hr_HR": "OIB", "et_EE": "isikukood",
}  # fmt: skip


def national_number(draws: random.Random, _fake: Faker) -> str:
    """A number of a person, behind the name that its country gives it."""
    while True:
        locale = draws.choice(tuple(_NATIONAL))
        number = _faker(draws, locale).ssn()
        if not (locale == "en_US" and number.startswith(("000", "666", "9"))):
            return f"{_NATIONAL[locale]}: {number}"


def ip_address(_draws: random.Random, fake: Faker) -> str:
    """An address of the public Internet."""
    return fake.ipv4_public()


def person_name(draws: random.Random, fake: Faker) -> str:
    """A name with an e-mail address, as mail programs write it."""
    return f"{fake.first_name()} {fake.last_name()} <{email(draws, fake)}>"


def aws_secret(draws: random.Random, _fake: Faker) -> str:
    """A secret access key in the credentials file of AWS."""
    return "aws_secret_access_key = " + _draw(draws, _ALNUM + "/+", 40)


def named_secret(draws: random.Random, _fake: Faker) -> str:
    """What generators of passwords and keys draw, assigned to a name as settings and code do."""
    value = draws.choice(
        (
            lambda: _draw(draws, _ALNUM, draws.choice((16, 20, 24, 32, 40))),
            lambda: _draw(draws, _HEX, draws.choice((32, 40, 64))),
            lambda: base64.b64encode(draws.randbytes(32)).decode(),
            lambda: _draw(draws, string.ascii_lowercase + string.digits + "!@#$%^&*(-_=+)", 50),
        )
    )()
    form = draws.choice(
        ('API_KEY = "{}"', "db_password: '{}'", '"clientSecret": "{}"', "<password>{}</password>",
         '<add key="AuthToken" value="{}"/>', '{{"name": "SMTP_PASSWORD", "value": "{}"}}')
    )  # fmt: skip
    return form.format(value)


def command_login(draws: random.Random, fake: Faker) -> str:
    """A user and a random password in a command, as its manual has it, or in a .netrc file."""
    password = _draw(draws, _ALNUM, draws.choice((10, 12, 16)))
    form = draws.choice(
        ("curl -u {}:{} https://{}/", "curl -s --user '{}:{}' https://{}/",
         "mysql -u {} -p{} -h {} app", "machine {2} login {0} password {1}",
         "docker login -u {} -p {} {}")
    )  # fmt: skip
    return form.format(fake.user_name(), password, fake.hostname())


def _faker(draws: random.Random, locale: str) -> Faker:
    from faker import Faker

    fake = Faker(locale)
    fake.seed_instance(draws.randrange(2**32))
    return fake


GENERATORS: dict[str, Callable[[random.Random, Faker], str]] = {
    "github-token": github_token,
    "aws-access-key": aws_key_id,
    "aws-secret-key": aws_secret,
    "slack-token": slack_token,
    "stripe-key": stripe_key,
    "google-api-key": google_api_key,
    "jwt": jwt,
    "private-key": private_key,
    "connection-string": connection_string,
    "e-mail": email,
    "phone-number": phone,
    "iban": iban,
    "payment-card": card,
    "national-number": national_number,
    "ip-address": ip_address,
    "person-name": person_name,
    "named-secret": named_secret,
    "command-login": command_login,
}
"""Generators by kind. A generator may put words before its value."""

_LABELS = {
    "phone-number": ("Phone: ", "tel. ", "mobile ", '"phone": "', "call me at "),
    "payment-card": ("card ", "Visa ", '"card_number": "', "paid with ", ""),
    "ip-address": ("client ", "from ", "host=", '"ip": "', "ssh root@"),
    "iban": ("IBAN ", "", "please pay to ", "account: ", '"iban": "'),
    "e-mail": ("", "contact ", "email = ", "<", '"email": "'),
}
_PLACED = frozenset({"named-secret", "command-login"})
"""Kinds whose values have a name of their own before them."""
_ANY = ("", "token = '", "export TOKEN=", '"value": "', "key: ")
_FRAMES = (
    "def main():\n    {}\n    return 0\n",
    "# settings\n{}\n# end\n",
    "On Tuesday we met and wrote: {}\nThat was all.\n",
    '{{\n  "id": 7,\n  {}\n}}\n',
    "2026-03-04 10:11:12 INFO {}\n",
    "| 7 | {} |\n",
)


def planted(kind: str, draws: random.Random, fake: Faker) -> Planted:
    """A text in which one value of a kind stands."""
    value = GENERATORS[kind](draws, fake)
    return plant(kind, value, draws)


def plant(kind: str, value: str, draws: random.Random) -> Planted:
    """A text in which a value stands, as code, settings, prose, JSON, log or table have it."""
    label = draws.choice(
        _LABELS.get(kind, _ANY if " " not in value and kind not in _PLACED else ("",))
    )
    close = {"'": "'", '"': '"', "<": ">"}.get(label[-1:], "")
    head, _, tail = draws.choice(_FRAMES).partition("{}")
    head, tail = head.replace("{{", "{"), tail.replace("}}", "}")
    start = len(head) + len(label)
    return Planted(kind, f"{head}{label}{value}{close}{tail}", start, start + len(value))
