# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Words that are syntax in one language and names in another; a renaming must not touch them.

The lexer has one set of keywords for all languages, which leaves such words out. Sources: the
grammars of the languages, as their reference manuals list reserved and contextual keywords.
"""

from __future__ import annotations

import keyword
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["reserved_words"]

_C = "register inline restrict define include ifdef ifndef endif undef pragma elif defined once \
line"
_CPP = f"{_C} namespace using operator friend explicit mutable noexcept override final decltype \
constexpr concept requires co_await co_return co_yield bool export module wchar_t delete \
thread_local"
_JVM = "boolean byte final native package protected strictfp synchronized transient default \
record \
sealed permits var"
_SCRIPT = "in of is as from get set export default function debugger type declare namespace \
module \
readonly keyof infer satisfies any never unknown number string boolean symbol bigint object \
require"
_SHELL = "then fi in do done function select time local declare readonly unset echo exit set shift"
_SQL = (
    "select from insert into update create table view index join left right inner outer on group \
by \
having order limit offset values drop alter add column primary key foreign references is in like \
between exists distinct all any union set when then end begin procedure function returns language \
entity architecture signal process port map is of to downto others library use package body loop"
)

_WORDS: Mapping[str, str] = {
    "python": " ".join((*keyword.kwlist, *keyword.softkwlist, "print")),
    "c": _C,
    "cpp": _CPP,
    "cuda": f"{_CPP} __global__ __device__ __host__ __shared__",
    "objective-c": f"{_C} end property synthesize implementation selector id nonatomic strong \
weak",
    "csharp": "namespace using in is out ref params readonly sealed override operator internal \
event \
delegate base bool byte decimal fixed get set implicit explicit lock object string partial record \
select from orderby group by into join on equals stackalloc value when init required",
    "java": _JVM,
    "groovy": f"{_JVM} in",
    "kotlin": "fun val when is in object companion data sealed open override internal by init \
constructor typealias inline reified suspend out lateinit vararg operator infix annotation \
package",
    "scala": "val object trait with match given using then end type override sealed implicit \
package \
forSome lazy final",
    "swift": "func guard in is as init deinit protocol inout some any where get set willSet \
didSet \
mutating override repeat fallthrough associatedtype subscript typealias open internal fileprivate \
rethrows extension subscript operator convenience lazy weak unowned",
    "go": "func range chan map package type select fallthrough go make append len cap iota string \
bool byte rune error",
    "rust": "in as ref dyn crate move match loop type use mod trait box macro_rules str usize \
isize \
u8 i8 u16 i16 u32 i32 u64 i64 u128 i128 f32 f64 bool Self derive",
    "zig": "comptime errdefer orelse and or usingnamespace test error anytype",
    "javascript": _SCRIPT,
    "typescript": _SCRIPT,
    "tsx": _SCRIPT,
    "vue": _SCRIPT,
    "svelte": _SCRIPT,
    "actionscript": f"{_SCRIPT} package dynamic internal",
    "dart": "in is on of part show hide get set required late final dynamic mixin factory \
operator \
covariant library rethrow external",
    "ruby": "begin end then rescue ensure module in redo retry alias defined undef when next loop \
require require_relative attr_accessor attr_reader attr_writer puts",
    "crystal": "begin end then rescue ensure module in next macro require of out",
    "perl": "sub my our local use package foreach eq ne lt gt le ge cmp last next redo no strict \
warnings shift push",
    "php": "php function echo namespace use array as endif endforeach endwhile endfor isset unset \
empty \
list print require require_once include include_once insteadof trait final global match readonly",
    "shell": _SHELL,
    "powershell": "function param begin process end in trap filter",
    "awk": "function in BEGIN END print printf getline next exit",
    "lua": "function local then end repeat in and or not elseif",
    "r": "function in next repeat TRUE FALSE library NA",
    "julia": "function end begin module using mutable macro quote in isa local global baremodule",
    "elixir": "end defmodule defp fn in when rescue after alias require use quote unquote",
    "haskell": "module data type newtype deriving instance of in then infix infixl infixr \
qualified \
hiding forall mdo",
    "ocaml": "begin end in of then fun function match module rec sig type val open when mutable \
done to \
downto exception external functor include inherit object",
    "sql": f"{_SQL} {_SQL.upper()}",
    "vhdl": f"{_SQL} {_SQL.upper()}",
    "ada": f"{_SQL} {_SQL.upper()}",
    "pascal": "program unit uses interface implementation begin end then procedure function \
record of \
to downto repeat in div mod xor array set type",
    "fortran": "program end subroutine function module implicit none integer real character \
logical \
dimension intent call then parameter allocatable use only contains",
    "erlang": "module end of when fun receive after",
    "terraform": "resource variable output provider data locals module for_each in",
    "nim": "proc func in of is end elif when var iterator macro discard ref ptr object block",
    "solidity": "contract function uint uint256 address mapping memory storage calldata event \
emit \
modifier require returns view pure payable external internal pragma solidity is library using",
    "verilog": "module endmodule input output wire reg always begin end posedge negedge assign \
endcase initial parameter logic function endfunction",
}  # fmt: skip


def reserved_words(language: str) -> frozenset[str]:
    """The words of a language that are syntax though the lexer counts them as names."""
    return frozenset(_WORDS.get(language, "").split())
