# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The plan of an audit in words, for `codescan audit --dry-run`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codescan.app.audit_plan import AuditPlan

__all__ = ["plan_text"]


def plan_text(plan: AuditPlan) -> str:
    """The plan as lines of a name and a value."""
    cost = "not known: no prices given" if plan.cost is None else f"at most {plan.cost:,.2f}"
    time = "not known"
    if plan.seconds is not None:
        time = f"about {plan.seconds / 60:,.1f} min, from {plan.seconds_from}"
    power = "no null arm" if plan.power is None else plan.power.words
    rows = (
        ("Model", plan.model),
        ("Index", plan.index),
        ("Strategies", ", ".join(plan.strategies) or "none"),
        ("Prompts", f"{plan.prompts:,}, {plan.null_prompts:,} of them of the null arm"),
        ("Calls", f"{plan.calls:,} ({plan.samples:,} for each prompt)" if plan.calls else "none"),
        ("Prompt tokens", f"about {plan.prompt_tokens:,}"),
        ("Completion tokens", f"at most {plan.completion_tokens:,}"),
        ("Cost", cost),
        ("Time", time),
        ("Power", power),
    )
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)
