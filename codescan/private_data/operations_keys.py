# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Keys of monitoring, search, maps and other services for developers."""

from __future__ import annotations

import re

from codescan.private_data.anchored_rules import AnchoredDetector, AnchoredRule
from codescan.private_data.token_checksums import has_crc32_hex
from codescan.private_data.token_rules import named, prefixed

_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def _is_age_key(value: str) -> bool:
    """Whether the checksum of a Bech32 text is correct (BIP 173)."""
    text = value.lower()
    name, _, data = text.rpartition("1")
    numbers = [ord(c) >> 5 for c in name] + [0] + [ord(c) & 31 for c in name]
    numbers += [_BECH32.find(c) for c in data]
    check = 1
    for number in numbers:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ number
        for bit, generator in enumerate(_GENERATORS):
            check ^= generator if top >> bit & 1 else 0
    return check == 1


__all__ = ["OperationsKeys"]

_RULES = (
    prefixed(
        "grafana-token",
        "Grafana service account token",
        "glsa_",
        "[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}",
        check=has_crc32_hex,
    ),
    prefixed("grafana-token", "Grafana Cloud token", "glc_eyJ", "[A-Za-z0-9+/]{40,400}={0,2}"),
    prefixed("sentry-token", "Sentry token", "sntrys_eyJ", "[A-Za-z0-9+/=_]{80,300}"),
    prefixed("sentry-token", "Sentry user token", "sntryu_", "[a-f0-9]{64}"),
    AnchoredRule(
        "sentry-dsn",
        "Sentry DSN",
        ("sentry.io/",),
        re.compile(r"(?P<value>[a-f0-9]{32}(?::[a-f0-9]{32})?)@[a-z0-9.]{0,40}sentry\.io/\d{1,18}"),
        behind=110,
        behind_of=re.compile(r"[a-z0-9.:@]"),
        inside_words=True,
    ),
    prefixed(
        "newrelic-key",
        "New Relic key",
        ("NRAK-", "NRJS-", "NRII-", "NRRA-", "NRBR-"),
        "[A-Za-z0-9_-]{19,44}",
    ),
    named(
        "datadog-key", "Datadog key", ("datadog", "dd api", "dd app"), "[a-f0-9]{32}|[a-f0-9]{40}"
    ),
    prefixed(
        "dynatrace-token",
        "Dynatrace token",
        ("dt0c01.", "dt0s01.", "dt0s16."),
        "[A-Z0-9]{24}\\.[A-Z0-9]{64}",
    ),
    prefixed("honeycomb-key", "Honeycomb key", ("hcaik_", "hcbik_", "hcxik_"), "[a-z0-9]{26,58}"),
    prefixed("posthog-key", "PostHog personal key", "phx_", "[A-Za-z0-9]{43,48}"),
    named("algolia-key", "Algolia key", ("algolia",), "[a-f0-9]{32}"),
    named("okta-token", "Okta token", ("okta", "ssws"), "00[A-Za-z0-9_-]{40}"),
    named("auth0-secret", "Auth0 client secret", ("auth0",), "[A-Za-z0-9_-]{64}", words="secret"),
    prefixed(
        "mapbox-token",
        "Mapbox secret token",
        "sk.eyJ",
        "[A-Za-z0-9_-]{40,300}\\.[A-Za-z0-9_-]{20,30}",
    ),
    prefixed("adafruit-key", "Adafruit IO key", "aio_", "[A-Za-z0-9]{28}"),
    named(
        "maxmind-key",
        "MaxMind license key",
        ("maxmind", "geoip"),
        "[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk|[A-Za-z0-9]{16}",
        words="key|license",
    ),
    prefixed("infracost-key", "Infracost key", "ico-", "[A-Za-z0-9]{32}"),
    prefixed(
        "age-secret-key",
        "age secret key",
        "AGE-SECRET-KEY-1",
        "[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}",
        check=_is_age_key,
    ),
    named(
        "ngrok-token", "ngrok token", ("ngrok",), "[A-Za-z0-9]{27}_[A-Za-z0-9]{21}|[A-Za-z0-9_]{49}"
    ),
    named("rollbar-token", "Rollbar token", ("rollbar",), "[a-f0-9]{32}"),
    named(
        "pagerduty-token",
        "PagerDuty token",
        ("pagerduty",),
        "[A-Za-z0-9+_-]{20}|[a-f0-9]{32}",
        words="token|key",
    ),
    named(
        "dockerhub-password",
        "Docker Hub token",
        ("docker hub", "dockerhub"),
        "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    ),
    named("telegram-hash", "Telegram API hash", ("api hash",), "[a-f0-9]{32}"),
    named(
        "openweather-key", "OpenWeather key", ("openweather", "open weather", "owm"), "[a-f0-9]{32}"
    ),
)


class OperationsKeys(AnchoredDetector):
    """Finds keys of services for operating software."""

    def __init__(self) -> None:
        super().__init__(_RULES)
