# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
class Base
  constructor: (@name) ->
  hello: => @name
class Derived extends Base
  hello: -> super() + (x for x in [1..10] when x in [1, 2])
own = (k for own k, v of {})
rest = (a, b...) -> b
mod = (a) -> a %% 2
floor = (a, b) -> a // b
module.exports = {Base, Derived, own, rest, mod, floor}
