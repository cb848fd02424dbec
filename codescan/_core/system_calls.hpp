// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// All that the core asks of the operating system. One file implements it for POSIX systems and one
// for Windows; nothing else in the core knows which of them it runs on. Paths are bytes as Python
// encodes them: UTF-8 on Windows. Calls that fail set errno; those that are interrupted are repeated.
#pragma once

#include <string>

#include "hashing.hpp"

namespace codescan::system_calls {

enum class Links : bool { refuse, follow };

// A descriptor, or -1. A pipe is not waited for. A link that is refused is ELOOP.
int open_to_read(const std::string& path, Links links);
// A new file, or an old one that is emptied first. A descriptor, or -1.
int open_to_write(const std::string& path);
bool close(int file);

struct FileStatus {
  bool is_regular;
  u64 size;  // bytes
};
bool status(int file, FileStatus& status);

// Bytes read or written, at most `size`; 0 at the end of the file; -1 for an error.
std::int64_t read(int file, void* to, std::size_t size);
// As `read`, from `offset` on. Where `read` goes on afterwards is not defined.
std::int64_t read_at(int file, void* to, std::size_t size, u64 offset);
std::int64_t write(int file, const void* from, std::size_t size);
bool rewind(int file);
bool sync(int file);

// The content of a file in memory, which stays valid once the file is closed; nullptr for an error.
const u8* map(int file, std::size_t size);
void unmap(const u8* content, std::size_t size);
// Advice: these pages of a map are not needed for now.
void forget(const u8* content, std::size_t size);
// Advice: not every page of this memory will be used.
void use_small_pages(void* memory, std::size_t size);

// From now on, a mapped file that cannot be read ends the process with this message on stderr and
// this exit code.
void exit_on_bus_error(const std::string& message, int exit_code);

}  // namespace codescan::system_calls
