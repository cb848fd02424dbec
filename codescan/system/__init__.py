# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Differences between operating systems: locks, folders, files, pipes, signals, permissions.

Each module asks which calls Python has here, and does without those that it lacks. The rest of the
package names no call that only some systems have.
"""
