// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "tar.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

namespace codescan {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kMaxExtension = 64 << 10;
constexpr std::size_t kMaxDigits = 18;  // of a record's length

// Where the fields of a header lie.
constexpr std::size_t kSize = 124, kChecksum = 148, kKind = 156, kMagic = 257, kPrefix = 345;
constexpr std::size_t kNameBytes = 100, kSizeBytes = 12, kChecksumBytes = 8, kPrefixBytes = 155;

struct Header {
  std::string name;
  u64 size;
  char kind;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view field(const u8* block, std::size_t at, std::size_t bytes) {
  return {reinterpret_cast<const char*>(block) + at, bytes};
}

std::string_view until_nul(std::string_view text) { return text.substr(0, text.find('\0')); }

// Octal digits, with blanks around them.
std::optional<u64> octal(std::string_view text) {
  text = until_nul(text);
  const std::size_t first = text.find_first_not_of(' ');
  if (first == text.npos) return {};
  text = text.substr(first, text.find_last_not_of(' ') + 1 - first);
  u64 value = 0;
  for (const char c : text) {
    if (c < '0' || c > '7') return {};
    value = 8 * value + static_cast<u64>(c - '0');
  }
  return value;
}

// The sum of a header's bytes, those of the checksum itself taken for blanks.
u64 sum_of(const u8* block) {
  u32 sum = kChecksumBytes * ' ';
  for (std::size_t i = 0; i < kBlock; ++i) sum += block[i];
  for (std::size_t i = 0; i < kChecksumBytes; ++i) sum -= block[kChecksum + i];
  return sum;
}

std::optional<Header> header_at(const u8* block) {
  if (octal(field(block, kChecksum, kChecksumBytes)) != sum_of(block)) return {};
  const std::optional<u64> size = octal(field(block, kSize, kSizeBytes));
  if (!size) return {};
  const std::string_view name = until_nul(field(block, 0, kNameBytes));
  const std::string_view prefix = until_nul(field(block, kPrefix, kPrefixBytes));
  Header header{{}, *size, static_cast<char>(block[kKind])};
  // GNU tar, whose magic ends in a blank, keeps times there.
  if (!prefix.empty() && std::memcmp(block + kMagic, "ustar", 6) == 0) {
    header.name.append(prefix).append("/");
  }
  header.name.append(name);
  return header;
}

// Takes the path of a pax header's records ("LENGTH KEY=VALUE" and a line end), if there is one.
// False: something else is said that matters, or is not said as it should be.
bool take_path(std::string_view records, std::string& path) {
  while (!records.empty()) {
    std::size_t blank = 0, length = 0;
    while (blank < records.size() && blank < kMaxDigits && is_digit(records[blank])) {
      length = 10 * length + static_cast<std::size_t>(records[blank++] - '0');
    }
    if (blank == 0 || blank >= records.size() || records[blank] != ' ') return false;
    if (length < blank + 2 || length > records.size()) return false;
    const std::string_view record = records.substr(blank + 1, length - blank - 2);
    const std::size_t equals = record.find('=');
    if (equals == record.npos) return false;
    const std::string_view key = record.substr(0, equals);
    if (key == "size" || key.starts_with("GNU.sparse.")) return false;
    if (key == "path") path = record.substr(equals + 1);
    records.remove_prefix(length);
  }
  return true;
}

std::size_t padded(std::size_t size) { return (size + kBlock - 1) / kBlock * kBlock; }

// Reads one entry; returns where the next begins, or `at` if it is not for this reader.
std::size_t read_entry(const u8* data, std::size_t size, std::size_t at, TarEntry& entry) {
  std::size_t next = at;
  const auto fits = [&](u64 bytes) { return bytes <= size && padded(bytes) <= size - next; };
  const auto next_header = [&]() -> std::optional<Header> {
    if (!fits(kBlock)) return {};
    next += kBlock;
    return header_at(data + next - kBlock);
  };
  std::optional<Header> header = next_header();
  std::string path;
  if (header && (header->kind == 'x' || header->kind == 'L')) {
    if (header->size > kMaxExtension || !fits(header->size)) return at;
    const std::string_view said = field(data, next, header->size);
    if (header->kind == 'L') path = until_nul(said);
    if (header->kind == 'x' && !take_path(said, path)) return at;
    next += padded(header->size);
    header = next_header();
  }
  if (!header) return at;
  const char kind = header->kind;
  const bool is_named_folder = kind == '\0' && header->name.ends_with('/');
  entry.is_folder = kind == '5' || is_named_folder;
  const bool is_file = kind == '0' || kind == '\0' || kind == '7';
  if (!is_file && !(kind >= '1' && kind <= '6')) return at;
  entry.is_regular = is_file && !entry.is_folder;
  entry.size = header->size;
  entry.start = next;
  entry.name = path.empty() ? std::move(header->name) : std::move(path);
  if (entry.is_folder) entry.name.erase(entry.name.find_last_not_of('/') + 1);
  if (!entry.is_regular) return next;
  return fits(entry.size) ? next + padded(entry.size) : at;
}

}  // namespace

std::size_t find_tar_entries(const u8* data, std::size_t size, std::size_t at,
                             std::vector<TarEntry>& found) {
  while (true) {
    TarEntry entry;
    const std::size_t next = read_entry(data, size, at, entry);
    if (next == at) return at;
    found.push_back(std::move(entry));
    at = next;
  }
}

}  // namespace codescan
