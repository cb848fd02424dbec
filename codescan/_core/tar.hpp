// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Finds the entries of a tar archive that are as nearly all are, in a part of it.
//
// Files, folders, links and devices with a ustar, GNU or v7 header, whose name may stand in an
// extension header before it. Everything else ends the search: other extensions, sparse files,
// numbers not in octal digits, damage, an entry that the part does not hold whole, the end of the
// archive. There codescan/sources/tar_stream.py goes on; it reads every entry in the same way.
#pragma once

#include <string>
#include <vector>

#include "hashing.hpp"

namespace codescan {

struct TarEntry {
  std::string name;  // bytes as in the archive; that of a folder without slashes at its end
  u64 size;          // as the header says; links and folders have no content, whatever it is
  std::size_t start;  // of the content
  bool is_folder;
  bool is_regular;
};

// Appends the entries that begin at `at`, one after the other; returns where the first one begins
// that is not for this reader.
std::size_t find_tar_entries(const u8* data, std::size_t size, std::size_t at,
                             std::vector<TarEntry>& found);

}  // namespace codescan
