// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "token_store.hpp"

#include <cerrno>
#include <cstring>

#include "array_file.hpp"
#include "system_calls.hpp"

namespace codescan {
namespace {

constexpr std::size_t kMaxOpen = 256;

}  // namespace

TokenStore::TokenStore(std::vector<std::string> paths)
    : paths_(std::move(paths)), descriptors_(paths_.size(), -1) {}

TokenStore::~TokenStore() {
  for (const u32 file : order_) system_calls::close(descriptors_[file]);
}

int TokenStore::opened(u32 file) {
  if (file >= paths_.size()) throw FileError("there is no such token file");
  if (descriptors_[file] >= 0) return descriptors_[file];
  if (order_.size() >= kMaxOpen) {
    system_calls::close(descriptors_[order_.front()]);
    descriptors_[order_.front()] = -1;
    order_.erase(order_.begin());
  }
  const int descriptor = system_calls::open_to_read(paths_[file], system_calls::Links::follow);
  if (descriptor < 0) throw FileError("cannot open " + paths_[file] + ": " + std::strerror(errno));
  descriptors_[file] = descriptor;
  order_.push_back(file);
  return descriptor;
}

void TokenStore::read(const StoredTokens& place, std::vector<u32>& out) {
  out.resize(place.length);
  const int descriptor = opened(place.file);
  u8* at = reinterpret_cast<u8*>(out.data());
  std::size_t left = std::size_t{place.length} * sizeof(u32);
  u64 offset = place.start * sizeof(u32);
  while (left > 0) {
    const std::int64_t count = system_calls::read_at(descriptor, at, left, offset);
    if (count < 0) throw FileError("cannot read " + paths_[place.file] + ": " + std::strerror(errno));
    if (count == 0) throw FileError(paths_[place.file] + " is shorter than it was");
    at += count;
    offset += static_cast<u64>(count);
    left -= static_cast<std::size_t>(count);
  }
}

}  // namespace codescan
