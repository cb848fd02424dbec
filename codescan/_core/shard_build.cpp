// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>

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
  const std::vector<u32> counted = counts();
  write_array(folder + "/frequencies", counted.data(), counted.size(), 4, sync);
}

std::vector<u32> Rows::counts() const {
  std::vector<u32> counted = frequencies;
  const u64 total = std::accumulate(frequencies.begin(), frequencies.end(), u64{0});
  counted.push_back(static_cast<u32>(total));
  counted.push_back(static_cast<u32>(total >> 32));
  return counted;
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
                           const std::optional<Permutations>& permutations, u32 max_tokens,
                           const QueryKeyFilter* query_keys)
    : profile_(profile), permutations_(permutations), max_tokens_(max_tokens), query_keys_(query_keys) {
  for (const Scheme& scheme : profile.scheme) parts_.emplace_back(max_tokens / scheme.w);
  parts_.emplace_back(max_tokens / kBlockTokens * kBands);
}

std::int64_t ShardBuilder::add(const u8* text, std::size_t size, ContentRow row) {
  const LexerFamily& family = kLexerFamilies.at(row.lexer);
  lex_streams(text, size, family.rules, Side::corpus, streams_);
  const Tokens& tokens = streams_.tokens;
  if (tokens.size() > std::min(kMaxContentTokens, max_tokens_ - this->tokens())) return -1;
  const u32 base = this->tokens();
  for (const Token& token : tokens) rows_.count(frequency_class(token.hash), 1);
  for (int f = 0; f < kForms; ++f) {
    const Form form = static_cast<Form>(f);
    fingerprints_.clear();
    if (form == Form::bag) {
      if (permutations_) bag_fingerprints(text, streams_.code(), *permutations_, fingerprints_);
    } else {
      fingerprints(streams_, form, profile_.scheme[f], fingerprints_);
    }
    for (const Fingerprint& fp : fingerprints_) {
      if (query_keys_ && form != Form::bag && !query_keys_->may_hold(form, fp.key)) continue;
      parts_[f].add({fp.key, base + fp.token, fp.flanks});
    }
  }
  rows_.starts.push_back(base + static_cast<u32>(tokens.size()));
  rows_.contents.push_back(row);
  return static_cast<std::int64_t>(tokens.size());
}

// Positions were appended in order and sorting is stable, so they stay sorted within a key.
void ShardBuilder::write(const std::string& folder, Sync sync) {
  rows_.write(folder, sync);
  PostingSorter sorter;
  for (int f = 0; f < kForms; ++f) {
    PostingParts& parts = parts_[f];
    PostingsWriter writer(folder, static_cast<Form>(f), parts.count(), rows_, {}, sync);
    for (u32 part = 0; part < PostingParts::kParts; ++part) {
      writer.add(sorter.sort(parts.part(part), PostingParts::prefix_of(part),
                             PostingParts::kRestBits));
    }
    parts.clear();
    writer.close();
  }
}

}  // namespace codescan
