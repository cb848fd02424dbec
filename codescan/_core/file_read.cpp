// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "file_read.hpp"

#include <algorithm>
#include <cerrno>

#include "system_calls.hpp"

namespace codescan {

InputFile::InputFile(const std::string& path)
    : file_(system_calls::open_to_read(path, system_calls::Links::refuse)) {
  system_calls::FileStatus status{};
  if (file_ < 0 && errno == EISDIR) return;  // some systems open folders, some don't
  if (file_ < 0 || !system_calls::status(file_, status)) {
    error_ = errno;
    return;
  }
  is_regular_ = status.is_regular;
  size_ = status.size;
}

InputFile::~InputFile() {
  if (file_ >= 0) system_calls::close(file_);
}

std::size_t InputFile::read(u8* to, std::size_t room) {
  std::size_t used = 0;
  while (used < room) {
    const std::int64_t count = system_calls::read(file_, to + used, room - used);
    if (count < 0) error_ = errno;
    if (count <= 0) break;
    used += static_cast<std::size_t>(count);
  }
  return used;
}

void InputFile::read_rest(std::vector<u8>& content, u64 limit) {
  constexpr u64 kStep = 64 << 10;
  while (content.size() < limit && error_ == 0) {
    const std::size_t used = content.size();
    const std::size_t step = static_cast<std::size_t>(std::min(kStep, limit - used));
    content.resize(used + step);
    const std::size_t count = read(content.data() + used, step);
    content.resize(used + count);
    if (count < step) break;
  }
}

}  // namespace codescan
