# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Keys of payment and shop services."""

from __future__ import annotations

import re

from codescan.private_data.anchored_rules import AnchoredDetector, AnchoredRule
from codescan.private_data.token_rules import named, prefixed

__all__ = ["PaymentKeys"]

_RULES = (
    prefixed(
        "stripe-key",
        "Stripe secret key",
        ("sk_live_", "sk_test_", "rk_live_", "rk_test_"),
        "[A-Za-z0-9]{16,247}",
    ),
    prefixed(
        "stripe-webhook-secret", "Stripe webhook secret", "whsec_", "[A-Za-z0-9+/]{32,64}={0,2}"
    ),
    prefixed(
        "square-token", "Square token", ("sq0atp-", "sq0csp-", "sq0idp-"), "[A-Za-z0-9_-]{22,43}"
    ),
    prefixed("square-token", "Square access token", "EAAA", "[A-Za-z0-9_-]{60}"),
    AnchoredRule(
        "braintree-token",
        "Braintree access token",
        ("access_token$",),
        re.compile(r"access_token\$(?:production|sandbox)\$(?P<value>[a-z0-9]{16}\$[a-f0-9]{32})"),
        inside_words=True,
    ),
    named("paypal-secret", "PayPal client secret", ("paypal",), "E[A-Za-z0-9_-]{79}"),
    prefixed("razorpay-key", "Razorpay key", ("rzp_live_", "rzp_test_"), "[A-Za-z0-9]{14}"),
    prefixed(
        "shopify-token",
        "Shopify token",
        ("shpat_", "shpss_", "shpca_", "shppa_", "shpua_"),
        "[a-fA-F0-9]{32}",
    ),
    prefixed(
        "plaid-token",
        "Plaid access token",
        ("access-production-", "access-development-", "access-sandbox-"),
        "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    ),
    named("plaid-secret", "Plaid secret", ("plaid",), "[a-f0-9]{30}", words="secret|key"),
    prefixed(
        "adyen-key",
        "Adyen API key",
        "AQE",
        "[A-Za-z0-9]{5}[A-Za-z0-9+/]{40,150}={0,2}-[A-Za-z0-9+/]{40,50}={1,2}-[!#-&(-_a-z{|~]{14,18}",
    ),
    prefixed(
        "flutterwave-key",
        "Flutterwave key",
        ("FLWSECK_TEST-", "FLWSECK-", "FLWPUBK_TEST-"),
        "[A-Za-z0-9]{12,40}(?:-X)?",
    ),
    prefixed("paystack-key", "Paystack secret key", ("sk_live_", "sk_test_"), "[a-f0-9]{40}"),
    prefixed("mollie-key", "Mollie API key", "live_", r"(?=[A-Za-z]*\d)[A-Za-z0-9]{30}"),
    prefixed("gocardless-token", "GoCardless token", ("live_", "sandbox_"), "[A-Za-z0-9_-]{40}"),
    prefixed("shippo-token", "Shippo token", ("shippo_live_", "shippo_test_"), "[a-f0-9]{40}"),
    prefixed("easypost-key", "EasyPost API key", ("EZAK", "EZTK"), "[A-Za-z0-9]{54}"),
    prefixed("duffel-token", "Duffel token", ("duffel_live_", "duffel_test_"), "[A-Za-z0-9_-]{43}"),
    named(
        "coinbase-key",
        "Coinbase token",
        ("coinbase",),
        "[A-Za-z0-9_-]{64}",
        words="secret|token|key",
    ),
    named("etsy-token", "Etsy token", ("etsy",), "[a-z0-9]{24}", words="secret|token|key"),
    prefixed("easyship-key", "Easyship key", ("prod_",), "[A-Za-z0-9+/]{43}="),
)


class PaymentKeys(AnchoredDetector):
    """Finds keys of payment services."""

    def __init__(self) -> None:
        super().__init__(_RULES)
