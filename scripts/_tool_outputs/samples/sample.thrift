// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
namespace java sample
namespace py sample
namespace cpp sample
namespace go sample
enum Grain { RYE = 1, OAT = 2 }
struct Loaf { 1: required string name, 2: optional i32 weight, 3: list<Grain> grains, 4: map<string, double> parts, 5: set<i64> marks, 6: bool done, 7: binary crust }
union Shelf { 1: Loaf loaf, 2: string label }
exception Burnt { 1: string why, 2: i32 heat }
service Oven {
  Loaf bake(1: Loaf loaf, 2: i32 heat) throws (1: Burnt burnt),
  oneway void cool(1: i64 minutes),
  list<Loaf> all()
}
