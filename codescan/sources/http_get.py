# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Opens http and https URLs by the rules that downloads need: certificates, safe redirects."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from codescan.errors import SourceError
from codescan.sources.downloads import TransferError, public

if TYPE_CHECKING:
    from http.client import HTTPResponse
    from urllib.request import OpenerDirector, Request

__all__ = ["hopeless", "open_url"]


def open_url(
    url: str, headers: dict[str, str], *, authorization: str, certificates: str, timeout: float
) -> HTTPResponse:
    """The open answer to a GET; raises what urllib raises.

    Args:
        url: http or https, possibly with user name and password.
        headers: headers to send, besides User-Agent.
        authorization: value of the Authorization header, "" for none; it is not sent to another
            host after a redirect.
        certificates: file with the certificates to trust; "" for those of the system.
        timeout: maximum seconds without an answer.
    """
    import urllib.request

    bare = public(url)
    if not bare.startswith(("http://", "https://")):
        raise TransferError("refused", f"{bare} is neither http, https nor file")
    request = urllib.request.Request(bare, headers=headers)  # noqa: S310 - scheme checked
    request.add_header("User-Agent", "codescan")
    request.add_header("Accept-Encoding", "identity")
    if authorization:
        request.add_unredirected_header("Authorization", authorization)
    answer: HTTPResponse = _opener(certificates).open(request, timeout=timeout)
    return answer


@functools.cache
def _opener(certificates: str) -> OpenerDirector:
    """An opener that trusts the given certificates and refuses redirects from https to http."""
    import ssl
    import urllib.error
    import urllib.request

    class SameSecurity(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *arguments: Any) -> Request | None:
            request, _, _, _, _, target = arguments
            if request.type == "https" and not target.startswith("https:"):
                raise urllib.error.URLError("redirected from https to http")
            return super().redirect_request(*arguments)

    context = ssl.create_default_context()
    if certificates:
        try:
            context.load_verify_locations(certificates)
        except OSError as error:
            raise SourceError(
                f"the certificates {certificates} cannot be read: {error}",
                "correct the certificate setting of pip or npm",
            ) from error
    return urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), SameSecurity())


def hopeless(cause: object) -> bool:
    """Whether a retry cannot help: an unknown host, or a certificate that is not trusted."""
    import socket
    import ssl

    no_host = isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME
    return no_host or isinstance(cause, (ssl.SSLCertVerificationError, str))
