// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// A file that holds one array: a 64-byte header, the elements, a checksum for each page of them, and
// a checksum for each page of these checksums. Written front to back in bounded memory; read through
// mmap. The reader tests a page's checksum at the page's first use. The header's checksum covers the
// last level, so that one number stands for the whole file: the manifest of an index keeps it. An
// array whose elements another array has checksums of is written without its own.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "hashing.hpp"

namespace codescan {

// The file is not what it should be: another version, truncated or damaged.
struct FormatError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// The operating system refused.
struct FileError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

constexpr u32 kFormatVersion = 5;
// A look-up reads a few bytes here and there, and tests the pages that they lie in. Nearly all of
// the cost is the wait for memory, so a page is as long as the two lines that processors fetch
// together.
constexpr std::size_t kPage = 128;
constexpr std::size_t kCacheLine = 64;  // bytes that come from memory at once
using PageSum = u32;

struct ArrayHeader {
  char magic[8];  // "codescan"
  u32 version;
  u32 element_size;
  u64 count;
  u64 sums_hash;    // of the checksums of the pages of checksums
  u64 header_hash;  // of the whole header, this field taken as 0
  u64 page_size;    // bytes that a checksum is of; 0: there are none
  u64 reserved[2];
};
static_assert(sizeof(ArrayHeader) == 64);

// A hash for finding damage, not forgery: 64 bits, at several bytes a cycle.
u64 checksum(const u8* data, std::size_t size);

// The checksum that the header of an array file states, once it is tested.
u64 array_checksum(const std::string& path);

// From now on, a file that is cut short while it is mapped ends the process with this message on
// stderr and this exit code, instead of a crash. For programs, not for libraries.
void exit_on_bus_error(const std::string& message, int exit_code);

// Whether a file is on disk once it is closed, or only where this system finds it again.
enum class Sync : bool { no, yes };

// Whether a file has checksums of its own elements.
enum class PageSums : bool { no, yes };

class ArrayWriter {
 public:
  ArrayWriter(const std::string& path, u32 element_size, Sync sync = Sync::yes,
              PageSums page_sums = PageSums::yes);
  ~ArrayWriter();
  ArrayWriter(const ArrayWriter&) = delete;
  ArrayWriter& operator=(const ArrayWriter&) = delete;

  void append(const void* elements, std::size_t count);
  // Makes room for `count` elements, at most kMaxRoom bytes, which the caller then writes; up to 8
  // bytes behind them may be written, too.
  u8* extend(std::size_t count) {
    const std::size_t size = count * element_size_;
    if (used_ + size > kBuffer) flush_pages();
    u8* room = buffer_.get() + used_;
    used_ += size;
    count_ += count;
    return room;
  }
  static constexpr std::size_t kMaxRoom = 32 << 10;
  u64 count() const { return count_; }
  void close();  // makes the file valid; without it the file is refused

 private:
  // Long writes: systems that keep files in large pieces take half the time for them.
  static constexpr std::size_t kBuffer = 256 << 10;

  void flush_pages();
  std::string write_sums();  // the last level of them
  static void add_sum(std::string& sums, const u8* page, std::size_t size);
  void write(const void* data, std::size_t size);

  std::string path_;
  int file_;
  u32 element_size_;
  Sync sync_;
  PageSums page_sums_;
  u64 count_ = 0;
  std::size_t used_ = 0;
  std::unique_ptr<u8[]> buffer_;
  std::string sums_;
};

// One bit for each page. Of two threads that set bits of one byte at once, one may lose its bit:
// the page is then tested a second time.
class Marks {
 public:
  explicit Marks(std::size_t count = 0) : bytes_(new std::atomic<u8>[(count + 7) / 8]()) {}
  bool has(std::size_t i) const {
    return bytes_[i / 8].load(std::memory_order_relaxed) >> (i % 8) & 1;
  }
  void set(std::size_t i) const {
    std::atomic<u8>& byte = bytes_[i / 8];
    byte.store(static_cast<u8>(byte.load(std::memory_order_relaxed) | 1 << (i % 8)),
               std::memory_order_relaxed);
  }

 private:
  std::unique_ptr<std::atomic<u8>[]> bytes_;
};

class ArrayReader {
 public:
  ArrayReader(const std::string& path, u32 element_size, PageSums page_sums = PageSums::yes);
  // Elements that are in memory already, which nothing can damage.
  template <class T>
  ArrayReader(const std::string& name, std::vector<T>&& elements)
      : path_(name), element_size_(sizeof(T)), count_(elements.size()) {
    auto owned = std::make_shared<std::vector<T>>(std::move(elements));
    data_ = reinterpret_cast<const u8*>(owned->data());
    owner_ = std::move(owned);
  }
  ~ArrayReader();
  ArrayReader(const ArrayReader&) = delete;
  ArrayReader& operator=(const ArrayReader&) = delete;

  u64 count() const { return count_; }
  const std::string& path() const { return path_; }
  // The last part of the path.
  std::string name() const { return path_.substr(path_.find_last_of("/\\") + 1); }
  // Of the whole file, as its header states; 0 for elements in memory.
  u64 checksum() const { return checksum_; }
  // Bytes of the pages whose checksums were tested.
  u64 tested_bytes() const;

  // `count` elements from `first`; bounds and checksums are tested.
  const u8* elements(u64 first, u64 count) const {
    if (first > count_ || count > count_ - first) fail("an offset points outside of it");
    const std::size_t begin = first * element_size_, end = begin + count * element_size_;
    if (begin == end || !sums_) return data_ + begin;
    for (std::size_t page = begin / kPage; page <= (end - 1) / kPage; ++page) {
      if (!verified_.has(page)) verify(page);
    }
    return data_ + begin;
  }
  template <class T>
  T at(u64 i) const {
    T value;
    std::memcpy(&value, elements(i, 1), sizeof(T));
    return value;
  }
  // Asks for the memory of `count` elements from i on, and of what tests their pages, ahead of their
  // use. A processor waits for few pieces of memory at a time: none is asked for without need.
  void prefetch(u64 i, u64 count = 1) const {
    if (count == 0 || i >= count_) return;
    const std::size_t begin = i * element_size_;
    const std::size_t last = std::min(i + count, count_) * element_size_ - 1;
    for (std::size_t at = begin & ~(kCacheLine - 1); at <= last; at += kCacheLine) {
      __builtin_prefetch(data_ + at);
    }
    const std::size_t page = begin / kPage;
    if (!sums_ || verified_.has(page)) return;
    __builtin_prefetch(data_ + page * kPage);
    __builtin_prefetch(data_ + page * kPage + kPage / 2);
    __builtin_prefetch(sums_ + page * sizeof(PageSum));
  }
  void verify_all() const;
  // Frees the memory of what was read; a later access maps it again.
  void forget() const;
  // Takes every page for tested: to measure what the tests cost.
  void trust() const;
  [[noreturn]] void fail(const std::string& what) const;

 private:
  void verify(std::size_t page) const;
  void verify_sums(std::size_t page) const;
  std::size_t pages() const { return (count_ * element_size_ + kPage - 1) / kPage; }

  std::string path_;
  u32 element_size_;
  u64 count_ = 0;
  u64 checksum_ = 0;
  const u8* map_ = nullptr;
  std::size_t map_size_ = 0;
  const u8* data_ = nullptr;
  const u8* sums_ = nullptr;
  std::size_t sums_size_ = 0;
  const u8* top_ = nullptr;  // checksums of the pages of sums_
  std::shared_ptr<void> owner_;  // of elements in memory
  Marks verified_, verified_sums_;
};

}  // namespace codescan
