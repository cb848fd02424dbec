# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Words for a fast check whether a comment may be about rights."""

from __future__ import annotations

from codescan._core import _native

__all__ = ["ANY_CLAUSE", "ANY_LEGAL", "ANY_STATING", "ANY_STRONG", "ANY_TELLING", "ENGLISH"]

_STATING = (
    b"licen", b"lizenz", b"permission", b"redistribut", b"domain", b"blessing", b"rights res",
    b"confidential", b"proprietary", b"unauthori", b"prohibited", b"commercial", b"stackoverflow",
    b"stackexchange", b"gist.github", b"commons", b"internal use", b"gpl", b"copying", b"military",
    b"secret", b"vertraulich", b"vorbehalten", b"untersagt", b"gestattet", b"verboten", b"interdit",
    b"confiden", b"r\xc3\xa9serv", b"reserv", b"prohib", b"derechos", b"vietat", b"riservat",
    b"proibid", b"educational", b"academic", "académi".encode(), b"personal",
    b"voorbehouden", b"verboden", b"zastrze", b" train ", b"ethic", b"restrict", b"copyleft",
    b"freely",
    b"distribu", b"property of", b"disclos", b"may not", b"must not", b"use only",
    b"purposes", b"evaluation",
    b"only be used", b"be copied", b"used by anyone", b"grants reproduction", b"freedom to use",
    b"for use by", b"eupl", b"stack overflow", "ライセンス".encode(), "協議".encode(),
    "协议".encode(), "라이선스".encode(), "라이센스".encode(),
    b" nur ", b"nur zu", b"nur f", b"uso inter", b"uso exclus", b"uso esclus", b"only for ",
    b"in production", b"consent", b"non profit", b"nonprofit", b"non-profit", b"terms as perl",
    b"used freely", b"governed by", b"subject to", b"before us",
    b"no ai ", b"ai training", b"unpublished", b"reverse engineer", b"pay a ",
    b"pay the", b"forbid", b"reproduc", b"kaupalli", b"kommer", b"ticari", b"dilarang",
    "thương mại".encode(), "komerčn".encode(), b"komerc", "оммерч".encode(), "комерц".encode(),
    b"comercia", b"not open source", b"view this", b"viewed", b"reference only", b"zakaz",
    "zakáz".encode(), b"gewerblich", b"kereskedelmi", b"may not",
    b"copyright notice", b"any purpose", b"permitted provided", b"way you want",
    b"in any manner", b"what you want", "社外".encode(),
    "版权".encode(), "授权".encode(), "許可".encode(), "许可".encode(), "著作".encode(),
    "禁".encode(),
    "無断".encode(), "機密".encode(), "机密".encode(), "商".encode(), "权利".encode(),
    "무단".encode(), "비상업".encode(), "비영리".encode(), "营利".encode(), "営利".encode(),
    b"toegestaan", b"commerci", b"permit", b"permis", b"enehmig", b"toestemming", b"autori",
    b"no right", b"have the right", b"not evil", b"not for use", b"lisens", b"visible for",
    b"soumis", b"access to this", b"violat", b"not allowed", b"eula", b"under the terms",
    b"terms of service", b"terms of use", b"agreement", "письменн".encode(), "правооблад".encode(),
    b"subscription", b"weapon", b"government use", b"only with", b"may use", b"can use",
    b"is not allowed", b"ricerca", b"recherche", b"investigaci", b"pesquisa", b"orschung",
    "금지".encode(), "저작".encode(), "права".encode(), "конфиденц".encode(), "лиценз".encode(),
    "запре".encode(), "Права".encode(), "Конфиденц".encode(), "ПРАВА".encode(),
)  # fmt: skip
ANY_STATING = _native.Words(_STATING, is_wrapped=True)
"""Every notice contains one of these words: the first, fast check."""
_VAGUE = frozenset((
    b"domain", b"restrict", b"distribu", b"may not", b"must not", b"purposes", b"evaluation",
    b"personal", b"academic", "académi".encode(), b"educational", b"secret", b" train ",
    b"subject to", b"before us",
    b" nur ", b"reproduc", b"disclos", b"viewed", b"view this", b"ethic", b"freely",
    b"reserv", b"for use by", b"use only", b"only be used", b"be copied", b"pay a ", b"pay the",
    b"forbid", b"interdit", b"prohib", b"any purpose", b"permit", b"permis", b"autori",
    b"subscription", b"weapon", b"only with", b"may use", b"can use", b"is not allowed",
    b"recherche", b"komerc", b"kommer",
))  # fmt: skip
ANY_TELLING = _native.Words([
    *(word for word in _STATING if word not in _VAGUE), b"public domain", b"same terms",
], is_wrapped=True)  # fmt: skip
"""A comment after the leading ones is about rights only if it contains one of these."""
ANY_STRONG = _native.Words([
    b"licen", b"blessing", b"permission", b"redistribut", b"domain", b"confidential",
    b"unauthori", b"stackoverflow.com", b"all rights res",
], is_wrapped=True)  # fmt: skip
"""The same outside of the leading comment, where most files have nothing."""
ANY_CLAUSE = _native.Words([
    b"warrant", b"liab", b"copyright", b"conditions", b"software", b"notice", b"must", b"grant",
    b"if you ", b"you have to", b"you may", b"you can", b"anyone", b"everyone", b"users ",
], is_wrapped=True)  # fmt: skip
"""Other words of license texts."""
ANY_LEGAL = _native.Words([
    b"contrat", b"droits", b"what you want", b"way you want", b"in any manner", b"distributed",
    b"be copied", b"licen", b"permi", b"warrant", b"copyright", b"redistribut", b"grant", b"liab",
    b"freely", b"domain", b"lizenz",
])  # fmt: skip
"""Every license text contains one of these; other texts can only have restrictions."""
ENGLISH = frozenset((
    "all", "and", "are", "be", "been", "by", "can", "for", "from", "has", "have", "it", "its",
    "may", "no", "not", "of", "only", "that", "the", "these", "this", "to", "was", "were", "when",
    "which", "will", "with", "you", "your",
))  # fmt: skip
"""Most English sentences contain one of these; sentences in other languages do not."""
