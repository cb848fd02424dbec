# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Report formats, one file each; all are rendered from the lossless `Report`."""
