// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "array_file.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "system_calls.hpp"

namespace codescan {
namespace {

constexpr u64 kSumSalt = 0x452821e638d01377ULL;

PageSum page_sum(const u8* page, std::size_t size) {
  return static_cast<PageSum>(checksum(page, size) >> 32);
}

u64 header_hash(ArrayHeader header) {
  header.header_hash = 0;
  return checksum(reinterpret_cast<const u8*>(&header), sizeof header);
}

std::string system_message(const std::string& path) {
  return path + ": " + std::strerror(errno);
}

// Opens what has this name, if it is a regular file: no link is followed, no pipe is waited for.
int open_regular(const std::string& path, std::size_t& size) {
  using system_calls::Links;
  const int file = system_calls::open_to_read(path, Links::refuse);
  if (file < 0 && errno == ELOOP) throw FormatError(path + ": it is a symbolic link, not a file");
  if (file < 0 && errno == ENOENT) throw FormatError(path + ": the file is missing");
  if (file < 0 && errno == EISDIR) throw FormatError(path + ": it is not a regular file");
  if (file < 0) throw FileError(system_message(path));
  system_calls::FileStatus status{};
  if (!system_calls::status(file, status) || !status.is_regular) {
    system_calls::close(file);
    throw FormatError(path + ": it is not a regular file");
  }
  size = static_cast<std::size_t>(status.size);
  return file;
}

}  // namespace

void exit_on_bus_error(const std::string& message, int exit_code) {
  system_calls::exit_on_bus_error(message, exit_code);
}

// Four independent lanes, so that the multiplier is kept busy.
u64 checksum(const u8* p, std::size_t n) {
  u64 lane[4] = {kSumSalt, kSalt0, kSalt1, kSalt2};
  std::size_t i = 0;
  for (; i + 32 <= n; i += 32) {
    for (int j = 0; j < 4; ++j) {
      u64 word;
      std::memcpy(&word, p + i + 8 * j, 8);
      lane[j] = fold_multiply(lane[j] ^ word, kSalt1 + 2 * j);
    }
  }
  u64 h = mix(lane[0]) ^ mix(lane[1] + 1) ^ mix(lane[2] + 2) ^ mix(lane[3] + 3);
  return hash_bytes(p + i, n - i, p + n, h ^ n);
}

u64 array_checksum(const std::string& path) {
  std::size_t size;
  const int file = open_regular(path, size);
  ArrayHeader header{};
  const std::int64_t got = system_calls::read_at(file, &header, sizeof header, 0);
  system_calls::close(file);
  if (got != static_cast<std::int64_t>(sizeof header) || header.header_hash != header_hash(header)) {
    throw FormatError(path + ": its header is damaged");
  }
  return header.header_hash;
}

ArrayWriter::ArrayWriter(const std::string& path, u32 element_size, Sync sync,
                         PageSums page_sums)
    : path_(path),
      file_(system_calls::open_to_write(path)),
      element_size_(element_size),
      sync_(sync),
      page_sums_(page_sums),
      buffer_(new u8[kBuffer + 8]) {
  if (file_ < 0) throw FileError(system_message(path));
  const ArrayHeader empty{};
  try {
    write(&empty, sizeof empty);
  } catch (...) {
    system_calls::close(file_);
    throw;
  }
}

ArrayWriter::~ArrayWriter() {
  if (file_ >= 0) system_calls::close(file_);
}

void ArrayWriter::write(const void* data, std::size_t size) {
  const char* p = static_cast<const char*>(data);
  while (size > 0) {
    const std::int64_t written = system_calls::write(file_, p, size);
    if (written < 0) throw FileError(system_message(path_));
    p += written;
    size -= static_cast<std::size_t>(written);
  }
}

void ArrayWriter::append(const void* elements, std::size_t count) {
  const u8* p = static_cast<const u8*>(elements);
  while (count > 0) {
    const std::size_t take = std::min(count, kMaxRoom / element_size_);
    std::memcpy(extend(take), p, take * element_size_);
    p += take * element_size_;
    count -= take;
  }
}

void ArrayWriter::add_sum(std::string& sums, const u8* page, std::size_t size) {
  const PageSum sum = page_sum(page, size);
  sums.append(reinterpret_cast<const char*>(&sum), sizeof sum);
}

// Writes what are whole pages; less than one stays.
void ArrayWriter::flush_pages() {
  const std::size_t whole = used_ / kPage * kPage;
  if (page_sums_ == PageSums::yes) {
    for (std::size_t page = 0; page < whole; page += kPage) {
      add_sum(sums_, buffer_.get() + page, kPage);
    }
  }
  write(buffer_.get(), whole);
  used_ -= whole;
  std::memcpy(buffer_.get(), buffer_.get() + whole, used_);
}

std::string ArrayWriter::write_sums() {
  std::string top;
  for (std::size_t i = 0; i < sums_.size(); i += kPage) {
    add_sum(top, reinterpret_cast<const u8*>(sums_.data()) + i, std::min(kPage, sums_.size() - i));
  }
  write(sums_.data(), sums_.size());
  write(top.data(), top.size());
  return top;
}

void ArrayWriter::close() {
  flush_pages();
  if (used_ > 0 && page_sums_ == PageSums::yes) add_sum(sums_, buffer_.get(), used_);
  write(buffer_.get(), used_);
  const std::string top = write_sums();
  ArrayHeader header{{'c', 'o', 'd', 'e', 's', 'c', 'a', 'n'}, kFormatVersion, element_size_,
                     count_, checksum(reinterpret_cast<const u8*>(top.data()), top.size()),
                     0, page_sums_ == PageSums::yes ? kPage : 0, {0, 0}};
  header.header_hash = header_hash(header);
  if (!system_calls::rewind(file_)) throw FileError(system_message(path_));
  write(&header, sizeof header);
  const bool is_safe = sync_ == Sync::no || system_calls::sync(file_);
  const bool is_closed = system_calls::close(std::exchange(file_, -1));
  if (!is_safe || !is_closed) throw FileError(system_message(path_));
}

ArrayReader::ArrayReader(const std::string& path, u32 element_size, PageSums page_sums)
    : path_(path), element_size_(element_size) {
  const int fd = open_regular(path, map_size_);
  if (map_size_ < sizeof(ArrayHeader)) {
    system_calls::close(fd);
    fail("it is too short to hold a header");
  }
  map_ = system_calls::map(fd, map_size_);
  const std::string trouble = map_ ? "" : system_message(path);
  system_calls::close(fd);
  if (!map_) throw FileError(trouble);
  try {
    ArrayHeader header;
    std::memcpy(&header, map_, sizeof header);
    if (std::memcmp(header.magic, "codescan", 8) != 0) fail("it is no part of an index");
    if (header.version != kFormatVersion) {
      fail("it has format version " + std::to_string(header.version) + ", this program reads " +
           std::to_string(kFormatVersion));
    }
    if (header.header_hash != header_hash(header)) fail("its header is damaged");
    checksum_ = header.header_hash;
    if (header.element_size != element_size) fail("its elements have another size");
    const bool has_sums = page_sums == PageSums::yes;
    if (header.page_size != (has_sums ? kPage : 0)) fail("its checksums are of another kind");
    if (header.count > map_size_ / element_size) fail("it is truncated");
    count_ = header.count;
    const std::size_t bytes = count_ * element_size;
    const std::size_t pages = has_sums ? this->pages() : 0;
    sums_size_ = pages * sizeof(PageSum);
    const std::size_t sums_pages = (sums_size_ + kPage - 1) / kPage;
    if (map_size_ != sizeof header + bytes + sums_size_ + sums_pages * sizeof(PageSum)) fail("it is truncated");
    data_ = map_ + sizeof header;
    const u8* top = data_ + bytes + sums_size_;
    if (codescan::checksum(top, sums_pages * sizeof(PageSum)) != header.sums_hash) {
      fail("its checksums are damaged");
    }
    if (!has_sums) return;
    sums_ = data_ + bytes;
    top_ = top;
    verified_ = Marks(pages);
    verified_sums_ = Marks(sums_pages);
  } catch (...) {
    system_calls::unmap(map_, map_size_);
    throw;
  }
}

ArrayReader::~ArrayReader() {
  if (map_) system_calls::unmap(map_, map_size_);
}

void ArrayReader::trust() const {
  if (!sums_) return;
  for (std::size_t page = 0; page < pages(); ++page) verified_.set(page);
}

void ArrayReader::verify(std::size_t page) const {
  const std::size_t begin = page * kPage;
  const std::size_t size = std::min<std::size_t>(kPage, count_ * element_size_ - begin);
  const std::size_t of_sums = page * sizeof(PageSum) / kPage;
  // Page and checksum are far apart: wait for both at once.
  __builtin_prefetch(data_ + begin);
  __builtin_prefetch(data_ + begin + size - 1);
  if (!verified_sums_.has(of_sums)) verify_sums(of_sums);
  PageSum expected;
  std::memcpy(&expected, sums_ + page * sizeof expected, sizeof expected);
  if (page_sum(data_ + begin, size) != expected) fail("its contents are damaged");
  verified_.set(page);
}

void ArrayReader::verify_sums(std::size_t page) const {
  const std::size_t begin = page * kPage;
  PageSum expected;
  std::memcpy(&expected, top_ + page * sizeof expected, sizeof expected);
  if (page_sum(sums_ + begin, std::min(kPage, sums_size_ - begin)) != expected) {
    fail("its checksums are damaged");
  }
  verified_sums_.set(page);
}

u64 ArrayReader::tested_bytes() const {
  if (!sums_) return 0;
  const std::size_t bytes = count_ * element_size_;
  u64 tested = 0;
  for (std::size_t page = 0; page * kPage < bytes; ++page) {
    if (verified_.has(page)) tested += std::min(kPage, bytes - page * kPage);
  }
  return tested;
}

void ArrayReader::forget() const {
  if (map_) system_calls::forget(map_, map_size_);
}

void ArrayReader::verify_all() const {
  if (!sums_) return;
  for (std::size_t page = 0; page < pages(); ++page) verify(page);
}

void ArrayReader::fail(const std::string& what) const { throw FormatError(path_ + ": " + what); }

}  // namespace codescan
