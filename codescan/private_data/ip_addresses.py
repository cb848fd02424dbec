# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""IP addresses of the public Internet."""

from __future__ import annotations

import ipaddress
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from codescan.private_data.context import ContextWords, after, before
from codescan.private_data.path_data import is_path_data
from codescan.private_data.records import Candidate, Category, Kind
from codescan.records import Grade

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.private_data.searched_text import SearchedText

__all__ = ["IpAddresses"]

_KIND = "ip-address"
_IPV4 = re.compile(r"\d(?<![\w.]\d)\d{0,2}(?:\.\d{1,3}){3}(?![\w]|\.\w|-[A-Za-z0-9])")
_IPV6 = re.compile(
    r"[23](?<![\w:.][23])[0-9A-Fa-f]{3}:(?:[0-9A-Fa-f]{0,4}:){1,6}[0-9A-Fa-f]{0,4}(?![\w:])"
)
_WORDS = ContextWords(
    (
        "ip", "ipv4", "ipv6", "ip address", "ip addr", "addr", "address", "host", "server",
        "client",
        "remote", "peer", "gateway", "nameserver", "dns", "bind", "listen", "ssh", "ping", "proxy",
        "connect", "connection", "from", "source", "src", "dst", "login", "logged in", "request",
        "endpoint", "node", "visitor", "forwarded for", "remote addr", "subnet", "adresse",
        "clientip", "remoteaddr",
        "ipaddress", "sourceip", "userip", "user ip", "hostname", "url", "http", "https",
        "attacker", "session",
    )
)  # fmt: skip
_OID = re.compile(
    r"identifier|\boid|asn\.?1|x\.?509|(?:street|postal|email) ?address|"
    r"(?<![\d.])[012]\.\d{1,3}\.\d{1,5}\.\d{1,5}(?!\d)"
)
"""Context of object identifiers, which begin with 0, 1 or 2: words, or another identifier."""
_VERSION = re.compile(
    r"(?:version|release|chrome/|firefox/|safari/|edg/|==|>=|<=|~=|[<>^]|(?<![a-z])(?:ver|v|rev|oid|"
    r"section|chapter|build|update|upgrade|dotnet|asn|snmp|schema|mib|iso|jdk|jre|java))"
    r"[\w \"'=:({\[.-]{0,12}$|[a-z]/[\w.%-]{1,30}@$|(?<![\d.])802\.\d{1,2}[a-z]{0,3}(?:-\d{4})?,? $"
)
"""Words before versions and section numbers, except the end of "server"."""
_NAMED_VERSION = re.compile(r"(?:version|release)\w{0,40}[\"']?\s?[:=]\s?[\"']$")
"""A name that contains "version", and its value."""
_PUBLIC_SERVICES = frozenset(
    {
        "8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "149.112.112.112", "208.67.222.222",
        "208.67.220.220", "4.2.2.1", "4.2.2.2", "114.114.114.114", "223.5.5.5", "223.6.6.6",
        "1.2.3.4", "1.1.1.2", "2.2.2.2", "3.3.3.3", "4.4.4.4", "5.5.5.5", "5.6.7.8", "4.3.2.1",
        "2001:4860:4860::8888", "2001:4860:4860::8844", "2606:4700:4700::1111",
        "2606:4700:4700::1001", "2620:fe::fe", "168.63.129.16",
        "2620:119:35::35", "2620:119:53::53", "94.140.14.14", "94.140.15.15", "185.228.168.9",
        "185.228.169.9", "76.76.19.19", "76.223.122.150", "76.76.2.0", "76.76.10.0",
    }
)  # fmt: skip
"""Public resolvers, and invented addresses of documentation."""
_DOCUMENTED = frozenset(
    {"129.144.52.38", "13.1.68.3", "192.0.32.10", "198.97.38.1", "132.235.1.2",
     "93.184.216.34", "93.184.215.14", "70.41.3.18", "150.172.238.178"}
)  # fmt: skip
"""Examples of RFC 2373, RFC 2428, RFC 4291 and others, of example.com, and of X-Forwarded-For in
the manual of HTTP headers.
"""
_ARCS = ("2.5.4.", "2.5.29.")
"""Object identifiers of X.500 attributes and extensions, some of which are called addresses."""
_SERVICE_PREFIXES = ("2606:4700:4700::1111:", "2606:4700:4700::1001:", "2001:4860:4860::8888:")
"""Prefixes of resolvers followed by a port."""
_OF_SERVICES = tuple(
    map(
        ipaddress.ip_network,
        (
            "8.8.8.0/24", "64.233.160.0/19", "74.125.0.0/16", "142.250.0.0/15", "172.217.0.0/16",
            "216.58.192.0/19", "104.16.0.0/13", "2001:4860::/32", "2404:6800::/32",
            "2607:f8b0::/32", "2800:3f0::/32", "2a00:1450::/32", "2c0f:fb50::/32",
            "2400:cb00::/32", "2606:4700::/32", "2a06:98c0::/29",
        ),
    )
)  # fmt: skip
"""Hosts of Google and of Cloudflare's proxies, which serve everyone."""
_ALLOCATED = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "2001::/16", "2002::/16", "2003::/18", "2400::/11", "2600::/12", "2610::/23",
            "2620::/23", "2630::/12", "2800::/12", "2a00::/11", "2c00::/12",
        ),
    )
)  # fmt: skip
"""The ranges from which registries assign IPv6 addresses, by the list of IANA."""
_NETWORK = re.compile(r"/(?:[1-9]|[12]\d|3[01])\b")
_NETWORK_WORD = re.compile(r"net(?:work|mask|s\b)|cidr|range|block|broadcast|route|prefix")
_CLAUSE = re.compile(
    r" (?:in|of) (?:the )?[\w. ]{0,24}(?:standard|specification|spec|manual)\b|"
    r" \([A-Z][a-z]+; |"  # of the name of a client
    r" \w{1,60} \(Opnum |,? (?:Figure|Table|Section|Clause) "
)
"""Text after the number of a clause."""
_IPV4_VERSION = 4
_LOW = 2
_FIRST_HOSTS = 10
_HIGH = 32
_OID_ROOT = 2
_HIGH_OCTETS = 2
_LEAST_GROUPS = 4


