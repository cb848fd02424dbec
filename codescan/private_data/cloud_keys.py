# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Keys and tokens of cloud platforms and their deployment tools."""

from __future__ import annotations

import re

from codescan.private_data.anchored_rules import AnchoredDetector, AnchoredRule
from codescan.private_data.token_rules import named, prefixed

__all__ = ["CloudKeys"]

_RULES = (
    prefixed(
        "aws-access-key", "AWS access key id", ("AKIA", "ASIA", "ABIA", "ACCA"), "[A-Z2-7]{16}"
    ),
    named(
        "aws-secret-key",
        "AWS secret access key",
        ("aws",),
        "[A-Za-z0-9/+]{40}",
        words="secret|key|sk",
    ),
    named("aws-secret-key", "AWS secret access key", ("secret access key",), "[A-Za-z0-9/+]{40}"),
    prefixed("aws-bedrock-key", "Amazon Bedrock API key", "ABSK", "[A-Za-z0-9+/]{109,269}={0,2}"),
    prefixed("google-api-key", "Google API key", "AIza", "[A-Za-z0-9_-]{35}"),
    prefixed("google-oauth-secret", "Google OAuth client secret", "GOCSPX-", "[A-Za-z0-9_-]{28}"),
    prefixed("google-access-token", "Google OAuth access token", "ya29.", "[A-Za-z0-9_-]{30,400}"),
    prefixed("google-refresh-token", "Google OAuth refresh token", "1//0", "[A-Za-z0-9_-]{40,120}"),
    named(
        "azure-storage-key",
        "Azure storage account key",
        ("account key", "shared access key", "azure storage key"),
        "[A-Za-z0-9+/]{86}==",
    ),
    AnchoredRule(
        "azure-client-secret",
        "Azure AD client secret",
        ("7Q~", "8Q~"),
        re.compile(r"[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])"),
        behind=3,
        behind_of=re.compile(r"[A-Za-z0-9_~.-]"),
        inside_words=True,
    ),
    AnchoredRule(
        "azure-sas",
        "Azure shared access signature",
        ("sig=",),
        re.compile(r"sig=(?P<value>[A-Za-z0-9%+/]{43,80}(?:%3[Dd]|=))"),
    ),
    prefixed(
        "digitalocean-token",
        "DigitalOcean token",
        ("dop_v1_", "doo_v1_", "dor_v1_"),
        "[a-f0-9]{64}",
    ),
    prefixed("alibaba-access-key", "Alibaba Cloud access key id", "LTAI", "[A-Za-z0-9]{12,26}"),
    prefixed("tencent-secret-id", "Tencent Cloud secret id", "AKID", "[A-Za-z0-9]{32}"),
    prefixed(
        "yandex-key", "Yandex Cloud key", ("AQVN", "YCAJE", "YCM", "y0_"), "[A-Za-z0-9_-]{22,60}"
    ),
    prefixed("heroku-key", "Heroku API key", "HRKU-", "[A-Za-z0-9_-]{36,60}"),
    named(
        "heroku-key",
        "Heroku API key",
        ("heroku",),
        "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    ),
    prefixed(
        "fly-token",
        "Fly.io access token",
        ("fo1_", "fm1r_", "fm1a_", "fm2_"),
        "[A-Za-z0-9+/_=-]{43,500}",
    ),
    prefixed(
        "netlify-token",
        "Netlify access token",
        ("nfp_", "nfc_", "nfo_", "nfb_"),
        "[A-Za-z0-9_-]{36,40}",
    ),
    prefixed(
        "vercel-token",
        "Vercel token",
        ("vcp_", "vci_", "vca_", "vcr_", "vck_"),
        "[A-Za-z0-9]{24,80}",
    ),
    prefixed(
        "cloudflare-ca-key", "Cloudflare origin CA key", "v1.0-", "[a-f0-9]{24}-[a-f0-9]{146}"
    ),
    named(
        "cloudflare-key",
        "Cloudflare API key or token",
        ("cloudflare", "cf api"),
        "[a-f0-9]{37}|[A-Za-z0-9_-]{40}",
    ),
    prefixed("scaleway-key", "Scaleway access key", "SCW", "[A-Z0-9]{17}"),
    prefixed(
        "planetscale-token",
        "PlanetScale token",
        ("pscale_tkn_", "pscale_pw_", "pscale_oauth_"),
        "[A-Za-z0-9=._-]{32,64}",
    ),
    prefixed("supabase-token", "Supabase token", ("sbp_", "sb_secret_"), "[A-Za-z0-9_]{31,44}"),
    prefixed("neon-key", "Neon API key", "napi_", "[a-z0-9]{60,70}"),
    prefixed(
        "databricks-token", "Databricks token", ("dapi", "dose", "dkea"), "[a-f0-9]{32}(?:-[0-9])?"
    ),
    prefixed(
        "vault-token", "HashiCorp Vault token", ("hvs.", "hvb.", "hvr."), "[A-Za-z0-9_-]{24,300}"
    ),
    AnchoredRule(
        "terraform-token",
        "Terraform Cloud token",
        (".atlasv1.",),
        re.compile(r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,70}(?![A-Za-z0-9_-])"),
        behind=14,
    ),
    prefixed(
        "doppler-token",
        "Doppler token",
        ("dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."),
        "(?:[a-z0-9_-]{2,35}\\.)?[A-Za-z0-9]{40,44}",
    ),
    prefixed("pulumi-token", "Pulumi access token", "pul-", "[a-f0-9]{40}"),
    prefixed(
        "tailscale-key",
        "Tailscale key",
        ("tskey-auth-", "tskey-api-", "tskey-client-", "tskey-scim-", "tskey-webhook-"),
        "[A-Za-z0-9]{6,24}(?:CNTRL)?-[A-Za-z0-9]{20,50}",
    ),
    prefixed(
        "onepassword-token",
        "1Password service account token",
        "ops_eyJ",
        "[A-Za-z0-9+/_=-]{250,500}",
    ),
    prefixed(
        "onepassword-secret-key",
        "1Password secret key",
        "A3-",
        "[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}",
    ),
    prefixed(
        "ibm-cloud-key",
        "IBM Cloud API key",
        "ApiKey-",
        "[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}",
    ),
    named(
        "ibm-cloud-key",
        "IBM Cloud API key",
        ("ibm cloud", "ibmcloud", "bluemix"),
        "[A-Za-z0-9_-]{44}",
    ),
    named("linode-token", "Linode token", ("linode",), "[a-f0-9]{64}"),
    named("hetzner-token", "Hetzner Cloud token", ("hetzner", "hcloud"), "[A-Za-z0-9]{64}"),
    named("fastly-token", "Fastly API token", ("fastly",), "[A-Za-z0-9_-]{32}"),
)


class CloudKeys(AnchoredDetector):
    """Finds keys of cloud platforms."""

    def __init__(self) -> None:
        super().__init__(_RULES)
