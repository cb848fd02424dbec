// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "array_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

namespace codescan {
namespace {

constexpr u64 kSumSalt = 0x452821e638d01377ULL;

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

u64 header_hash(const ArrayHeader& header) {
  return checksum(reinterpret_cast<const u8*>(&header), offsetof(ArrayHeader, header_hash));
}

std::string system_message(const std::string& path) {
  return path + ": " + std::strerror(errno);
}

}  // namespace

ArrayWriter::ArrayWriter(const std::string& path, u32 element_size)
    : path_(path), file_(std::fopen(path.c_str(), "wb")), element_size_(element_size) {
  if (!file_) throw FileError(system_message(path));
  std::setvbuf(file_, nullptr, _IOFBF, 1 << 18);
  page_.reserve(kPage);
  const ArrayHeader empty{};
  write(&empty, sizeof empty);
}

ArrayWriter::~ArrayWriter() {
  if (file_) std::fclose(file_);
}

void ArrayWriter::write(const void* data, std::size_t size) {
  if (std::fwrite(data, 1, size, file_) != size) throw FileError(system_message(path_));
}

void ArrayWriter::append_over_pages(const void* elements, std::size_t count) {
  const char* p = static_cast<const char*>(elements);
  std::size_t left = count * element_size_;
  count_ += count;
  while (left > 0) {
    const std::size_t take = std::min(left, kPage - page_.size());
    page_.append(p, take);
    p += take;
    left -= take;
    if (page_.size() == kPage) flush_page();
  }
}

void ArrayWriter::flush_page() {
  const u64 sum = checksum(reinterpret_cast<const u8*>(page_.data()), page_.size());
  sums_.append(reinterpret_cast<const char*>(&sum), sizeof sum);
  write(page_.data(), page_.size());
  page_.clear();
}

void ArrayWriter::close() {
  if (!page_.empty()) flush_page();
  write(sums_.data(), sums_.size());
  ArrayHeader header{{'c', 'o', 'd', 'e', 's', 'c', 'a', 'n'}, kFormatVersion, element_size_,
                     count_, checksum(reinterpret_cast<const u8*>(sums_.data()), sums_.size()),
                     0, {0, 0, 0}};
  header.header_hash = header_hash(header);
  if (std::fseek(file_, 0, SEEK_SET) != 0) throw FileError(system_message(path_));
  write(&header, sizeof header);
  std::FILE* file = file_;
  const bool flushed = std::fflush(file) == 0 && ::fsync(::fileno(file)) == 0;
  file_ = nullptr;
  if (std::fclose(file) != 0 || !flushed) throw FileError(system_message(path_));
}

ArrayReader::ArrayReader(const std::string& path, u32 element_size)
    : path_(path), element_size_(element_size) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw FormatError(system_message(path));
  struct stat info {};
  const bool known = ::fstat(fd, &info) == 0;
  map_size_ = known ? static_cast<std::size_t>(info.st_size) : 0;
  if (map_size_ < sizeof(ArrayHeader)) {
    ::close(fd);
    fail("it is too short to hold a header");
  }
  void* map = ::mmap(nullptr, map_size_, PROT_READ, MAP_SHARED, fd, 0);
  ::close(fd);
  if (map == MAP_FAILED) throw FileError(system_message(path));
  map_ = static_cast<const u8*>(map);
  try {
    ArrayHeader header;
    std::memcpy(&header, map_, sizeof header);
    if (std::memcmp(header.magic, "codescan", 8) != 0) fail("it is no part of an index");
    if (header.version != kFormatVersion) {
      fail("it has format version " + std::to_string(header.version) + ", this program reads " +
           std::to_string(kFormatVersion));
    }
    if (header.header_hash != header_hash(header)) fail("its header is damaged");
    if (header.element_size != element_size) fail("its elements have another size");
    if (header.count > map_size_ / element_size) fail("it is truncated");
    count_ = header.count;
    const std::size_t bytes = count_ * element_size;
    const std::size_t pages = (bytes + kPage - 1) / kPage;
    if (map_size_ != sizeof header + bytes + pages * 8) fail("it is truncated");
    data_ = map_ + sizeof header;
    sums_ = data_ + bytes;
    if (checksum(sums_, pages * 8) != header.sums_hash) fail("its checksums are damaged");
    verified_ = std::make_unique<std::atomic<u8>[]>(pages);
  } catch (...) {
    ::munmap(const_cast<u8*>(map_), map_size_);
    throw;
  }
}

ArrayReader::~ArrayReader() { ::munmap(const_cast<u8*>(map_), map_size_); }

void ArrayReader::verify(std::size_t page) const {
  const std::size_t begin = page * kPage;
  const std::size_t size = std::min(kPage, count_ * element_size_ - begin);
  u64 expected;
  std::memcpy(&expected, sums_ + page * 8, 8);
  if (checksum(data_ + begin, size) != expected) fail("its contents are damaged");
  verified_[page].store(1, std::memory_order_relaxed);
}

void ArrayReader::forget() const {
  if (map_) ::madvise(const_cast<u8*>(map_), map_size_, MADV_DONTNEED);
}

void ArrayReader::verify_all() const {
  const std::size_t bytes = count_ * element_size_;
  for (std::size_t page = 0; page * kPage < bytes; ++page) verify(page);
}

void ArrayReader::fail(const std::string& what) const { throw FormatError(path_ + ": " + what); }

}  // namespace codescan
