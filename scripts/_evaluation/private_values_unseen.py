# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Private values of ten kinds whose generators were written after the rules were fixed.

The first five were scored before the last five were written. A rule that is changed after their
result makes them seen.
"""

from __future__ import annotations

import base64
import string
import uuid
import zlib
from typing import TYPE_CHECKING

from _evaluation.private_values import Planted, plant

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from faker import Faker

__all__ = ["GENERATORS", "planted"]

_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_URLSAFE = string.ascii_letters + string.digits + "-_"
_DISCORD_EPOCH = 1_420_070_400_000


def _draw(draws: random.Random, alphabet: str, length: int) -> str:
    return "".join(draws.choices(alphabet, k=length))


def sendgrid_key(draws: random.Random, _fake: Faker) -> str:
    """Twilio SendGrid: "SG.", a key id of 16 bytes and a secret of 32 bytes, in base64url."""
    parts = [base64.urlsafe_b64encode(draws.randbytes(size)).rstrip(b"=") for size in (16, 32)]
    return "SG." + b".".join(parts).decode()


def npm_token(draws: random.Random, _fake: Faker) -> str:
    """Npm's format of September 2021: GitHub's checksum behind 30 random characters."""
    body = _draw(draws, _BASE62, 30)
    number, digits = zlib.crc32(body.encode()), ""
    while number:
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return f"npm_{body}{digits.rjust(6, '0')}"


def gitlab_token(draws: random.Random, _fake: Faker) -> str:
    """GitLab's personal access tokens: 20 characters of Devise's friendly tokens."""
    return "glpat-" + _draw(draws, _URLSAFE, 20)


def azure_storage(draws: random.Random, fake: Faker) -> str:
    """The connection string of an Azure storage account, with its key of 64 bytes."""
    key = base64.b64encode(draws.randbytes(64)).decode()
    return (
        f"DefaultEndpointsProtocol=https;AccountName={fake.user_name()};AccountKey={key};"
        "EndpointSuffix=core.windows.net"
    )


def discord_token(draws: random.Random, _fake: Faker) -> str:
    """Discord's bot tokens: the bot's id in base64, a time of six characters, and an HMAC."""
    moment = draws.randrange(1_500_000_000_000, 1_780_000_000_000)
    identity = str(((moment - _DISCORD_EPOCH) << 22) + draws.randrange(1 << 22))
    head = base64.b64encode(identity.encode()).rstrip(b"=").decode()
    return f"{head}.{_draw(draws, _URLSAFE, 6)}.{_draw(draws, _URLSAFE, draws.choice((27, 38)))}"


def telegram_token(draws: random.Random, _fake: Faker) -> str:
    """Telegram's bot tokens: the number of the bot and 35 characters that begin with "AA"."""
    return f"{draws.randrange(10**8, 8 * 10**9)}:AA{_draw(draws, _URLSAFE, 33)}"


def digitalocean_token(draws: random.Random, _fake: Faker) -> str:
    """DigitalOcean's personal tokens: 32 bytes as hexadecimal digits."""
    return "dop_v1_" + draws.randbytes(32).hex()


def pypi_token(draws: random.Random, _fake: Faker) -> str:
    """PyPI's upload tokens: a macaroon, version 2, in base64url."""
    identifier = str(uuid.UUID(bytes=draws.randbytes(16), version=4)).encode()
    caveat = b'[3, "' + str(uuid.UUID(bytes=draws.randbytes(16), version=4)).encode() + b'"]'
    macaroon = (
        b"\x02\x01\x08pypi.org"
         b"\x02" + bytes([len(identifier)]) + identifier + b"\x00"
        + b"\x02" + bytes([len(caveat)]) + caveat + b"\x00\x00"
        + b"\x06\x20" + draws.randbytes(32)
    )  # fmt: skip
    return "pypi-" + base64.urlsafe_b64encode(macaroon).rstrip(b"=").decode()


def shopify_token(draws: random.Random, _fake: Faker) -> str:
    """Shopify's access tokens of apps: 16 bytes as hexadecimal digits."""
    return draws.choice(("shpat_", "shpca_", "shppa_")) + draws.randbytes(16).hex()


def mailchimp_key(draws: random.Random, _fake: Faker) -> str:
    """Mailchimp: 16 bytes as hexadecimal digits, and the data center."""
    return f"{draws.randbytes(16).hex()}-us{draws.randrange(1, 22)}"


GENERATORS: dict[str, Callable[[random.Random, Faker], str]] = {
    "sendgrid-key": sendgrid_key,
    "npm-token": npm_token,
    "gitlab-token": gitlab_token,
    "azure-storage-key": azure_storage,
    "discord-token": discord_token,
    "telegram-token": telegram_token,
    "digitalocean-token": digitalocean_token,
    "pypi-token": pypi_token,
    "shopify-token": shopify_token,
    "mailchimp-key": mailchimp_key,
}


def planted(kind: str, draws: random.Random, fake: Faker) -> Planted:
    """A text in which one value of a kind stands."""
    return plant(kind, GENERATORS[kind](draws, fake), draws)
