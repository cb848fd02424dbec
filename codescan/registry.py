# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The plug-ins by name.

One table from name to "module:Class". A module is imported only when its name is used, so that
a missing optional dependency or a slow import costs nothing until then. Packages
outside codescan add to an axis with an entry point in the group "codescan.<axis>".
"""

from __future__ import annotations

import functools
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from codescan.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.metadata import EntryPoint

__all__ = ["AXES", "load", "names"]

AXES: Mapping[str, Mapping[str, str]] = {
    "sources": {
        "installed": "codescan.sources.installed:InstalledSource",
        "directory": "codescan.sources.directory:DirectorySource",
        "git": "codescan.sources.git:GitSource",
        "pypi": "codescan.sources.pypi:PyPISource",
        "npm": "codescan.sources.npm:NpmSource",
        "debian": "codescan.sources.debian:DebianSource",
        "crates": "codescan.sources.crates:CratesSource",
        "go": "codescan.sources.go:GoSource",
        "maven": "codescan.sources.maven:MavenSource",
        "archives": "codescan.sources.archive_files:ArchivesSource",
        "dataset": "codescan.sources.dataset:DatasetSource",
    },
    "models": {
        "transformers": "codescan.models.backends.transformers:TransformersModel",
        "vllm": "codescan.models.backends.vllm:VllmModel",
        "openai-compatible": "codescan.models.backends.openai_compatible:OpenAICompatibleModel",
        "replay": "codescan.models.backends.replay:ReplayModel",
    },
    # Readers of logs: the first one that recognizes a row reads it, so the order matters.
    "logs": {
        "openai-stream": "codescan.logs.readers.openai_chunks:OpenAIChunksReader",
        "openai": "codescan.logs.readers.openai_chat:OpenAIChatReader",
        "anthropic-stream": "codescan.logs.readers.event_streams:AnthropicStreamReader",
        "openai-responses-stream": "codescan.logs.readers.event_streams:ResponsesStreamReader",
        "anthropic": "codescan.logs.readers.anthropic:AnthropicReader",
        "gemini": "codescan.logs.readers.gemini:GeminiReader",
        "bedrock": "codescan.logs.readers.bedrock:BedrockReader",
        "ollama": "codescan.logs.readers.ollama:OllamaReader",
        "copilot-chat": "codescan.logs.readers.copilot_chat:CopilotChatReader",
        "copilot-cli": "codescan.logs.readers.copilot_cli:CopilotCliReader",
        "claude-code": "codescan.logs.readers.claude_code:ClaudeCodeReader",
        "codex": "codescan.logs.readers.codex:CodexReader",
        "gemini-cli": "codescan.logs.readers.gemini_cli:GeminiCliReader",
        "openhands": "codescan.logs.readers.openhands:OpenHandsReader",
        "cline": "codescan.logs.readers.cline:ClineReader",
        "text-streams": "codescan.logs.readers.text_streams:TextStreamsReader",
        "cursor": "codescan.logs.readers.cursor:CursorReader",
        "langsmith": "codescan.logs.readers.langsmith:LangSmithReader",
        "opentelemetry": "codescan.logs.readers.opentelemetry:OpenTelemetryReader",
        "langfuse": "codescan.logs.readers.langfuse:LangfuseReader",
        "openai-responses": "codescan.logs.readers.openai_responses:OpenAIResponsesReader",
        "inspect_ai": "codescan.logs.readers.inspect_ai:InspectReader",
        "lm-eval": "codescan.logs.readers.lm_eval:LmEvalReader",
        "promptfoo": "codescan.logs.readers.promptfoo:PromptfooReader",
        "garak": "codescan.logs.readers.garak:GarakReader",
        "code-tasks": "codescan.logs.readers.code_tasks:CodeTasksReader",
        "request-response": "codescan.logs.readers.request_response:RequestResponseReader",
        "messages": "codescan.logs.readers.messages:MessagesReader",
        "message-rows": "codescan.logs.readers.message_rows:MessageRowsReader",
        "plain": "codescan.logs.readers.plain_rows:PlainRowsReader",
        "heuristic": "codescan.logs.readers.heuristic:HeuristicReader",
    },
    "prompts": {
        "prefix": "codescan.prompts.prefix:PrefixStrategy",
        "signature": "codescan.prompts.signature:SignatureStrategy",
        "file-header": "codescan.prompts.file_header:FileHeaderStrategy",
        "first-lines": "codescan.prompts.first_lines:FirstLinesStrategy",
        "fill-in-the-middle": "codescan.prompts.fill_in_the_middle:FillInTheMiddleStrategy",
        "chat-request": "codescan.prompts.chat_request:ChatRequestStrategy",
        "continue-file": "codescan.prompts.continue_file:ContinueFileStrategy",
        "short-snippet": "codescan.prompts.short_snippet:ShortSnippetStrategy",
        "unconditional": "codescan.prompts.unconditional:UnconditionalStrategy",
        "long-work": "codescan.prompts.long_work:LongWorkStrategy",
        "divergence": "codescan.prompts.divergence:DivergenceStrategy",
    },
    "canaries": {
        "secret": "codescan.canaries.families.secret:SecretFamily",
        "invented-function": (
            "codescan.canaries.families.invented_function:InventedFunctionFamily"
        ),
        "constant-table": "codescan.canaries.families.constant_table:ConstantTableFamily",
        "comment-verse": "codescan.canaries.families.comment_verse:CommentVerseFamily",
        "structured-id": "codescan.canaries.families.structured_id:StructuredIdFamily",
    },
    "matchers": {
        "verbatim": "codescan.matchers.verbatim:VerbatimMatcher",
        "renamed": "codescan.matchers.renamed:RenamedMatcher",
        "near": "codescan.matchers.minhash_units:NearMatcher",
    },
    "measures": {
        "near-verbatim": "codescan.audits.measures.near_verbatim:NearVerbatimMeasure",
        "true-continuations": (
            "codescan.audits.measures.true_continuations:TrueContinuationsMeasure"
        ),
        "long-works": "codescan.audits.measures.long_works:LongWorksMeasure",
        "agreement": "codescan.audits.measures.agreement:AgreementMeasure",
        "leak-curve": "codescan.audits.measures.leak_curve:LeakCurveMeasure",
        "unseen-passages": "codescan.audits.measures.unseen_species:UnseenPassagesMeasure",
        "reference-model": "codescan.audits.measures.reference_model:ReferenceModelMeasure",
        "prior-aware": "codescan.audits.measures.prior_aware:PriorAwareMeasure",
        "shuffled-index": "codescan.audits.measures.shuffled_index:ShuffledIndexMeasure",
        "matcher-self-test": "codescan.audits.measures.matcher_self_test:SelfTestMeasure",
    },
    # Scores of `codescan membership`.
    "membership": {
        "loss": "codescan.membership.scores.loss:LossScore",
        "zlib": "codescan.membership.scores.zlib_ratio:ZlibRatioScore",
        "min-k": "codescan.membership.scores.min_k:MinKScore",
        "min-k++": "codescan.membership.scores.min_k_plus:MinKPlusScore",
        "identifiers": "codescan.membership.scores.identifiers:IdentifierScore",
        "literals": "codescan.membership.scores.literals:LiteralScore",
        "comments": "codescan.membership.scores.comments:CommentScore",
        "reference-ratio": "codescan.membership.scores.reference_ratio:ReferenceRatioScore",
        "window-comparison": "codescan.membership.scores.window_comparison:WindowComparisonScore",
        "infilling": "codescan.membership.scores.infilling:InfillingScore",
        "sampling-overlap": "codescan.membership.scores.sampling_overlap:SamplingOverlapScore",
    },
    # Detectors of private data: if two find the same value, the first one names it.
    "private_data": {
        "private-keys": "codescan.private_data.private_keys:PrivateKeys",
        "connection-strings": "codescan.private_data.connection_strings:ConnectionStrings",
        "command-logins": "codescan.private_data.command_logins:CommandLogins",
        "web-tokens": "codescan.private_data.web_tokens:WebTokens",
        "cloud-keys": "codescan.private_data.cloud_keys:CloudKeys",
        "forge-tokens": "codescan.private_data.forge_tokens:ForgeTokens",
        "chat-tokens": "codescan.private_data.chat_tokens:ChatTokens",
        "payment-keys": "codescan.private_data.payment_keys:PaymentKeys",
        "mail-keys": "codescan.private_data.mail_keys:MailKeys",
        "registry-tokens": "codescan.private_data.registry_tokens:RegistryTokens",
        "ai-keys": "codescan.private_data.ai_keys:AiKeys",
        "operations-keys": "codescan.private_data.operations_keys:OperationsKeys",
        "named-secrets": "codescan.private_data.named_secrets:NamedSecrets",
        "email-addresses": "codescan.private_data.email_addresses:EmailAddresses",
        "bank-numbers": "codescan.private_data.bank_numbers:BankNumbers",
        "national-numbers": "codescan.private_data.national_numbers:NationalNumbers",
        "phone-numbers": "codescan.private_data.phone_numbers:PhoneNumbers",
        "ip-addresses": "codescan.private_data.ip_addresses:IpAddresses",
    },
    "reports": {
        "json": "codescan.reports.json:JsonReporter",
        "html": "codescan.reports.html:HtmlReporter",
        "terminal": "codescan.reports.terminal:TerminalReporter",
        "sarif": "codescan.reports.sarif:SarifReporter",
        "markdown": "codescan.reports.markdown:MarkdownReporter",
        "github": "codescan.reports.github:GithubReporter",
        "gitlab": "codescan.reports.gitlab:GitlabReporter",
        "notice": "codescan.reports.notice:NoticeReporter",
        "csv": "codescan.reports.csv:CsvReporter",
        "parquet": "codescan.reports.parquet:ParquetReporter",
        "spdx": "codescan.reports.spdx:SpdxReporter",
        "spdx3": "codescan.reports.spdx3:Spdx3Reporter",
        "cyclonedx": "codescan.reports.cyclonedx:CyclonedxReporter",
    },
}


def names(axis: str) -> list[str]:
    """All names of an axis, built-in first, then the names of entry points, sorted."""
    extra = sorted(entry.name for entry in _entry_points(f"codescan.{axis}"))
    return [*AXES[axis], *(n for n in extra if n not in AXES[axis])]


def load(axis: str, name: str) -> type:
    """The class of a name.

    Raises:
        UsageError: the name is not known on this axis.
    """
    target = AXES[axis].get(name)
    if target is not None:
        module, _, attribute = target.partition(":")
        return _as_type(getattr(import_module(module), attribute))
    for entry in _entry_points(f"codescan.{axis}"):
        if entry.name == name:
            return _as_type(entry.load())
    known_names = names(axis)
    import difflib  # here: only mistakes need it

    close = difflib.get_close_matches(name, known_names, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known_names)}"
    raise UsageError(f"there is no {_singular(axis)} called {name!r}", hint)


@functools.cache
def _entry_points(group: str) -> tuple[EntryPoint, ...]:
    """The entry points of a group, cached: installed packages are assumed not to change."""
    if not _may_be_installed(group):
        return ()
    from importlib.metadata import entry_points  # a tenth of the start-up time

    return tuple(entry_points(group=group))


def _may_be_installed(group: str) -> bool:
    """Whether an installed package may have entry points of a group.

    Searches the files that `importlib.metadata` reads for the group's heading. An entry of the path
    that is not a folder, such as an archive, counts as yes.
    """
    heading = f"[{group}]".encode()
    for place in dict.fromkeys(sys.path):
        try:
            names = os.listdir(place or ".")  # noqa: PTH208  no pathlib
        except NotADirectoryError:
            return True
        except OSError:  # missing: `importlib.metadata` finds nothing either
            continue
        for name in names:
            if name.endswith((".dist-info", ".egg-info")):
                file = os.path.join(place, name, "entry_points.txt")  # noqa: PTH118  no pathlib
                if heading in b"".join(_content(file).split()):
                    return True
    return False


def _content(path: str) -> bytes:
    """The bytes of a file; empty if it cannot be read. A Python stream would take twice as long."""
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError:
        return b""
    try:
        return b"".join(iter(lambda: os.read(file, 1 << 16), b""))
    except OSError:
        return b""
    finally:
        os.close(file)


def _singular(axis: str) -> str:
    return "canary family" if axis == "canaries" else axis.removesuffix("s")


def _as_type(loaded: object) -> type:
    if not isinstance(loaded, type):
        raise UsageError(f"{loaded!r} is not a class", "a plug-in is named as 'module:Class'")
    return loaded
