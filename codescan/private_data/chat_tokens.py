# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Tokens and webhooks of chat and telephone services."""

from __future__ import annotations

import re

from codescan.private_data.anchored_rules import AnchoredDetector, AnchoredRule
from codescan.private_data.token_rules import named, prefixed

__all__ = ["ChatTokens"]

_RULES = (
    prefixed(
        "slack-token",
        "Slack token",
        (
            "xoxb-",
            "xoxp-",
            "xoxa-",
            "xoxr-",
            "xoxs-",
            "xoxo-",
            "xoxc-",
            "xoxd-",
            "xoxe-",
            "xoxe.xoxp-",
            "xoxe.xoxb-",
        ),
        "[A-Za-z0-9%-]{20,300}",
    ),
    prefixed(
        "slack-token",
        "Slack app token",
        "xapp-",
        "[0-9]-[A-Z0-9]{8,14}-[0-9]{8,14}-[a-f0-9]{40,70}",
    ),
    AnchoredRule(
        "slack-webhook",
        "Slack webhook",
        ("hooks.slack.com/",),
        re.compile(
            r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<value>[TE][A-Z0-9]{6,12}/[A-Z0-9]{6,14}/[A-Za-z0-9/]{16,60})(?![A-Za-z0-9])"
        ),
        inside_words=True,
    ),
    AnchoredRule(
        "discord-webhook",
        "Discord webhook",
        ("discord.com/api/", "discordapp.com/api/"),
        re.compile(
            r"discord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks/(?P<value>[0-9]{17,20}/[A-Za-z0-9_-]{60,80})(?![A-Za-z0-9_-])"
        ),
        inside_words=True,
    ),
    AnchoredRule(
        "telegram-token",
        "Telegram bot token",
        (":AA",),
        re.compile(r"[0-9]{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])"),
        behind=10,
    ),
    AnchoredRule(
        "telegram-token",
        "Telegram bot token in a URL",
        ("api.telegram.org/bot",),
        re.compile(
            r"api\.telegram\.org/bot(?P<value>[0-9]{8,10}:AA[A-Za-z0-9_-]{33})(?![A-Za-z0-9_-])"
        ),
        inside_words=True,
    ),
    AnchoredRule(
        "teams-webhook",
        "Microsoft Teams webhook",
        (".webhook.office.com/",),
        re.compile(
            r"\.webhook\.office\.com/webhookb2/(?P<value>[0-9a-f-]{36}@[0-9a-f-]{36}/IncomingWebhook/[0-9a-f]{32}/[0-9a-f-]{36})"
        ),
        inside_words=True,
    ),
    AnchoredRule(
        "google-chat-webhook",
        "Google Chat webhook",
        ("chat.googleapis.com/",),
        re.compile(
            r"chat\.googleapis\.com/v1/spaces/[A-Za-z0-9_-]{8,20}/messages\?key=(?P<value>[A-Za-z0-9_-]{35,45}&token=[A-Za-z0-9_%-]{30,80})"
        ),
        inside_words=True,
    ),
    prefixed("twilio-key", "Twilio API key", "SK", "[0-9a-f]{32}"),
    named(
        "twilio-token", "Twilio auth token", ("twilio",), "[0-9a-f]{32}", words="token|secret|key"
    ),
    named(
        "zoom-secret",
        "Zoom JWT or OAuth secret",
        ("zoom",),
        "[A-Za-z0-9]{32,36}",
        words="secret|token|key",
    ),
    named(
        "mattermost-token", "Mattermost token", ("mattermost",), "[a-z0-9]{26}", words="token|key"
    ),
    named(
        "intercom-token", "Intercom token", ("intercom",), "[A-Za-z0-9=_-]{60}", words="token|key"
    ),
    prefixed(
        "facebook-token",
        "Facebook access token",
        ("EAACEdEose0cBA", "EAAG", "EAAB", "EAAC", "EAAD"),
        "[A-Za-z0-9]{80,250}",
    ),
    named(
        "facebook-secret",
        "Facebook app secret",
        ("facebook", "fb app"),
        "[a-f0-9]{32}",
        words="secret|token|key",
    ),
    prefixed(
        "twitter-bearer",
        "X (Twitter) bearer token",
        "AAAAAAAAAAAAAAAAAAAAA",
        "[A-Za-z0-9%]{80,120}",
    ),
    named(
        "twitter-secret",
        "X (Twitter) API secret",
        ("twitter",),
        "[A-Za-z0-9]{45,50}",
        words="secret",
    ),
    prefixed("instagram-token", "Instagram token", ("IGQVJ", "IGAA"), "[A-Za-z0-9_-]{100,250}"),
    prefixed("line-token", "LINE notify token", "line_", "[A-Za-z0-9]{43}"),
)


class ChatTokens(AnchoredDetector):
    """Finds tokens of chat services."""

    def __init__(self) -> None:
        super().__init__(_RULES)
