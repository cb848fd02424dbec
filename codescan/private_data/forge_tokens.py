# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Tokens of code forges, issue trackers and continuous integration."""

from __future__ import annotations

import re

from codescan.private_data.anchored_rules import AnchoredDetector, AnchoredRule
from codescan.private_data.token_checksums import has_crc32_base62
from codescan.private_data.token_rules import named, prefixed

__all__ = ["ForgeTokens"]

_RULES = (
    prefixed(
        "github-token",
        "GitHub token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
        "[A-Za-z0-9]{36}",
        check=has_crc32_base62,
    ),
    prefixed(
        "github-token",
        "GitHub fine-grained token",
        "github_pat_",
        "[A-Za-z0-9]{22}_[A-Za-z0-9]{59}",
    ),
    prefixed("github-token", "GitHub installation token", "ghs_", "[A-Za-z0-9_.-]{200,520}"),
    prefixed(
        "gitlab-token",
        "GitLab token",
        (
            "glpat-",
            "gldt-",
            "glrt-",
            "glrtr-",
            "gloas-",
            "glagent-",
            "glcbt-",
            "glffct-",
            "glft-",
            "glimt-",
            "glsoat-",
            "glwt-",
        ),
        "[A-Za-z0-9_-]{20,64}(?:\\.[0-9a-z]{2}\\.[0-9a-z]{9})?",
    ),
    prefixed("gitlab-token", "GitLab trigger token", "glptt-", "[a-f0-9]{40}"),
    prefixed("gitlab-token", "GitLab runner token", "GR1348941", "[A-Za-z0-9_-]{20}"),
    prefixed(
        "bitbucket-token",
        "Bitbucket app password or token",
        ("ATBB", "ATCTT3xFfGN0"),
        "[A-Za-z0-9_=-]{28,200}",
    ),
    prefixed(
        "atlassian-token",
        "Atlassian API token",
        "ATATT3xFfGF0",
        "[A-Za-z0-9_-]{120,250}=[A-F0-9]{8}",
    ),
    prefixed(
        "sourcegraph-token",
        "Sourcegraph token",
        ("sgp_", "slk_"),
        "(?:(?:[a-fA-F0-9]{16}|local)_)?[a-fA-F0-9]{40,64}",
    ),
    named(
        "gitea-token", "Gitea or Forgejo token", ("gitea", "forgejo", "codeberg"), "[a-f0-9]{40}"
    ),
    AnchoredRule(
        "azure-devops-token",
        "Azure DevOps token",
        ("AZDO",),
        re.compile(r"[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}(?![A-Za-z0-9])"),
        behind=76,
    ),
    prefixed(
        "circleci-token", "CircleCI token", ("CCIPAT_", "CCIPRJ_"), "[A-Za-z0-9]{22}_[a-f0-9]{40}"
    ),
    named(
        "circleci-token",
        "CircleCI token",
        ("circleci", "circle ci", "circle token"),
        "[a-f0-9]{40}",
    ),
    prefixed("buildkite-token", "Buildkite token", ("bkua_", "bkat_", "bkpat_"), "[a-z0-9]{40,64}"),
    named("travis-token", "Travis CI token", ("travis",), "[A-Za-z0-9_-]{22}", words="token|key"),
    named(
        "codecov-token",
        "Codecov token",
        ("codecov",),
        "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    ),
    prefixed("linear-key", "Linear API key", ("lin_api_", "lin_oauth_"), "[A-Za-z0-9]{40,64}"),
    prefixed(
        "asana-token",
        "Asana access token",
        ("1/", "2/"),
        "[0-9]{13,18}(?:/[0-9]{13,18})?:[a-f0-9]{32}",
    ),
    named("jira-token", "Jira token", ("jira",), "[A-Za-z0-9]{24}", words="token|secret|key"),
    prefixed("clickup-token", "ClickUp token", "pk_", "[0-9]{6,10}_[A-Z0-9]{32}"),
    prefixed("airtable-token", "Airtable token", "pat", "[A-Za-z0-9]{14}\\.[a-f0-9]{64}"),
    prefixed(
        "notion-token",
        "Notion token",
        ("ntn_", "secret_"),
        "(?:[0-9]{11}[A-Za-z0-9]{35}|[A-Za-z0-9]{43})",
    ),
    prefixed("figma-token", "Figma token", ("figd_", "figo_", "figu_"), "[A-Za-z0-9_-]{40,60}"),
    prefixed("postman-key", "Postman API key", "PMAK-", "[a-f0-9]{24}-[a-f0-9]{34}"),
    prefixed("sonar-token", "SonarQube token", ("sqp_", "squ_", "sqa_"), "[a-f0-9]{40}"),
    named(
        "snyk-token",
        "Snyk token",
        ("snyk",),
        "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        words="token|key",
    ),
    prefixed("contentful-token", "Contentful token", ("CFPAT-",), "[A-Za-z0-9_-]{43}"),
    prefixed("prefect-key", "Prefect API key", ("pnu_", "pnb_"), "[A-Za-z0-9]{36}"),
    prefixed("readme-key", "ReadMe API key", "rdme_", "[a-z0-9]{70}"),
    prefixed(
        "launchdarkly-key",
        "LaunchDarkly key",
        ("sdk-", "api-", "mob-"),
        "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    ),
)


class ForgeTokens(AnchoredDetector):
    """Finds tokens of code forges."""

    def __init__(self) -> None:
        super().__init__(_RULES)
