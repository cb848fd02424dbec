// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What the fuzzer requires of the core where it reads files and archives.
#pragma once

#include "inputs.hpp"
#include "tar.hpp"
#include "text_shape.hpp"
#include "words.hpp"

namespace {

constexpr std::size_t kTarBlock = 512, kTarBlocks = 8;

// Nearly an archive: a text's bytes, some blocks of them made into headers that fit.
Bytes archive_of(const u8* text, std::size_t size) {
  Bytes data(kTarBlocks * kTarBlock + size % kTarBlock);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = size ? text[i % size] : 0;
  for (std::size_t at = 0; at + kTarBlock <= data.size(); at += kTarBlock) {
    char* block = reinterpret_cast<char*>(data.data()) + at;
    const u8 chosen = data[at], kind = data[at + 1];
    if (chosen % 4 == 0) continue;
    if (chosen % 8 < 6) std::snprintf(block + 124, 12, "%o", kind * 9u);
    block[156] = "0x5L1\0V"[kind % 7];
    if (block[156] == 'x' && at + kTarBlock < data.size() - kTarBlock && chosen % 2) {
      std::copy_n("13 path=ab/c\n30 mtime=1234567890.1234567\n", 41, block + kTarBlock);
    }
    std::fill_n(block + 148, 8, ' ');
    u32 sum = 0;
    for (std::size_t i = 0; i < kTarBlock; ++i) sum += data[at + i];
    std::snprintf(block + 148, 8, "%06o", sum);
  }
  return data;
}

// What readers promise for any bytes. Returns how many entries of an archive they found.
std::size_t check_reading(const u8* text, std::size_t size) {
  const TextShape shape = shape_of(text, size, size / 2);
  require(shape.line_feeds + shape.returns + shape.has_nul <= size, "what is counted is there");
  require(shape.controls <= size / 2, "the head ends where it should");
  static const Words words({"(c)", "copyright", "x"});
  const std::vector<std::size_t> places = words.places_in(text, size);
  require(words.any_in(text, size) != places.empty(), "a word is somewhere");
  require(places.empty() || places.back() < size, "words lie in the text");
  require(!is_plain(text, size, words, size / 2, 50) || (shape.is_utf8 && !shape.controls),
          "a plain text is plain");
  const Bytes data = archive_of(text, size);
  std::vector<TarEntry> found;
  const std::size_t end = find_tar_entries(data.data(), data.size(), 0, found);
  u64 next = 0;
  for (const TarEntry& entry : found) {
    require(entry.start >= next + kTarBlock, "entries follow each other");
    next = entry.start + (entry.is_regular ? entry.size : 0);
    require(next <= end, "entries lie in the archive");
  }
  require(end <= data.size(), "the archive ends where it should");
  return found.size();
}

}  // namespace
