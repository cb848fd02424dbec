// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "token_model.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <new>
#include <utility>

#include "number_value.hpp"
#include "shard.hpp"

namespace codescan {
namespace {

constexpr std::size_t kStructures = kStructureOrders.size();
constexpr std::size_t kNames = kNameOrders.size();
constexpr std::size_t kReuse = kStructures + kNames;  // place of the table of reuses
constexpr u64 kStep = 0x9e3779b97f4a7c15ULL;
constexpr float kStrength = 4;        // of what a lower order says, in counts
constexpr float kBackoff = 0.4F;      // for a symbol that a context is not known to have before it
constexpr float kLeast = 1.0F / 65536;  // share of any symbol before anything is known
constexpr u32 kLeastCount = 3;        // seen less often, a context is left out of the model
constexpr u32 kSelfOrder = 6;         // tokens after which a text that repeats itself is predicted
constexpr u32 kSelfSlots = 1U << 14;
constexpr float kSelfBits = 0.25F;    // for a token that was predicted
constexpr float kSelfMissBits = 2;    // added for one that was predicted wrongly
constexpr u32 kRowPeriod = 4;         // signs after which a drawn row repeats itself, at most
constexpr float kRowBits = 1;         // for a sign of such a row
constexpr u32 kAhead = 16;            // tokens whose counts are on their way from memory
constexpr u32 kCountAhead = 8;        // of them, those of whose contexts the counts are still to be read
constexpr float kMostBits = 10;       // of one token's symbol
constexpr float kCountBits = 0.5F;    // of a number that follows from the one before

// What is left of a token when names and literals are not told.
u64 symbol_of(const Token& token) {
  switch (token.kind()) {
    case Kind::identifier: return 1;
    case Kind::number: return 2;
    case Kind::string: return 3;
    case Kind::word: return 4;
    default: return token.hash;
  }
}

bool is_named(Kind kind) {
  return kind == Kind::identifier || kind == Kind::number || kind == Kind::string ||
         kind == Kind::word;
}

u32 class_of(u64 hash) { return static_cast<u32>(hash >> 48); }

// How many names ago a name was used last, in classes; 0 for a new one.
u32 reuse_class(u32 distance) {
  if (distance == 0) return 0;
  return std::min<u32>(kReuseClasses - 1, static_cast<u32>(std::bit_width(distance)));
}

// Walks over a text and tells each token's contexts.
class Walk {
 public:
  Walk(TokenSpan tokens, u32 lexer) : tokens_(tokens), salt_(mix(kLexerFamilies[lexer].statistics + 1)) {
    std::size_t room = std::bit_ceil(std::max<std::size_t>(16, 2 * tokens.size()));
    last_.assign(room, {0, 0, 0});
    window_.fill(0);
  }

  // Calls visit(i, symbol, contexts of structure, reuse class, names since, tokens since).
  template <class Visit>
  void run(Visit visit) {
    for (u32 i = 0; i < tokens_.size(); ++i) {
      const Token& token = tokens_[i];
      const u64 symbol = symbol_of(token);
      std::array<u64, kStructures> contexts;
      u64 h = salt_;
      u32 back = 0;
      for (std::size_t o = 0; o < kStructures; ++o) {
        for (; back < kStructureOrders[o]; ++back) h = (h ^ window_[(i - 1 - back) & 7]) * kStep + 1;
        contexts[o] = mix(h + o);
      }
      u32 distance = 0, tokens_since = 0;
      const bool named = is_named(token.kind());
      if (named) {
        Entry& entry = find(token.hash);
        if (entry.name != 0) {
          distance = names_ + 1 - entry.name;
          tokens_since = i + 1 - entry.token;
        }
        entry = {token.hash, ++names_, i + 1};
      }
      visit(i, symbol, contexts, reuse_class(distance), tokens_since);
      window_[i & 7] = symbol;
      if (named) {
        before_[1] = before_[0];
        before_[0] = token.hash;
      }
    }
  }

