// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "duplicate_features.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "blocks.hpp"

namespace codescan {
namespace {

constexpr u64 kHashSalt = 0x452821e638d01377ULL;
constexpr u64 kSecondSalt = 0xbe5466cf34e90c6cULL;
constexpr u64 kUnitSalt = 0xc0ac29b7c97c50ddULL;
constexpr u64 kFileBandSalt = 0x9216d5d98979fb1bULL;
constexpr u64 kRenamedBandSalt = 0xd1310ba698dfb5acULL;
constexpr u64 kUnitBandSalt = 0x2ffd72dbd01adfb7ULL;

u64 hash_tokens(TokenSpan tokens, u64 salt) {
  u64 h = salt ^ tokens.size();
  for (const Token& token : tokens) h = fold_multiply(h ^ token.hash ^ kSalt0, kSalt1 ^ salt);
  return mix(h);
}

// The same under two salts, side by side: each step waits for the one before it.
std::array<u64, 2> hash_tokens(TokenSpan tokens, u64 salt, u64 second_salt) {
  u64 a = salt ^ tokens.size(), b = second_salt ^ tokens.size();
  for (const Token& token : tokens) {
    a = fold_multiply(a ^ token.hash ^ kSalt0, kSalt1 ^ salt);
    b = fold_multiply(b ^ token.hash ^ kSalt0, kSalt1 ^ second_salt);
  }
  return {mix(a), mix(b)};
}

void add_keys(const u32* low, u32 bands, u32 rows, u64 salt, u32 owner, std::vector<u64>& keys,
              std::vector<u32>& owners) {
  for (u32 band = 0; band < bands; ++band) {
    u64 h = salt + band;
    for (u32 row = 0; row < rows; ++row) h = fold_multiply(h ^ low[band * rows + row], kSalt1);
    keys.push_back(mix(h));
    owners.push_back(owner);
  }
}

// What stands for the second, third, ... occurrence of each hash, so that a signature is of a bag
// and not of a set: edits of a repetitive text add many shingles to the few that it has.
void repeat_shingles(const std::vector<u32>& hashes, std::vector<u32>& out) {
  struct Slot {
    u32 hash, count;
  };
  static thread_local std::vector<Slot> slots;
  const std::size_t size = std::bit_ceil(2 * hashes.size() + 2);
  slots.assign(size, {0, 0});
  out.clear();
  for (const u32 hash : hashes) {
    std::size_t at = (hash * 0x9e3779b97f4a7c15ULL >> 32) & (size - 1);
    while (slots[at].count > 0 && slots[at].hash != hash) at = (at + 1) & (size - 1);
    slots[at].hash = hash;
    const u32 before = slots[at].count++;
    if (before > 0) out.push_back(static_cast<u32>(mix(u64{hash} << 32 | before)));
  }
}

u32 line_ends(const u8* text, u32 from, u32 to) {
  u32 count = 0;
  for (u32 i = from; i < to; ++i) count += text[i] == '\n';
  return count;
}

}  // namespace

void FeatureBuilder::add_tokens(const u8* text) {
  const std::size_t first = symbols.size();
  symbols.resize(first + tokens_.size());
  u32* symbol = symbols.data() + first;
  for (const Token& token : tokens_) {
    *symbol = symbol_of(token);
    ++histogram[token_class(*symbol++)];
  }
  if (!levels_.units && !levels_.passages) return;
  lines.resize(first + tokens_.size());
  u16* line = lines.data() + first;
  u32 before = 0;
  for (const Token& token : tokens_) {
    const u32 ends = line_ends(text, before, token.start);
    *line++ = static_cast<u16>(std::min<u32>(ends, std::numeric_limits<u16>::max()));
    before = token.start;
  }
}

void FeatureBuilder::add_signatures(const u8* text, u32 document) {
  const TokenSpan all(tokens_);
  const u32 count = static_cast<u32>(all.size());
  const u32 shingle_count = count - kShingleTokens + 1;
  shingles(all, {0, count}, mixed_);
  mix_shingles(mixed_.data(), mixed_.size());
  Signature whole;
  whole.fill(~0U);
  u32 covered = 0;
  const auto lower_between = [&](u32 from, u32 to) {
    if (from < to) lower_signature(mixed_.data() + from, to - from, permutations_, whole);
  };
  const std::vector<Unit> found = levels_.units ? find_units(text, all) : std::vector<Unit>();
  for (const Unit& unit : found) {
    const u32 end = unit.end - kShingleTokens + 1;
    lower_between(covered, unit.start);
    Signature low;
    low.fill(~0U);
    lower_signature(mixed_.data() + unit.start, end - unit.start, permutations_, low);
    for (u32 p = 0; p < kPermutations; ++p) whole[p] = std::min(whole[p], low[p]);
    covered = end;
    const u32 number = static_cast<u32>(units.size() / 3);
    units.insert(units.end(), {document, unit.start, unit.end});
    unit_hashes.push_back(
        hash_tokens(all.subspan(unit.start, unit.end - unit.start), kUnitSalt));
    add_keys(low.data(), kUnitBands, kUnitRows, kUnitBandSalt, number, unit_keys, unit_owners);
    for (u32 p = 0; p < kUnitSignature; ++p) unit_signatures.push_back(static_cast<u8>(low[p]));
  }
  lower_between(covered, shingle_count);
  repeat_shingles(mixed_, repeated_);
  lower_signature(repeated_.data(), repeated_.size(), permutations_, whole);
  add_keys(whole.data(), kFileBands, kFileRows, kFileBandSalt, document, file_keys, file_owners);
  std::copy_n(whole.begin(), kPermutations, signatures.end() - kPermutations);
}

void FeatureBuilder::add_renamed(u32 document) {
  static thread_local std::vector<Fingerprint> prints;
  prints.clear();
  fingerprints(TokenSpan(tokens_), Form::renamed, kProfiles[0].scheme[1], prints);
  if (prints.empty()) return;
  std::array<u32, kRenamedPermutations> low;
  low.fill(~0U);
  for (const Fingerprint& print : prints) {
    const u32 hash = static_cast<u32>(mix(print.key));
    for (u32 p = 0; p < kRenamedPermutations; ++p) {
      low[p] = std::min(low[p], permutations_.a[p] * hash + permutations_.b[p]);
    }
  }
  add_keys(low.data(), kRenamedBands, kFileRows, kRenamedBandSalt, document, renamed_keys,
           renamed_owners);
  std::copy(low.begin(), low.end(), renamed_signatures.end() - kRenamedPermutations);
}

void FeatureBuilder::add_passages(u32 document) {
  static thread_local std::vector<Fingerprint> prints;
  prints.clear();
  fingerprints(TokenSpan(tokens_), Form::exact, levels_.scheme, prints);
  for (const Fingerprint& print : prints) {
    passage_keys.push_back(mix(print.key << 24 ^ print.key));
    passage_places.insert(passage_places.end(), {document, print.token});
  }
}

u32 FeatureBuilder::add(const u8* text, std::size_t size, u32 lexer, bool near) {
  const Rules& rules = kLexerFamilies[lexer].rules;
  lex(text, size, rules, tokens_);
  bool is_prose = rules.prose;
  if (!is_prose && tokens_.size() < kMinCodeTokens) {
    lex_prose(text, size, tokens_);
    is_prose = true;
  }
  const u32 document = static_cast<u32>(lengths.size());
  const u32 count = static_cast<u32>(tokens_.size());
  lengths.push_back(count);
  const std::array<u64, 2> hash = hash_tokens(tokens_, kHashSalt, kSecondSalt);
  hashes.insert(hashes.end(), hash.begin(), hash.end());
  signatures.resize(signatures.size() + kPermutations, 0);
  renamed_signatures.resize(renamed_signatures.size() + kRenamedPermutations, 0);
  add_tokens(text);
  if (!near || count < kMinNearTokens) return count;
  add_signatures(text, document);
  if (!is_prose) add_renamed(document);
  if (levels_.passages) add_passages(document);
  return count;
}

}  // namespace codescan
