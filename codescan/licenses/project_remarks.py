# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Recognizes sentences that describe a project: its purpose, its authors, its installation.

They accompany many license texts and are not about rights. A sentence that is also about rights,
money, duties or the recipients of a work is not such a remark.
"""

from __future__ import annotations

from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["is_about_people", "is_project_remark"]

_ABOUT_RIGHTS = lazy_pattern(
    r" (?:licen[sc]\w*|grant\w*|rights?|permi\w+|entitle\w*|allowed|forbid\w*|forbidden|prohibit\w*"
    r"|exclud\w*|exclusive\w*|except|unless|only|solely|alone|never|not|no|nobody|nothing|without"
    r"|must|shall|ought|commercial\w*|profit\w*|business\w*|money|pay|pays|paid|paying|payments?|fees?|price|offer|gift|waiver|freedoms?|belongs?|leaves?"
    r"|buys?|bought|sells?|sold|sale|resale|resell\w*|costs?|copies|copy|copying|redistribut\w*"
    r"|private|personal|internal|confidential|secret|purposes?|own use|evaluation|trial"
    r"|members?|customers?|clients?|employees|subscribers?|citizens|residents|friends|guests|staff"
    r"|companies|company|firms?|banks?|governments?|military|army|police|weapons?|adults"
    r"|whoever|anyone|anybody|everyone|everybody|stays?|remains?|keeps?|ends?|lapses?|expires?"
    r"|until|agree\w*|contracts?|consent|owes?|territor\w+|jurisdiction) "
    r"|^ (?:every|each|any|those|who|if) "
)
_WORK = (
    r"(?:adapters?|algorithms?|apis?|applications?|apps?|assistants?|backends?|bindings?|bots?"
    r"|builders?|bundlers?|caches?|checkers?|classes|clients?|cli|codecs?|collections?|compilers?"
    r"|components?|converters?|crates?|daemons?|databases?|debuggers?|decoders?|demos?|drivers?"
    r"|editors?|emulators?|encoders?|engines?|examples?|exporters?|extensions?|formats?"
    r"|formatters?|frameworks?|frontends?|functions?|games?|generators?|guis?|helpers?"
    r"|implementations?|interfaces?|interpreters?|kernels?|languages?|layers?|libraries|library"
    r"|linters?|loaders?|managers?|middlewares?|models?|modules?|packages?|parsers?|players?"
    r"|plug ?ins?|ports?|programs?|programmes?|projects?|protocols?|readers?|renderers?|rewrites?"
    r"|runtimes?|scripts?|servers?|services?|shells?|simulations?|simulators?|solvers?|software"
    r"|stacks?|suites?|systems?|templates?|tests?|themes?|tools?|toolkits?|toolboxes|toolbox"
    r"|translators?|utilities|utility|viewers?|visuali[sz]ers?|websites?|widgets?|wrappers?"
    r"|writers?)"
)
"""Nouns for a project or a part of it."""
_NAMED = (
    r"^ (?:(?:this|the|our|its) )?(?!\w+ing |(?:after|before|when|while|once|in|on|at|for|above"
    r"|below|over|under|use|work|outside|inside) )(?:\w+ ){1,3}?"
)
"""A subject that is not an activity such as "gambling"."""
_DESCRIBING = lazy_pattern(
    # what it is
    rf"{_NAMED}(?:is|are|provides?|offers?) (?:an? |the |some |just |simply |both |yet |another "
    rf"|small |simple |fast )(?:\w+ ){{0,6}}?{_WORK} "
    rf"|^ (?:an? |the |yet another |simple |fast |small |tiny |modern |lightweight |minimal |pure )"
    rf"(?:\w+ ){{0,5}}?{_WORK} (?!(?:\w+ ){{0,1}}(?:is|are|has|have|goes|belongs?|may|can) )"
    r"|^ (?:the )?(?:goal|aim|purpose|idea|name|focus|motivation|task) (?:of|is|behind|comes?) "
    r"| is (?:a )?(?:free|open source|free and open source) software |^ this software is in "
    # what it does
    rf"|{_NAMED}(?:adds|aims|analy[sz]es|builds|calculates|checks|collects|combines|compiles"
    r"|computes|connects|converts|creates|decodes|defines|detects|displays|draws|encodes|estimates|sends?"
    r"|executes|exports|extends|extracts|finds|fixes|follows|formats|generates|handles|helps"
    r"|imports|improves|integrates|lets|lists|loads|makes|manages|maps|measures|merges|models"
    r"|monitors|offers|optimi[sz]es|parses|performs|plans|plays|plots|prints|processes|produces"
    r"|provides|reads|records|renders|replaces|resolves|runs|scans|schedules|searches|shows"
    r"|simplifies|simulates|solves|sorts|stores|supports|tests|tracks|trains|transforms|translates"
    r"|validates|visuali[sz]es|works|wraps|writes|requires|needs|changes|targets|speaks|holds|sends"
    r"|stands for|comes with|comes out of|came out of|lives|fits|gives|serves|turns|uses|reports"
    r"|counts|understands|contains|had the idea|began|appeared|can be (?:changed|set|configured"
    r"|extended|found)|is in (?:alpha|beta|development)) (?:\w+ )"
    r"|^ with \w+ you (?:can )?\w+ |^ you (?:will |can )?find "
    r"|^ (?:(?:a|fast|small|simple|tested|easy|to|use|light|lightweight|modern|tiny|robust|portable"
    r"|safe|secure|stable|clean|elegant|powerful|flexible|extensible|documented|well|and|free"
    r"|open|source|but|very|more) )+$"
    r"|^ (?:run|start|unpack|extract|launch|call) (?!it |this |them )(?:\w+ ){1,8}?(?:with|and) "
    # who made it, and when
    r"|^ (?:i|we) (?:wrote|made|started|began|created|built|hope|thank|are grateful|am grateful"
    r"|like|love|needed) "
    r"|^ (?:[\w]+ ){1,4}?(?:wrote|started|began|grew out of|created|drew|designed|invented"
    r"|maintains|leads|helped|ported|rewrote|translated|fixed|improved|contributed|founded) "
    r"| (?:grateful|gratitude|indebted) (?:to|for) | (?:happy|have fun) (?:hacking|coding|with) "
    r"|^ (?:version|release) \d "
    # where it lives, and how it is installed
    r"|^ (?:for |in |the |our |its |more |further |an? )*(?:home ?page|homepage|web ?site|docs"
    r"|documentation|manual|development|repository|mailing list|forum|wiki|issue tracker|chat"
    r"|tests|examples|images|pictures|icons|fonts|patches|contributions|ports|translations"
    r"|ideas|feedback|suggestions) (?:\w+ ){1,8}$"
    r"|^ (?:to |you can |just |then |first |now |please )*(?:install|build|compile|run|type|execute"
    r"|clone|download|open|test|start|use it|get started|add)(?: \w+){0,8}? (?:make|pip|npm|cargo"
    r"|yarn|brew|apt|gem|go get|pytest|tests?|cmake|configure|setup|docs|documentation|folder"
    r"|directory|command|terminal|readme|pypi|python|docker|requirements|dependencies) "
)
_OF_A_THING = lazy_pattern(
    r"^ (?:it|this|that|its|the|an?|there|my|some of the|all (?:functions|classes|modules|methods"
    r"|options|commands|files)|you (?:need|can|will)|(?:use|type|call) \w+ (?:to|for)) \w+ "
    r"|^ (?:\w*[a-rt-z0-9] )(?:is|was|has|had|can|will|does|[a-z]+s|[a-z]+ed) "
)
"""A sentence whose subject is a thing or a name, not a group of people."""
_OF_PEOPLE = lazy_pattern(
    r" (?:users?|usage|use of|use is|used by|people|persons?|humans?|hobby\w*|schools?|universit\w+"
    r"|colleges?|hospitals?|students?|teachers?|doctors?|lawyers?|children|gambl\w*|casinos?|betting"
    r"|trad(?:e|ers?|ing)|mining|miners?|advert\w*|surveil\w*|nuclear|drones?|tobacco|oil|prisons?"
    r"|farms?|farmers?|shops?|stores|clubs?|guilds?|part(?:y|ies)|church\w*|elections?|ai|llms?"
    r"|train\w*|learn\w*|laws?|courts?|applies|countr\w+|europe\w*|germany|france|china|russia"
    r"|coins?|dollars?|euros?|donat\w*|tax\w*|income|days|weeks|months|sundays?|weekends?"
    r"|borrow\w*|ours|lend\w*|edition|seats?|visit\w*|us|off the table|elsewhere"
    r"|(?:is|are|was) (?:\w+ )?for) "
)


def is_about_people(words: str) -> bool:
    """Whether a sentence in plain words is about groups of people, money, places or times."""
    return _OF_PEOPLE.search(words) is not None


def is_project_remark(words: str) -> bool:
    """Whether a sentence in plain words describes a project and is not about rights."""
    if _ABOUT_RIGHTS.search(words) is not None:
        return False
    if _DESCRIBING.search(words) is not None:
        return True
    return _OF_A_THING.search(words) is not None and not is_about_people(words)
