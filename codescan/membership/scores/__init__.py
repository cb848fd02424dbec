# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Membership scores, one class in one file each; registered on the axis `membership`."""
