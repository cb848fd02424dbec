# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
@0x9eb32e19f86ee174;
enum Sort { one @0; two @1; }
struct Stone { name @0 :Text; weight @1 :UInt32; parts @2 :List(Stone); sort @3 :Sort; union { raw @4 :Data; none @5 :Void; } }
interface Quarry { dig @0 (depth :Float64) -> (stone :Stone); close @1 (); }
