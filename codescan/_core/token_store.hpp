// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Token sequences of many documents in files on disk, read by need: memory is that of the
// documents being compared. See token_alignment.hpp for what a token is.
#pragma once

#include <string>
#include <vector>

#include "token_alignment.hpp"

namespace codescan {

// Tokens [start, start + length) of a file.
struct StoredTokens {
  u32 file;
  u64 start;
  u32 length;
};

class TokenStore {
 public:
  // Opens files of 32-bit tokens by need, and closes the first opened beyond a limit.
  explicit TokenStore(std::vector<std::string> paths);
  ~TokenStore();
  TokenStore(const TokenStore&) = delete;
  TokenStore& operator=(const TokenStore&) = delete;

  // Reads a range into `out`. Throws FileError where a file cannot be read or is too short.
  void read(const StoredTokens& place, std::vector<u32>& out);

 private:
  int opened(u32 file);

  std::vector<std::string> paths_;
  std::vector<int> descriptors_;
  std::vector<u32> order_;  // of opening
};

}  // namespace codescan
