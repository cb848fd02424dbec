# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Signed packages of indexes: packed into parts, pushed to a server, pulled and verified.

A package repository is a folder of plain files on any server (docs/sharing-indexes.md):

    <name>.json              the newest package of a name: a signed statement
    parts/<2>/<sha256>       the bytes of its index, cut into parts and named by their SHA-256
"""
