# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Every sample, by its name."""

import agent_samples
import framework_samples
import service_samples
import tool_samples

SAMPLES = {
    **service_samples.SAMPLES,
    **tool_samples.SAMPLES,
    **agent_samples.SAMPLES,
    **framework_samples.SAMPLES,
}
