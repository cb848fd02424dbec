# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Files of which it is known how many packages hold them."""

import hashlib
import random

from codescan.prompts.word_list import WORDS
from codescan.records import Document, Origin, Package

HELD_BY = {"lone": 40, "few": 12, "many": 8}
"""Different files by how many families hold them: 1, 2 and 5."""
FAMILIES = {"lone": 1, "few": 2, "many": 5}


def written(name, lines=14):
    """A file of one function that is written nowhere else."""
    rng = random.Random(name)
    body = "".join(
        f"    {rng.choice(WORDS)}_{rng.choice(WORDS)} = {rng.choice(WORDS)}({rng.choice(WORDS)}, "
        f"{rng.choice(WORDS)}[{rng.randrange(1000)}])\n"
        for _ in range(lines - 1)
    )
    return f"def {rng.choice(WORDS)}_{rng.choice(WORDS)}({rng.choice(WORDS)}):\n{body}"


def filed(content, package, path="a.py", version="1"):
    """A document of a package."""
    data = content.encode()
    return Document(
        data,
        "python",
        Origin(
            Package(f"pkg:pypi/{package}@{version}", package, version, f"pypi/{package}"),
            path,
            hashlib.sha256(data).hexdigest(),
        ),
    )
