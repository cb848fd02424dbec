# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Keys of mail and marketing services."""

from __future__ import annotations

import re

from codescan.private_data.anchored_rules import AnchoredDetector, AnchoredRule
from codescan.private_data.token_rules import named, prefixed

__all__ = ["MailKeys"]

_RULES = (
    prefixed("sendgrid-key", "SendGrid API key", "SG.", "[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}"),
    prefixed("mailgun-key", "Mailgun API key", ("key-", "pubkey-"), "[a-f0-9]{32}"),
    named("mailgun-key", "Mailgun API key", ("mailgun",), "[a-f0-9]{32}-[a-f0-9]{8}-[a-f0-9]{8}"),
    AnchoredRule(
        "mailchimp-key",
        "Mailchimp API key",
        ("-us",),
        re.compile(r"[a-f0-9]{32}-us[0-9]{1,2}(?![A-Za-z0-9])"),
        behind=32,
    ),
    prefixed(
        "brevo-key",
        "Brevo (Sendinblue) key",
        ("xkeysib-", "xsmtpsib-"),
        "[a-f0-9]{64}-[A-Za-z0-9]{16}",
    ),
    prefixed("resend-key", "Resend API key", "re_", "[A-Za-z0-9]{8}_[A-Za-z0-9]{24}"),
    named(
        "postmark-token",
        "Postmark server token",
        ("postmark",),
        "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    ),
    named("sparkpost-key", "SparkPost API key", ("sparkpost",), "[a-f0-9]{40}"),
    named("mailjet-key", "Mailjet key", ("mailjet",), "[a-f0-9]{32}", words="secret|key"),
    prefixed("mailersend-token", "MailerSend token", "mlsn.", "[a-f0-9]{64}"),
    prefixed("klaviyo-key", "Klaviyo private key", "pk_", "[a-f0-9]{34}"),
    prefixed(
        "hubspot-token",
        "HubSpot private app token",
        ("pat-na1-", "pat-na2-", "pat-eu1-", "pat-ap1-"),
        "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    ),
    named(
        "hubspot-token",
        "HubSpot key",
        ("hubspot", "hapikey"),
        "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    ),
    named(
        "zendesk-token", "Zendesk token", ("zendesk",), "[A-Za-z0-9]{40}", words="secret|token|key"
    ),
    prefixed("customerio-key", "Typeform token", "tfp_", "[A-Za-z0-9_=.-]{44,59}"),
    prefixed("frameio-token", "Frame.io token", "fio-u-", "[A-Za-z0-9_=-]{64}"),
    AnchoredRule(
        "dropbox-token",
        "Dropbox token",
        ("sl.",),
        re.compile(r"sl\.(?:u\.)?[A-Za-z0-9_-]{130,500}(?![A-Za-z0-9_-])"),
    ),
)


class MailKeys(AnchoredDetector):
    """Finds keys of mail services."""

    def __init__(self) -> None:
        super().__init__(_RULES)