  // The context of a name of one order.
  u64 name_context(std::size_t order) const {
    return mix((before_[0] ^ salt_) * kStep + (order ? before_[1] : 0) + order);
  }
  // That of the reuse of a name.
  static u64 reuse_context(const std::array<u64, kStructures>& contexts) {
    return mix(contexts[1] ^ kStep);
  }

 private:
  struct Entry {
    u64 hash;
    u32 name;   // counted from 1
    u32 token;  // from 1
  };
  Entry& find(u64 hash) {
    std::size_t place = hash >> 20;
    for (;; ++place) {
      Entry& entry = last_[place & (last_.size() - 1)];
      if (entry.name == 0 || entry.hash == hash) return entry;
    }
  }

  TokenSpan tokens_;
  u64 salt_;
  std::array<u64, 8> window_;  // the last symbols
  std::array<u64, 2> before_ = {0, 0};
  std::vector<Entry> last_;
  u32 names_ = 0;
};

u64 followed(u64 context, u64 by) { return mix(context ^ (by * kStep)); }

// Where the counts of a context stand, and those of what follows it.
struct Place {
  u64 context;
  u64 what;      // follows
  u64 followed;  // told only where the context is known
  float count;   // of the context
};

// What the walk told of a token whose counts are not read yet.
struct Ahead {
  u64 symbol;
  u32 reuse;
  u32 since;
  std::array<Place, kReuse + 1> places;
};

const std::array<double, 256> kNameCounts = [] {
  std::array<double, 256> counts{};
  for (int i = 0; i < 256; ++i) counts[i] = std::exp2(i / 8.0) - 1;
  return counts;
}();

}  // namespace

const std::array<float, 256> ContextTable::kCounts = [] {
  std::array<float, 256> counts{};
  for (int i = 0; i < 256; ++i) counts[i] = std::exp2(static_cast<float>(i) / 8) - 1;
  return counts;
}();

u8 ContextTable::quantized(u64 count) {
  return static_cast<u8>(
      std::min(255.0, std::round(8 * std::log2(static_cast<double>(count) + 1))));
}

ModelTrainer::ModelTrainer()
    : tables_(TokenModel::kTables, std::vector<Slot>(ContextTable::kSlots)),
      names_(TokenModel::kNameClasses) {}

void ModelTrainer::add(TokenSpan tokens, u32 lexer) {
  const auto count = [&](std::size_t table, u64 context) {
    Slot& slot = tables_[table][context >> (64 - ContextTable::kBits)];
    const u32 tag = static_cast<u32>(context);
    if (slot.tag == tag) {
      slot.count += slot.count != ~0U;
    } else if (slot.count == 0) {
      slot = {tag, 1};
    } else {
      --slot.count;
    }
  };
  Walk walk(tokens, lexer);
  walk.run([&](u32 i, u64 symbol, const auto& contexts, u32 reuse, u32) {
    for (std::size_t o = 0; o < kStructures; ++o) {
      count(2 * o, contexts[o]);
      count(2 * o + 1, followed(contexts[o], symbol));
    }
    const Token& token = tokens[i];
    if (!is_named(token.kind())) return;
    for (std::size_t o = 0; o < kNames; ++o) {
      const u64 context = walk.name_context(o);
      count(2 * (kStructures + o), context);
      count(2 * (kStructures + o) + 1, followed(context, token.hash));
    }
    names_[class_of(token.hash)] += 1;
    if (token.kind() != Kind::identifier) return;
    const u64 context = Walk::reuse_context(contexts);
    count(2 * kReuse, context);
    count(2 * kReuse + 1, followed(context, reuse));
  });
}

std::vector<u8> ModelTrainer::bytes() const {
  std::vector<u8> out;
  out.reserve(TokenModel::kBytes);
  for (const std::vector<Slot>& table : tables_) {
    for (const Slot& slot : table) {
      const bool is_kept = slot.count >= kLeastCount;
      out.push_back(is_kept ? ContextTable::tag_of(slot.tag) : 0);
      out.push_back(is_kept ? ContextTable::quantized(slot.count) : 0);
    }
  }
  for (const u32 count : names_) out.push_back(ContextTable::quantized(count));
  return out;
}

TokenModel::TokenModel(const u8* bytes, std::vector<const Shard*> shards,
                       std::shared_ptr<void> owner)
    : owner_(std::move(owner)),
      names_(bytes + kTables * ContextTable::kBytes),
      shards_(std::move(shards)),
      shares_(static_cast<std::atomic<float>*>(std::calloc(kNameClasses, sizeof(float)))) {
  if (!shares_) throw std::bad_alloc();
  for (std::size_t i = 0; i < kTables; ++i) {
    tables_.emplace_back(bytes + i * ContextTable::kBytes);
  }
  double trained = 0, indexed = 0;
  for (u32 i = 0; i < kNameClasses; ++i) trained += kNameCounts[names_[i]];
  for (const Shard* shard : shards_) indexed += static_cast<double>(shard->frequency_sum());
  counted_ = indexed + trained + kNameClasses;
}

// With add-one smoothing over the classes.
float TokenModel::name_share(u32 name_class) const {
  float share = shares_[name_class].load(std::memory_order_relaxed);
  if (share == 0) {
    double own = 0;
    for (const Shard* shard : shards_) own += static_cast<double>(shard->frequency(name_class));
    share = static_cast<float>((own + kNameCounts[names_[name_class]] + 1) / counted_);
    shares_[name_class].store(share, std::memory_order_relaxed);
  }
  return share;
}

void TokenModel::score(const u8* text, TokenSpan tokens, u32 lexer, std::vector<double>& structure,
                       std::vector<double>& full) const {
  const std::size_t n = tokens.size();
  structure.resize(n + 1);
  full.resize(n + 1);
  double structure_sum = 0, full_sum = 0;
  structure[0] = full[0] = 0;
  std::vector<u32> seen(kSelfSlots, 0);       // where each context of kSelfOrder symbols was last
  std::vector<u64> symbols(n);
  std::vector<u8> reuses(n);
  u32 predicted = 0;                          // place + 1 of the token that is expected next
  u32 signs = 0;                              // in a row, up to here
  u64 number = 0, step = 0;
  bool has_number = false;
  const auto interpolate = [&](std::size_t tables, const Place& place, float share) {
    const float of = place.count;
    if (of == 0) return share;
    const float seen_before = tables_[tables + 1].count(place.followed);
    if (seen_before == 0) return share * std::max(kBackoff, kStrength / (of + kStrength));
    return (std::min(of, seen_before) + kStrength * share) / (of + kStrength);
  };
  const auto add = [&](u32 i, const Ahead& ahead) {
    const Token& token = tokens[i];
    const u64 symbol = ahead.symbol;
    const u32 reuse = ahead.reuse, since = ahead.since;
    float share = kLeast;
    for (std::size_t o = 0; o < kStructures; ++o) {
      share = interpolate(2 * o, ahead.places[o], share);
    }
    float shape = -std::log2(share);
    float renamed = 0, named = 0;
    if (is_named(token.kind())) {
      float name = name_share(class_of(token.hash));
      for (std::size_t o = 0; o < kNames; ++o) {
        name = interpolate(2 * (kStructures + o), ahead.places[kStructures + o], name);
      }
      named = -std::log2(name);
      if (since) named = std::min(named, 1 + std::log2(static_cast<float>(since)));
      renamed = named;  // a literal is the same in a renamed copy
      if (token.kind() == Kind::identifier) {
        const float used = interpolate(2 * kReuse, ahead.places[kReuse], 1.0F / kReuseClasses);
        renamed = -std::log2(used) + (reuse > 1 ? static_cast<float>(reuse - 1) : 0);
      }
    }
    shape = std::min(shape, kMostBits);
    if (token.kind() == Kind::number) {
      const u64 value = number_at(text, token);
      // The same again, one more or less, twice or half as much, or the last step again: a table
      // counts. Differences wrap around, so that steps down are steps as well.
      const u64 difference = value - number;
      if (has_number && (value == number || difference == 1 || difference == ~0ULL ||
                         value == 2 * number || number == 2 * value || difference == step)) {
        named = std::min(named, kCountBits);
        renamed = named;
      }
      step = has_number ? difference : 0;
      number = value;
      has_number = true;
    }
    signs = token.kind() == Kind::op ? signs + 1 : 0;
    for (u32 back = 1; signs > 2 && back <= kRowPeriod && back < signs; ++back) {
      if (tokens[i - back].hash == token.hash) shape = std::min(shape, kRowBits);
    }
    symbols[i] = symbol;
    reuses[i] = static_cast<u8>(reuse);
    if (predicted) {
      const u32 like = predicted - 1;
      const bool is_right = symbols[like] == symbol;
      if (is_right) {
        shape = std::min(shape, kSelfBits);
        if (reuses[like] == reuse && token.kind() == Kind::identifier) {
          renamed = std::min(renamed, kSelfBits);
        }
      } else {
        shape += kSelfMissBits;
      }
      predicted = is_right ? predicted + 1 : 0;
    }
    if (i + 1 >= kSelfOrder) {
      u64 h = kStep;
      for (u32 j = 0; j < kSelfOrder; ++j) h = (h ^ symbols[i - j]) * kStep;
      u32& slot = seen[mix(h) % kSelfSlots];
      if (!predicted && slot) {
        bool is_same = true;
        for (u32 j = 0; j < kSelfOrder && is_same; ++j) {
          is_same = slot >= kSelfOrder && symbols[slot - 1 - j] == symbols[i - j];
        }
        if (is_same) predicted = slot + 1;
      }
      slot = i + 1;
    }
    structure_sum += shape + renamed;
    full_sum += shape + named;
    structure[i + 1] = structure_sum;
    full[i + 1] = full_sum;
  };
  // The walk is some tokens ahead, so that the slots of the tables, which no cache near the
  // processor holds, come meanwhile: first those of contexts, then, only where a context is known,
  // those of what follows it.
  std::array<Ahead, kAhead> waiting;
  const auto count = [&](u32 i) {
    Ahead& ahead = waiting[i % kAhead];
    const auto read = [&](std::size_t pair) {
      Place& place = ahead.places[pair];
      place.count = tables_[2 * pair].count(place.context);
      if (place.count == 0) return;
      place.followed = followed(place.context, place.what);
      tables_[2 * pair + 1].prefetch(place.followed);
    };
    const Kind kind = tokens[i].kind();
    for (std::size_t o = 0; o < kStructures; ++o) read(o);
    if (!is_named(kind)) return;
    for (std::size_t o = 0; o < kNames; ++o) read(kStructures + o);
    if (kind == Kind::identifier) read(kReuse);
  };
  Walk walk(tokens, lexer);
  walk.run([&](u32 i, u64 symbol, const auto& contexts, u32 reuse, u32 since) {
    if (i >= kAhead) add(i - kAhead, waiting[i % kAhead]);
    if (i >= kCountAhead) count(i - kCountAhead);
    Ahead& ahead = waiting[i % kAhead];
    ahead.symbol = symbol;
    ahead.reuse = reuse;
    ahead.since = since;
    const auto fetch = [&](std::size_t pair, u64 context, u64 what) {
      tables_[2 * pair].prefetch(context);
      ahead.places[pair] = {context, what, 0, 0};
    };
    const Token& token = tokens[i];
    for (std::size_t o = 0; o < kStructures; ++o) fetch(o, contexts[o], symbol);
    if (!is_named(token.kind())) return;
    __builtin_prefetch(&shares_[class_of(token.hash)]);
    for (std::size_t o = 0; o < kNames; ++o) {
      fetch(kStructures + o, walk.name_context(o), token.hash);
    }
    if (token.kind() == Kind::identifier) fetch(kReuse, Walk::reuse_context(contexts), reuse);
  });
  for (std::size_t i = n > kCountAhead ? n - kCountAhead : 0; i < n; ++i) {
    count(static_cast<u32>(i));
  }
  for (std::size_t i = n > kAhead ? n - kAhead : 0; i < n; ++i) {
    add(static_cast<u32>(i), waiting[i % kAhead]);
  }
}

}  // namespace codescan
