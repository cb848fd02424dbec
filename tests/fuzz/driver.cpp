// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// A fuzzer of the native core: random and mutated texts through every lexer, fingerprints, units,
// verification and, as archives, the tar reader; damaged array files through the shard reader and
// the merge. Whatever is read, the only way to fail is FormatError. Run by scripts/fuzz_core, which
// compiles it with AddressSanitizer and UndefinedBehaviorSanitizer.
//
//   driver SEED RUNS SECONDS FOLDER SEEDS...   mutate; stops at RUNS or SECONDS (0: no limit)
//   driver --replay FILE FOLDER                the input that a crash left behind
//
// Compiled with -DLIBFUZZER, it is a target of libFuzzer instead.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

#include "reading.hpp"

namespace {

u64 entries = 0;

void run_text(const Bytes& input) {
  if (input.size() < 2) return;
  const u32 family = input[0] % kLexerFamilies.size();
  const u32 profile = input[1] % kProfiles.size();
  // Exactly as long as the text, so that a byte too far is seen.
  const std::size_t size = input.size() - 2;
  u8* text = new u8[size ? size : 1];
  std::copy(input.begin() + 2, input.end(), text);
  check_text(text, size, family, profile);
  entries += check_reading(text, size);
  delete[] text;
}

}  // namespace

#ifdef LIBFUZZER

extern "C" int LLVMFuzzerTestOneInput(const u8* data, std::size_t size) {
  run_text(Bytes(data, data + size));
  return 0;
}

#else

namespace {

// The input is on disk before it is tried: a crash needs no handler to save it. Written over in
// place, so that it costs one system call.
class Witness {
 public:
  explicit Witness(const std::string& path) : file_(std::fopen(path.c_str(), "wb")) {
    if (!file_) std::exit(2);
    std::setvbuf(file_, nullptr, _IONBF, 0);
  }
  void keep(u8 kind, const Bytes& input) {
    line_.assign(1, kind);
    line_.insert(line_.end(), input.begin(), input.end());
    std::fseek(file_, 0, SEEK_SET);
    std::fwrite(line_.data(), 1, line_.size(), file_);
    if (::ftruncate(::fileno(file_), static_cast<off_t>(line_.size())) != 0) std::exit(2);
  }

 private:
  std::FILE* file_;
  Bytes line_;
};

std::vector<Bytes> seed_texts(int count, char** paths) {
  std::vector<Bytes> seeds{{}, {'x'}};
  for (int i = 0; i < count; ++i) seeds.push_back(read_file(paths[i]));
  return seeds;
}

// Kind 0: a text, as for run_text. Kind 1: a file of the shard: (number, actions, bytes).
void run_one(const Bytes& witness, Shards& shards) {
  const Bytes input(witness.begin() + 1, witness.end());
  if (witness[0] == 0) {
    run_text(input);
  } else {
    shards.check(input[0] % kFileCount, input[1], Bytes(input.begin() + 2, input.end()));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc >= 4 && std::string(argv[1]) == "--replay") {
    Shards shards(argv[3], seed_texts(argc - 4, argv + 4));
    run_one(read_file(argv[2]), shards);
    std::puts("no crash");
    return 0;
  }
  if (argc < 6) return 2;
  Random random{std::strtoull(argv[1], nullptr, 10)};
  const u64 runs = std::strtoull(argv[2], nullptr, 10);
  const double seconds = std::strtod(argv[3], nullptr);
  const std::string folder = argv[4];
  const std::vector<Bytes> seeds = seed_texts(argc - 5, argv + 5);
  Shards shards(folder, seeds);
  Witness witness(folder + "/input");
  u64 texts = 0, files = 0, bytes = 0;
  const auto started = std::chrono::steady_clock::now();
  const auto elapsed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  };
  Bytes input;
  for (u64 run = 0; runs == 0 || run < runs; ++run) {
    if (seconds > 0 && run % 64 == 0 && elapsed() > seconds) break;
    if (run % 64 == 63) {  // a shard takes as long as many texts
      const std::size_t file = random.below(kFileCount);
      const Bytes damaged = damage(random, shards, file);
      u8 actions = random.below(4) ? Shards::kMend : 0;
      if (random.below(8) == 0) actions |= Shards::kMerge;
      input = {static_cast<u8>(file), actions};
      input.insert(input.end(), damaged.begin(), damaged.end());
      witness.keep(1, input);
      shards.check(file, actions, damaged);
      ++files;
    } else {
      const std::size_t limits[] = {20, 40, 80, 80, 150, 150, 300, random.below(8) ? 600 : 6000ULL};
      input = mutate(random, seeds, limits[random.below(8)]);
      const u8 head[2] = {static_cast<u8>(random.next()), static_cast<u8>(random.next())};
      input.insert(input.begin(), head, head + 2);
      witness.keep(0, input);
      run_text(input);
      ++texts;
      bytes += input.size();
    }
  }
  std::printf("%llu texts of %llu bytes, with %llu entries as archives, %llu damaged files (%llu refused, "
              "%llu read), %.0f s\n",
              static_cast<unsigned long long>(texts), static_cast<unsigned long long>(bytes),
              static_cast<unsigned long long>(entries),
              static_cast<unsigned long long>(files),
              static_cast<unsigned long long>(shards.refused),
              static_cast<unsigned long long>(shards.accepted), elapsed());
  return 0;
}

#endif
