// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Opens one file for reading, judged by its descriptor, so that nothing can be swapped in between.
#pragma once

#include <string>
#include <vector>

#include "hashing.hpp"

namespace codescan {

// What has this name, not what a link points to; a pipe is not waited for.
class InputFile {
 public:
  explicit InputFile(const std::string& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  int error() const { return error_; }  // an errno; 0: the file is open and `read` can be called
  bool is_regular() const { return is_regular_; }
  u64 size() const { return size_; }  // as the system says, which may not know

  // Up to `room` bytes; fewer only at the end, or where an error is set.
  std::size_t read(u8* to, std::size_t room);
  // All that is left, up to `limit` bytes.
  void read_rest(std::vector<u8>& content, u64 limit);

 private:
  int file_;
  int error_ = 0;
  bool is_regular_ = false;
  u64 size_ = 0;
};

}  // namespace codescan