class IpAddresses:
    """Find public addresses, without private, reserved and documentation ranges."""

    kinds: Mapping[str, Kind]

    def __init__(self) -> None:
        self.kinds = {_KIND: Kind(_KIND, Category.PERSONAL, "Public IP address")}

    def find(self, searched: SearchedText) -> Iterator[Candidate]:
        """Yield IPv4 addresses, then IPv6 addresses."""
        text = searched.text
        for match in searched.numbers.dotted(_IPV4):
            candidate = _ipv4(text, match)
            if candidate is not None:
                yield candidate
        for start in searched.numbers.groups_of_four("23"):
            address = _IPV6.match(text, start)
            candidate = None if address is None else _ipv6(address)
            if candidate is not None:
                yield candidate


def _ipv4(text: str, match: re.Match[str]) -> Candidate | None:
    octets = match[0].split(".")
    if any(len(octet) > 1 and octet.startswith("0") for octet in octets):
        return None
    address = _parsed(match[0])
    if address is None:
        return None
    words = before(text, match.start(), 32)
    is_clause = (
        _VERSION.search(words)
        or _NAMED_VERSION.search(before(text, match.start(), 64))
        or _CLAUSE.match(text, match.end())
    )
    if is_clause or is_path_data(text, match.start(), match.end()):
        return None
    is_network = _is_network(text, match, octets)
    has_high = sum(int(octet) >= _HIGH for octet in octets) >= _HIGH_OCTETS
    has_context = (
        _WORDS.near(text, match.start(), match.end())
        or text[match.start() - 3 : match.start()] == "://"
        or re.match(r":\d{2,5}\b|/\d{1,2}\b", text[match.end() : match.end() + 7]) is not None
        or text[max(0, match.start() - 1) : match.start()] == "@"
    )
    if not has_high and not has_context:
        return None
    # Versions, object identifiers and section numbers are small, or begin with 0, 1 or 2.
    is_arc = match[0].startswith(_ARCS)
    if is_arc or (int(octets[0]) <= _OID_ROOT and _OID.search(words + after(text, match.end()))):
        return None
    small = (max(map(int, octets)) < _HIGH or int(octets[0]) <= _OID_ROOT) and not _is_named(words)
    grade = Grade.C if small else Grade.B
    return Candidate(
        _KIND, match.start(), match.end(), str(address), grade, detail="IPv4",
        placeholder="network" if is_network else _placeholder(str(address), octets)
        or _made_up(octets),
    )  # fmt: skip


