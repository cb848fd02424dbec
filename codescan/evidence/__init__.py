# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Evidence: signed bundles of measurements, and annexes in the words of regulators and courts."""
