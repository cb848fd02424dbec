// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "file_read.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace codescan {

InputFile::InputFile(const std::string& path)
    : file_(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)) {
  struct stat status {};
  if (file_ < 0 || ::fstat(file_, &status) != 0) {
    error_ = errno;
    return;
  }
  is_regular_ = S_ISREG(status.st_mode);
  size_ = static_cast<u64>(status.st_size);
}

InputFile::~InputFile() {
  if (file_ >= 0) ::close(file_);
}

std::size_t InputFile::read(u8* to, std::size_t room) {
  std::size_t used = 0;
  while (used < room) {
    const ssize_t count = ::read(file_, to + used, room - used);
    if (count < 0 && errno == EINTR) continue;
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
