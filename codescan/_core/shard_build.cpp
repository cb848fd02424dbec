// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "posting_sort.hpp"
#include "postings.hpp"

namespace codescan {
namespace {

void write_array(const std::string& path, const void* data, std::size_t count, u32 element_size,
                 Sync sync) {
  ArrayWriter writer(path, element_size, sync);
  writer.append(data, count);
  writer.close();
}

}  // namespace

void Rows::write(const std::string& folder, Sync sync) const {
  write_array(folder + "/starts", starts.data(), starts.size(), 4, sync);
  write_array(folder + "/contents", contents.data(), contents.size(), sizeof(ContentRow), sync);
  write_array(folder + "/blocks", blocks.data(), blocks.size(), sizeof(BlockRow), sync);
  write_array(folder + "/frequencies", frequencies.data(), frequencies.size(), 4, sync);
}

Rows::Place Rows::place(u32 position) const {
  const auto behind = std::upper_bound(starts.begin(), starts.end(), position);
  const u32 content = static_cast<u32>(behind - starts.begin() - 1);
  return {content, contents[content].family};
}

void Rows::count(u32 frequency_class, u32 times) {
  u32& count = frequencies[frequency_class];
  count = count > ~times ? ~0U : count + times;
}

ShardBuilder::ShardBuilder(const Profile& profile,
                           const std::optional<Permutations>& permutations, u32 max_tokens)
    : profile_(profile), permutations_(permutations), max_tokens_(max_tokens) {}

// A part that outgrows a small shard gets room for somewhat more than is usual, so that postings are
// hardly ever moved. Memory that is never written to is never taken from the system.
void ShardBuilder::add(Form form, Posting posting) {
  constexpr std::size_t kSmall = 64;
  std::vector<Posting>& part =
      parts_[static_cast<int>(form)][posting.key >> (kKeyBits - kPartBits)];
  if (part.size() == kSmall) {
    const u64 usual = form == Form::bag ? max_tokens_ / kBlockTokens * kBands
                                        : max_tokens_ / profile_.scheme[static_cast<int>(form)].w;
    part.reserve(usual * 3 / 2 / kParts);
  }
  part.push_back(posting);
}

std::int64_t ShardBuilder::add(const u8* text, std::size_t size, ContentRow row) {
  const LexerFamily& family = kLexerFamilies.at(row.lexer);
  lex(text, size, family.rules, tokens_);
  if (tokens_.size() > std::min(kMaxContentTokens, max_tokens_ - tokens())) return -1;
  const u32 base = tokens();
  for (const Token& token : tokens_) rows_.count(frequency_class(token.hash), 1);
  for (int f = 0; f < kForms; ++f) {
    const Form form = static_cast<Form>(f);
    if (form == Form::renamed && family.rules.prose) continue;  // prose has no identifiers
    fingerprints_.clear();
    if (form == Form::bag) {
      if (permutations_) bag_fingerprints(text, tokens_, *permutations_, fingerprints_);
    } else {
      fingerprints(tokens_, form, profile_.scheme[f], fingerprints_);
    }
    for (const Fingerprint& fp : fingerprints_) add(form, {fp.key, base + fp.token, fp.flanks});
  }
  rows_.starts.push_back(base + static_cast<u32>(tokens_.size()));
  rows_.contents.push_back(row);
  return static_cast<std::int64_t>(tokens_.size());
}

// Positions were appended in order and sorting is stable, so they stay sorted within a key.
void ShardBuilder::write(const std::string& folder, Sync sync) {
  rows_.write(folder, sync);
  PostingSorter sorter;
  for (int f = 0; f < kForms; ++f) {
    u64 count = 0;
    for (const auto& part : parts_[f]) count += part.size();
    PostingsWriter writer(folder, static_cast<Form>(f), count, rows_, {}, sync);
    for (auto& part : parts_[f]) {
      writer.add(sorter.sort(part, kKeyBits - kPartBits));
      std::vector<Posting>().swap(part);
    }
    writer.close();
  }
}

}  // namespace codescan
