// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What the fuzzer feeds to the core: texts, shards that are sound and shards that are damaged, and
// mutations of both.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "sketch.hpp"
#include "texts.hpp"

using namespace codescan;

namespace {

const char* kFiles[] = {"starts", "contents", "blocks", "frequencies",
    "exact.directory", "exact.postings", "exact.frequent", "renamed.directory",
    "renamed.postings", "renamed.frequent", "bag.directory", "bag.postings", "bag.frequent",
    "sketch.starts", "sketch.directory", "sketch.postings"};
constexpr std::size_t kFirstSketchFile = 13;
constexpr std::size_t kFileCount = std::size(kFiles);

Bytes read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

void write_file(const std::string& path, const Bytes& bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

void make_folder(const std::string& path) { std::filesystem::create_directory(path); }

// A small shard whose files are damaged, and the same with checksums made right again, so that the
// damage reaches the code behind them.
class Shards {
 public:
  Shards(const std::string& folder, const std::vector<Bytes>& texts) : folder_(folder) {
    make_folder(folder);
    make_folder(sound());
    make_folder(hurt());
    make_folder(merged());
    ShardBuilder builder(kProfiles[0], kPermuted, 1U << 24);
    ShardBuilder kept(kProfiles[0], kPermuted, 1U << 24);
    u64 family = 0;
    for (const Bytes& text : texts) {
      const ContentRow row{family++ % 3, 0, 0, static_cast<u32>(text.size()), 0, 0, 0};
      builder.add(text.data(), text.size(), row);
      kept.add(text.data(), text.size(), row);
      lex_streams(text.data(), text.size(), kLexerFamilies[0].rules, Side::query, query_);
      text_ = text;
    }
    builder.add_block({0, 100, 200});
    builder.write(sound());
    SketchBuilder sketch(1000);
    for (const Bytes& text : texts) {
      sketch.add(text.data(), text.size(), kLexerFamilies[0].rules);
    }
    sketch.write(sound());
    use(Shard(std::move(kept)), true);
    for (std::size_t i = 0; i < kFileCount; ++i) {
      files_.push_back(read_file(sound() + "/" + kFiles[i]));
      write_file(hurt() + "/" + kFiles[i], files_[i]);
    }
    use(sound(), true);  // the sound shard is read without complaint
    use_sketch(sound(), true);
  }

  // One input: the number of a file, its new bytes, and what to do.
  static constexpr u8 kMend = 1;   // make the checksums right again
  static constexpr u8 kMerge = 2;  // merge the shard, too
  void check(std::size_t file, u8 actions, Bytes bytes) {
    if (actions & kMend) repair(file, bytes);
    const std::string path = hurt() + "/" + kFiles[file];
    write_file(path, bytes);
    try {
      if (file < kFirstSketchFile) {
        use(hurt(), actions & kMerge, actions & kMend);
      } else {
        use_sketch(hurt(), actions & kMerge);
      }
      accepted += 1;
    } catch (const FormatError&) {
      refused += 1;
    } catch (const FileError&) {  // merged positions that do not fit
      refused += 1;
    } catch (const std::out_of_range&) {
      require(false, "damage gives FormatError, not out_of_range");
    }
    write_file(path, files_[file]);
  }

  const Bytes& file(std::size_t i) const { return files_[i]; }
  u64 accepted = 0, refused = 0;

 private:
  std::string sound() const { return folder_ + "/sound"; }
  std::string hurt() const { return folder_ + "/hurt"; }
  std::string merged() const { return folder_ + "/merged"; }

  // Everything that reads: each call may throw FormatError by itself.
  void use(const std::string& folder, bool merge, bool is_trusted = false) {
    const Shard shard(folder);
    if (is_trusted) shard.trust();  // the checksums of buckets, which stand in another file
    use(shard, merge);
  }
  void use(const Shard& shard, bool merge) {
    bool failed = false;
    const auto attempt = [&](auto&& read) {
      try {
        read();
      } catch (const FormatError&) {
        failed = true;
      }
    };
    std::vector<Fingerprint> keys;
    for (int form = 0; form < kTokenForms; ++form) {
      const Scheme& scheme = kProfiles[0].scheme[form];
      keys.clear();
      if (merge) {
        fingerprints(query_, static_cast<Form>(form), scheme, keys);
      } else {
        query_fingerprints(query_, static_cast<Form>(form), scheme, keys);
      }
      attempt([&] {
        std::vector<Candidate> candidates;
        std::vector<CandidateGroup> groups;
        std::vector<KeyUse> uses;
        shard.search(keys, static_cast<Form>(form), scheme, candidates, groups, uses);
        for (const Candidate& c : candidates) {
          require(c.content < shard.contents(), "candidates name contents that exist");
        }
        u32 at = 0;
        for (const CandidateGroup& g : groups) {
          require(g.first == at && g.end > at && g.end <= candidates.size(),
                  "groups lie side by side in the list");
          at = g.end;
        }
        require(at == candidates.size(), "every candidate is in a group");
      });
    }
    attempt([&] {
      for (const Answer& answer :
           look_up({&shard}, query_, text_.data(), kProfiles[0], kPermuted)) {
        for (const BagCandidate& c : answer.bags) {
          require(c.content < shard.contents(), "candidates name contents that exist");
        }
      }
    });
    for (u64 i = 0; i < shard.contents(); ++i) {
      attempt([&] { shard.content(i); });
      attempt([&] { shard.content_tokens(i); });
    }
    for (u64 i = 0; i < shard.blocks(); ++i) attempt([&] { shard.block(i); });
    attempt([&] { shard.frequencies(); });
    attempt([&] { shard.tokens(); });
    if (merge) {
      attempt([&] {
        const std::vector<MergeInput> inputs{{&shard, Bytes(shard.contents(), 1), 0, 0},
                                             {&shard, Bytes(shard.contents(), 0), 1, 300}};
        merge_shards(inputs, merged());
      });
    }
    attempt([&] { shard.verify_all(); });
    if (failed) throw FormatError("damaged");
  }

  void use_sketch(const std::string& folder, bool merge) {
    const SketchShard shard(folder);
    bool failed = false;
    try {
      const SketchAnswer answer = search_sketches({&shard}, {0}, query_);
      for (const SketchMatch& match : answer.matches) {
        require(match.content < shard.contents() && match.hits > 1, "matches are of contents");
        require(match.last_query_token + kSketchGram <= query_.tokens.size(), "and of the query");
      }
    } catch (const FormatError&) {
      failed = true;
    }
    if (merge) {
      SketchBuilder builder(1000);
      builder.add(shard, Bytes(shard.contents(), 1));
      builder.write(merged());
    }
    shard.verify_all();
    if (failed) throw FormatError("damaged");
  }

  // Makes header and page checksums fit the bytes, by writing the array anew.
  void repair(std::size_t file, Bytes& bytes) const {
    u32 element_size;
    std::memcpy(&element_size, files_[file].data() + 12, 4);
    u64 count;
    std::memcpy(&count, files_[file].data() + 16, 8);
    if (bytes.size() < sizeof(ArrayHeader)) return;
    const u64 held = (bytes.size() - sizeof(ArrayHeader)) / element_size;
    const std::string path = folder_ + "/mended";
    const bool has_sums = file >= kFirstSketchFile ||
                          std::string(kFiles[file]).find(".postings") == std::string::npos;
    ArrayWriter writer(path, element_size, Sync::no, has_sums ? PageSums::yes : PageSums::no);
    writer.append(bytes.data() + sizeof(ArrayHeader), std::min(count, held));
    writer.close();
    bytes = read_file(path);
  }

  std::string folder_;
  std::vector<Bytes> files_;
  Streams query_;  // of the last text
  Bytes text_;
};

const char* kPieces[] = {"/*", "*/", "//", "#", "--", "--[[", "]]", "{-", "-}", "<!--", "-->", "%",
    ";", "'", "\"", "'''", "\"\"\"", "\\", "\\\n", "\r\n", "\r", "\n", "\0", "\xEF\xBB\xBF",
    "\xC2\xA0", "\xE3\x80\x80", "\xFF\xFE", "def ", "class ", "async def ", "{", "}", ",)", "0x1p-3",
    "1e+", ".5", "a.b", "r'", "u8\"", "'a", "$", "_", "\t", "        ", "return x;", "\x7F",
    "`", "${", "(*", "*)", "#|", "|#", "#=", "=#", "#[", "]#", "#[==[", "]==]", "--[=[", "<#", "#>",
    "/+", "+/", "%{\n", "%}\n", "\n=begin\n", "\n=end\n", "\n=pod\n", "\n=cut\n", "rem ", "::", "!",
    "=/", "https://", "f\"", "\\(", " some more words of a comment ", "f(a, b);\n"};

// Flip, cut, insert, repeat, splice: one to four times.
Bytes mutate(Random& random, const std::vector<Bytes>& seeds, std::size_t limit) {
  Bytes out = seeds[random.below(seeds.size())];
  if (out.size() > limit) {
    const std::size_t from = random.below(out.size() - limit + 1);
    out = Bytes(out.begin() + static_cast<std::ptrdiff_t>(from),
                out.begin() + static_cast<std::ptrdiff_t>(from + limit));
  }
  for (u64 times = 1 + random.below(4); times > 0; --times) {
    const auto place = [&] { return static_cast<std::ptrdiff_t>(random.below(out.size() + 1)); };
    switch (random.below(7)) {
      case 0:
        if (!out.empty()) out[random.below(out.size())] ^= static_cast<u8>(1U << random.below(8));
        break;
      case 1:
        if (!out.empty()) out[random.below(out.size())] = static_cast<u8>(random.next());
        break;
      case 2:
        out.resize(random.below(out.size() + 1));
        break;
      case 3: {
        const char* piece = kPieces[random.below(std::size(kPieces))];
        const std::string text(piece, std::max<std::size_t>(1, std::strlen(piece)));
        out.insert(out.begin() + place(), text.begin(), text.end());
        break;
      }
      case 4: {  // a stretch again and again: periodic texts
        if (out.empty()) break;
        const std::size_t from = random.below(out.size());
        const std::size_t n = 1 + random.below(std::min<std::size_t>(40, out.size() - from));
        const Bytes piece(out.begin() + static_cast<std::ptrdiff_t>(from),
                          out.begin() + static_cast<std::ptrdiff_t>(from + n));
        for (u64 i = random.below(60); i > 0 && out.size() < 2 * limit; --i) {
          out.insert(out.begin() + static_cast<std::ptrdiff_t>(from), piece.begin(), piece.end());
        }
        break;
      }
      case 5: {
        const Bytes& other = seeds[random.below(seeds.size())];
        const std::size_t from = random.below(other.size() + 1);
        const std::size_t n = random.below(std::min<std::size_t>(300, other.size() - from) + 1);
        out.insert(out.begin() + place(), other.begin() + static_cast<std::ptrdiff_t>(from),
                   other.begin() + static_cast<std::ptrdiff_t>(from + n));
        break;
      }
      default: {  // noise, or bytes that mean something everywhere
        const char* marks = "\"'/*#-{}<>;,().\\\n\r \0a1\xC2\xA0\xE2\x80";
        for (u64 i = random.below(30); i > 0; --i) {
          const u8 byte = random.below(4) ? static_cast<u8>(marks[random.below(27)])
                                          : static_cast<u8>(random.next());
          out.insert(out.begin() + place(), byte);
        }
      }
    }
  }
  return out;
}

// A file of a shard with flipped bits, large numbers, a cut end, or pages of another file.
Bytes damage(Random& random, const Shards& shards, std::size_t file) {
  Bytes out = shards.file(file);
  switch (random.below(5)) {
    case 0:
      out.resize(random.below(out.size() + 1));
      break;
    case 1: {  // a number that leads astray
      const u64 values[] = {0, 1, 0x7fffffff, 0xffffffff, ~0ULL, 1ULL << 32, out.size()};
      const u64 value = values[random.below(std::size(values))];
      const std::size_t width = random.below(2) ? 4 : 8;
      if (out.size() >= width) std::memcpy(&out[random.below(out.size() - width + 1)], &value, width);
      break;
    }
    case 2: {
      const Bytes& other = shards.file(random.below(kFileCount));
      const std::size_t n = random.below(std::min(out.size(), other.size()) + 1);
      const std::size_t at = random.below(out.size() - n + 1);
      std::copy_n(other.begin(), n, out.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    }
    default:
      for (u64 times = 1 + random.below(5); times > 0; --times) {
        // Half of all flips hit the header or the first elements.
        const std::size_t reach = random.below(2) ? out.size() : std::min<std::size_t>(out.size(), 160);
        out[random.below(reach)] ^= static_cast<u8>(1U << random.below(8));
      }
  }
  return out;
}

}  // namespace
