# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Finds short statements about rights that are not full license sentences.

There are four kinds:

- who owns a file: "Eigentum der Muster GmbH";
- that it must not be copied: "请勿复制";
- a grant in exchange for something: "provided you send me a beer";
- license names alone: "CC BY-NC 3.0 Unported", "MIT, BSD-3-Clause or Zlib, whichever you prefer".

`restrictions` reads longer sentences about rights; here, one line must be enough.
"""
# ruff: noqa: RUF001 - words of many languages

from __future__ import annotations

import re
from itertools import pairwise

from codescan._core import _native
from codescan.licenses import text_normalization
from codescan.licenses.lone_names import AMBIGUOUS, bare_names
from codescan.licenses.notice_sentences import decoded, plain_words, split
from codescan.licenses.pattern_words import WordedPatterns
from codescan.licenses.repeated_texts import kept_by_text
from codescan.records import NOASSERTION
from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["MAY_STATE", "OWNING", "short_statement"]

_TRIGGERS = (
    "property of", "owned by", "do not copy", "don't copy", "not share", "internal use",
    "for commercial", "for any commercial", "for profit", "for resale", "for sale", "dual ",
    "public release", "before us", "before copying", "ask ", "contact ", "top secret",
    "under nda", "riservat", "not distribute", "for distribution",
    "proprietary", "company secret", "trade secret", "internal ", "granted", "permission to",
    "feel free", "free to use", "you can use", "use it ", "allowed", "permitted", "be used",
    "do what ", "eigentum", "eigendom", "ejendom", "egendom", "propri", "propied", "wasno",
    "własno", "vlastnictv", "kopier", "kopieer", "kopiëren", "copier", "copiar", "copiare",
    "copie", "kopiow", "kopírov",
    "you may use",
    "weitergegeben", "weitergeben", "verbreite", "vervielf", "appartien", "pertenece", "pertence ",
    "behoort", "gehört", "należy", "принадлеж", "gebrauch", "verbot", "vertrouwelijk",
    "confiden", "poufne",
    "důvěrn", "mülkiyet", "hakları", "práva", "собственность", "собственн", "Собственн", "майно",
    "Майно", "копировать", "копіюва", "конфид", "Конфид", "разглаш",
    "tài sản", "Tài sản", "bản quyền",
    "Bản quyền", "quyền được", "sao chép", "tài liệu mật", "Tài liệu mật", "bảo mật", "Bảo mật",
    "公司", "归", "歸", "请勿", "請勿", "勿外传", "内部", "內部", "所有物", "財産", "複製",
    "コピー",
    "機密", "社外", "무단", "자산", "소유", "복제", "복사", "대외비", "기밀",
    "cc by", "cc-by", "creative commons", "gpl", "busl", "sspl", "eupl", "epl-", "cddl",
    "polyform", "elastic", "fsl-", "functional source", "terms as perl", "bsd", "apache", "isc,",
    "isc or", "# mit", " mit ", " mit,", " mit/",
    " mpl", "\nmpl", "\tmpl", "/mpl", "(mpl", "#mpl", "*mpl", ":mpl", "mpl-", "mpl 1", "mpl 2",
    "mplv", "mpl v",
    "(mit", "\nmit", "zlib", "unlicense", "-clause",
)  # fmt: skip
MAY_STATE = _native.Words([word.encode() for word in _TRIGGERS], is_wrapped=True)
"""Every comment with a short statement contains one of these words."""
OWNING = _native.Words([word.encode() for word in (
    "eigentum ", "eigendom ", "ejendom ", "egendom ", "propriété ", "propiedad ", "proprietà ",
    "propriedade ", "własność", "vlastnictví", "собственность", "майно", "tài sản", "bản quyền",
    "mọi quyền", "mülkiyet", "hakları", "所有", "请勿", "請勿", "公司机密", "财产", "財産", "複製",
    "コピー禁止", "복제", "소유", "자산", "provided you", "condition that",
)], is_wrapped=True)  # fmt: skip
"""The words searched for in the whole file, where most words of `MAY_STATE` occur in code."""

_MAX_TEXT = 4000
_MAX_UNITS = 60
_MAX_UNIT = 600

_OWNED = (
    r"(?:property of|owned by|eigentum (?:der|des|von)|eigendom van|ejendom (?:af|tilhørende)"
    r"|egendom (?:av|tillhörande|som tillhör)|tillhör|własnoś(?:ć|cią)(?: firmy| spółki)?"
    r"|appartient à|pertenece a|appartiene a|pertence a|behoort toe aan|gehört(?: der)?|należy do"
    r"|принадлежит"
    r"|vlastnictví(?: společnosti| firmy)?|majetek(?: společnosti| firmy)?"
    r"|propriété (?:exclusive |intellectuelle )?(?:de |du |des |d['’])"
    r"(?:la (?:société|sté) |l['’]entreprise )?"
    r"|propiedad (?:exclusiva |intelectual )?(?:del? )(?:la (?:empresa|compañía) )?"
    r"|proprietà (?:esclusiva |intellettuale )?(?:della società |dell['’]azienda |di |della |del )"
    r"|propriedade (?:exclusiva |intelectual )?(?:da empresa |da |de |do )"
    r"|собственность(?:ю)?(?: компании| фирмы)?|майно(?: компанії| фірми)?"
    r"|tài sản (?:của|thuộc)(?: công ty)?|bản quyền (?:thuộc về|của)(?: công ty)?)"
)
_COMPANY = (
    r"(?:(?-i:Inc|Corp|Corporation|Ltd|Limited|LLC|LLP|Company|GmbH|AG|KG|SE|UG|SA|SAS|SARL|SRL"
    r"|S\.A|S\.p\.A|SpA|S\.r\.l|S\.L|Ltda|Lda|B\.V|BV|N\.V|NV|ApS|A/S|AB|AS|Oy|Oyj|sp\. z o|S\.A\.S"
    r"|ООО|ОАО|ЗАО|АО|ТОВ|s\.r\.o|a\.s|A\.Ş|Group|Technologies|Systems|University)(?!\w))"
)
_OWNER_NAME = r"(?-i:[^\W\d_a-zß-öø-ÿ][\w.&'’-]*)"
_BEFORE_OWNER = (
    r"(?:\W*(?:this|the|all|dies|diese[rs]?|ce|cette|este|esta|questo|dit|ten|является|code|file"
    r"|software|program|source|is|are|ist|est|es|è|é|to|jest|datei|quellcode|fichier|logiciel"
    r"|archivo|sole|exclusive|confidential|intellectual|geistiges|alleiniges|файл|код|này|là)\b)"
    r"{0,8}\W*"
)
_OWNERSHIP = WordedPatterns(
    rf"^(?:\S{{1,30}}\s+){{0,6}}?{_OWNED}\s*(?:(?:[\w.&'’-]+[ ,]+){{1,6}}{_COMPANY}|{_COMPANY})"
    rf"|^{_BEFORE_OWNER}{_OWNED}\s*{_OWNER_NAME} {_OWNER_NAME}[\W]*$"
    r"|^(?:\S{1,30}\s+){0,6}?(?:tài sản (?:của|thuộc(?: về)?)|bản quyền (?:của|thuộc về)"
    r"|własnoś\w+|vlastnictví|собственност\w+|майно)"
    r" (?:công ty|firmy|spółki|společnosti|компании|компанії) ",
    flags=re.IGNORECASE,
)
_NAMED_OWNER = WordedPatterns(rf"^{_BEFORE_OWNER}{_OWNED}\s*{_OWNER_NAME}\W*$", flags=re.IGNORECASE)
"""An owner of one word, only at the head of a file: in code, "property of Node" is a class."""
_BEFORE_ORDER = (
    r"^\W*(?:(?-i:INTERNAL|PRIVATE|CONFIDENTIAL|NOTICE|WARNING|IMPORTANT|NOTE)[\W_]+)?"
    r"(?:please |bitte |prière de |por favor,? )?"
)
_NOT_COPIED_WORDS = (
    (
        r"(?:ask|contact|e-?mail|consult|write to|check with)\b.{0,40} (?:before|prior to) (?:using"
        r"|copying|re-?using|distributing|redistributing|any use|you use)\b.{0,60}"
    ),
    (
        r"(?:do not|don't|no) (?:copy|distribute|redistribute|reproduce|disclose|copying"
        r"|share)(?:,? (?:or|and|nor) (?:\w+))*(?: (?:this|the) (?:file|code|source|software"
        r"|document))?(?: (?:outside|externally|without permission"
        r"|without authori[sz]ation)\b.{0,60})?"
    ),
    r"(?:[\w.&'-]+ ){0,2}confidential *[-–—:,;/(|] *.{0,60}",
    r"(?:(?-i:[A-Z])[\w.&'-]* ){1,3}(?-i:Confidential|CONFIDENTIAL)",
    (
        r"(?:keep|treat|handle) (?:it|this"
        r"|these)(?: \w+){0,3} (?:as )?(?:strictly )?confidential(?:ly)?"
    ),
    (
        r"no (?:copying|redistribution|distribution|re-?use|modification|resale|reproduction)"
        r"(?: (?:is )?(?:allowed|permitted|without .{0,60}))?"
    ),
    r"view(?:ing)? only",
    r"not for (?:public |external )?(?:re)?(?:distribution|release|publication)",
    (
        r"(?:(?:this|the) (?:file|code|source code|software) is )?(?:shared |covered "
        r"|provided )?under (?:an? )?(?-i:NDA)"
    ),
    r"(?:top|strictly) secret",
    r"(?:strettamente |uso )?riservat[oa]",
    r"not (?:intended )?for (?:any )?(?:commercial\b.{0,40}|profit|resale|sale)",
    r"for internal (?:company |corporate |business )?use",
    (
        r"(?:for |strictly |(?-i:[A-Z])[\w.&'-]* ){0,3}internal (?:company |corporate "
        r"|business )?use only(?:[\W_]*(?-i:[A-Z][\w.&'-]*)){0,4}"
    ),
    r"(?:company|trade) secrets?",
    r"contains trade secrets",
    r"\w+ proprietary",
    r"internal \w+ code",
    r"(?:\w+ )?darf nicht (?:weitergegeben|kopiert|vervielfältigt|verbreitet)\b.{0,60}",
    r"nicht (?:weitergeben|verbreiten)",
    r"nicht kopieren",
    r"kopieren (?:ist )?(?:verboten|untersagt|nicht erlaubt)",
    r"nur f[uü]r (?:den )?intern\w* (?:gebrauch|nutzung|zwecke?)",
    r"(?:streng )?vertraulich",
    r"ne pas (?:copier|diffuser|distribuer|reproduire)\b.{0,60}",
    r"(?:document |fichier |code |strictement )?confidentiel(?:le)?",
    r"(?:copie|diffusion|reproduction) interdite",
    r"no (?:copiar|distribuir|reproducir)\b.{0,60}",
    r"prohibid[ao] (?:la |su )?\w+",
    r"non (?:copiare|distribuire|riprodurre)\b.{0,60}",
    r"propriet[aà] riservata",
    r"não (?:copiar|copie|distribuir|distribua|reproduzir)\b.{0,60}",
    r"niet (?:kopi[eë]ren|verspreiden)\b.{0,60}",
    r"(?:strikt )?vertrouwelijk",
    r"(?:ściśle )?poufne",
    r"(?:kopiowanie|rozpowszechnianie) (?:jest )?(?:zabronione|wzbronione)",
    r"nie kopiować\b.{0,60}",
    r"(?:přísně )?důvěrné",
    r"kopírování (?:je )?zakázáno",
    r"(?:не|запрещено|запрещается) (?:копировать|распространять|разглашать)\b.{0,60}",
    r"(?:строго )?конфиденциально",
    r"не копіювати",
    r"kopiera inte",
    r"må ikke kopieres",
    r"kopyalamay[ıi]n",
    r"không (?:được )?(?:sao chép|phân phối|phát tán)\b.{0,60}",
    r"tài liệu (?:mật|nội bộ)",
)
_NOT_COPIED = WordedPatterns(
    *(rf"{_BEFORE_ORDER}(?:{words})\W*$" for words in _NOT_COPIED_WORDS), flags=re.IGNORECASE
)
_RESERVED = lazy_pattern(
    r"(?:mọi quyền (?:được|đã được) bảo lưu|giữ toàn quyền|tüm hakları saklıdır"
    r"|všechna práva vyhrazena|mülkiyetinde(?:dir)?|усі права захищені"
    r"|公司(?:所有|机密|機密|财产|財產)|(?:版权|版權|著作权|代码|程序|软件|文件)(?:均)?[归歸]\w{2,20}所有"
    r"|(?:请勿|請勿|切勿|勿)(?:复制|複製|外传|外傳|传播|傳播|泄露|分发|拷贝|转载)|禁止(?:外传|外傳|复制|拷贝|传播)"
    r"|(?:株式会社|有限会社)\w{1,20}の(?:所有物|財産|機密)"
    r"|(?:複製|コピー|転載|複写|再配布)(?:を)?(?:禁止|禁じ|しないで)"
    r"|^\W*(?:機密情報|社外秘|極秘|内部资料|內部資料|대외비|기밀)\W*$"
    r"|회사(?:의)? ?(?:소유|자산|기밀|재산)"
    r"|(?:복제|복사|배포|전재)(?:를|을)? ?(?:금지|금합|금함|하지 ?마)"
    r"|주식회사의? ?(?:소유|자산|기밀|재산))",
    re.IGNORECASE | re.MULTILINE,
)
_GRANT = WordedPatterns(
    r"^ (?:licensed under |under )?(?:the )?(?:permission (?:is |to )|you (?:can|may|are "
    r"(?:allowed|free|permitted)) |(?:feel )?free (?:to |for )|use (?:it|this) |do what(?:ever)? "
    r"|(?:it |this (?:\w+ )?)?may be (?:freely )?used |(?:usage|use|redistribution|copying) "
    r"(?:is )?(?:allowed|permitted|granted) )"
)
_CONDITION = WordedPatterns(
    r" (?:provided|providing|as long as|so long as|if|unless|on condition|but|only|except|in"
    r" (?:exchange|return)|in non ?profit|granted to) "
)
_CONSIDERATION = WordedPatterns(
    r" (?:send|sends|mail|email|e mail|postcard|beer|coffee|pizza|star|stars|donat\w+|pay|paid|fee"
    r"|fees|royalt\w+|link back|credit me|money|sell|resell|open source projects|non ?profit"
    r"|students|customers|employees|subscribers|members only|buy me|mention me"
    r"|thank me|notify me|tell me|buy|purchase|subscribe\w*"
    r"|contact me|cite|ask me|commercial\w*|competitors?|attribution and|weapons?|military"
    r"|ai training|training (?:of )?(?:an? )?(?:ai|llms?)|train (?:an? )?(?:ai|llms?)) "
)
_GRANTED = WordedPatterns(
    r"^ permission (?:is (?:hereby )?(?:granted )?)?to (?:use|copy|modify|distribute|redistribute)"
    r"(?: \w+){0,20} (?:provided|as long as|so long as|on condition|if|only|unless|granted to"
    r" (?!any|all|every|the public|whoever)\w+) "
)
_LICENSE = (
    r"(?:(?:the |this |code |file |is |licensed |released |available |under |you |may |can |use |"
    r"used |be |it |freely ){0,9}"
    r"(?:the |a )?(?:mit|apache (?:license |version |v |v)*2(?: 0)?|bsd \d clause|zlib|isc|boost|"
    r"bsl 1 0|unlicense|w?t?f?pl|mpl 2 0|l?gpl ?v?\d|0bsd)(?: license)? )"
)
_CHANGED = WordedPatterns(
    rf"^ {_LICENSE}(?:applies )?(?:\w+ )?"
    r"(?:(?:but(?: not| please)?|except|unless|plus|provided|no resale|not for use|"
    r"on (?:the )?condition|with (?:the |an? )?(?:added|additional|extra|following|further)|"
    r"with (?:the |an? )?(?:condition|restriction|requirement|limitation|proviso|caveat)|"
    r"as long as|excluding|minus|not) )"
)
_CHANGE = WordedPatterns(
    r" (?:evil|harm|harmful|nazis?|illegal|unethical|malware|spam"
    r"|condition|restriction|requirement|limitation|proviso|caveat|added|additional terms|sell"
    r"|resale|resell|host|hosting|hosted|service|saas|providers?|competitors?|compete|commercial\w*"
    r"|work for|weapons?|military|credit|pay|employees|companies|corporations|charge|ai|train\w*) "
)

_SHORT_LINE = 25
_OPEN_END = lazy_pattern(
    r"(?:,|\b(?:and|or|OR|AND|WITH|with|the|an?|of|under|by|is|are|for|to|in|not|which|that|from|we"
    r"|you|this|these|its?))$"
)
"""The end of a line in the middle of a sentence."""
_GOES_ON = lazy_pattern(
    r"(?:version \d|v?\d|licen[sc]e|or |and |with |exception|compatible|libraries)", re.IGNORECASE
)
"""The start of a line in the middle of a sentence that names a license."""


def short_statement(text: bytes, *, is_head: bool) -> tuple[str, str] | None:
    """The statement about rights in one line or sentence of a comment.

    Args:
        text: the comment without its marks.
        is_head: whether it is at the head of a file, where a few words can apply to the file.

    Returns:
        The expression, NOASSERTION if the words do not name a license, and the words; else None.
    """
    words = decoded(text_normalization.without_notices(text[:_MAX_TEXT]))
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    sentences = [" ".join(sentence.split()) for sentence in split(words)]
    units = list(dict.fromkeys([*sentences, *lines]))[:_MAX_UNITS]
    may_state = MAY_STATE.any_in(_spaced("\n".join(units)))  # one check for all units
    for unit in units if may_state else ():
        if len(unit) > _MAX_UNIT or not MAY_STATE.any_in(_spaced(unit)):
            continue
        if _takes_rights(unit, is_head=is_head):
            return NOASSERTION, unit
    alone = [
        line
        for (before, line), (_, behind) in pairwise(pairwise(["", *lines, ""]))
        if _ends(before) and not _GOES_ON.match(behind)
    ]
    parts = [part.strip() for sentence in sentences for part in sentence.split(";")]
    for unit in dict.fromkeys([*sentences, *alone, *parts][:_MAX_UNITS]) if is_head else ():
        expression = bare_names(unit)
        if expression == AMBIGUOUS and unit in sentences:
            return NOASSERTION, unit
        if expression and expression != AMBIGUOUS:  # a line may be wrapped within a name
            return expression, unit
    return None


def _spaced(words: str) -> bytes:
    """Words with spaces in place of line ends, and around them."""
    return f" {words} ".replace("\n", "  ").encode("utf-8", "replace")


def _ends(line: str) -> bool:
    """Whether a statement ends with this line, so that its name does not continue on the next."""
    if not line or line[-1] in ".:;!?":
        return True
    return len(line) < _SHORT_LINE and _OPEN_END.search(line) is None


@kept_by_text(2048, _MAX_UNIT)
def _takes_rights(unit: str, *, is_head: bool) -> bool:
    if _OWNERSHIP.is_in(unit) or (not unit.isascii() and _RESERVED.search(unit)):
        return True
    if is_head and (_NOT_COPIED.is_in(unit) or _NAMED_OWNER.is_in(unit)):
        return True
    plain = plain_words(unit)
    if _GRANTED.is_in(plain) or (_CHANGED.is_in(plain) and _CHANGE.is_in(plain)):
        return True
    return _GRANT.is_in(plain) and _CONDITION.is_in(plain) and _CONSIDERATION.is_in(plain)