def _made_up(octets: list[str]) -> str:
    """Why an IPv4 address is invented; "" if it may be assigned.

    Of assigned addresses, one in a hundred has such octets.
    """
    first, second, third, last = map(int, octets)
    lowest = min(second, third)
    if lowest == 0 or (lowest <= _LOW and last <= _FIRST_HOSTS):
        return "round"
    is_repeated = (first, second) == (third, last) or all(len(set(octet)) == 1 for octet in octets)
    return "sequence" if is_repeated else ""


def _is_network(text: str, match: re.Match[str], octets: list[str]) -> bool:
    """Whether an address is a network or broadcast address instead of a host."""
    if _NETWORK.match(text, match.end()) or octets[2:] in (["0", "0"], ["255", "255"]):
        return True
    around = text[max(0, match.start() - 32) : match.end() + 16].lower()
    return octets[3] in ("0", "255") and _NETWORK_WORD.search(around) is not None


def _is_named(words: str) -> bool:
    """Whether a word for addresses precedes a value, without another value in between."""
    own = re.split(r"[\"'`][ ,;)\]}]", words)[-1]
    return re.search(r"(?<![a-z])ip(?![a-z])|://|addr|host", own) is not None


def _ipv6(match: re.Match[str]) -> Candidate | None:
    address = _parsed(match[0])
    if address is None or len([g for g in match[0].split(":") if g]) < _LEAST_GROUPS:
        return None
    return Candidate(
        _KIND, match.start(), match.end(), str(address), Grade.B, detail="IPv6",
        placeholder=_placeholder(str(address), str(address).split(":")),
    )  # fmt: skip


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address, if it is routed on the Internet."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if not address.is_global or address.is_multicast:
        return None
    is_assigned = address.version == _IPV4_VERSION or any(address in net for net in _ALLOCATED)
    return address if is_assigned else None


def _placeholder(address: str, parts: list[str]) -> str:
    if address.endswith("::"):
        return "network"
    if _is_service(address):
        return "public-service"
    if address.startswith(("192.88.99.", "192.0.0.", "3ffe:")):
        return "reserved"  # of relays, protocols and the 6bone, RFC 7526, 6890 and 3701
    numbers = [int(part, 16) for part in parts if part]
    is_sequence = (
        address.startswith(
            ("123.45.", "12.34.", "111.111.", "1.2.3.", "1.1.1.", "2.2.2.", "3.3.3.")
        )
        or any(numbers[at : at + 3] == [1, 2, 3] for at in range(len(numbers) - 2))
        or all(b - a == numbers[1] - numbers[0] for a, b in pairwise(numbers))
    )
    return "sequence" if is_sequence else ""


def _is_service(address: str) -> bool:
    """Whether an address belongs to a public service or to documentation."""
    if address in _PUBLIC_SERVICES or address in _DOCUMENTED:
        return True
    parsed = ipaddress.ip_address(address)
    return address.startswith(_SERVICE_PREFIXES) or any(parsed in net for net in _OF_SERVICES)
