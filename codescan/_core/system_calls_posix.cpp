// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "system_calls.hpp"

namespace codescan::system_calls {
namespace {

std::string bus_error_message;
int bus_error_code = 0;

void on_bus_error(int) {  // only calls that a signal handler may make
  const ssize_t written = ::write(STDERR_FILENO, bus_error_message.data(), bus_error_message.size());
  static_cast<void>(written);
  ::_exit(bus_error_code);
}

template <class Call>
std::int64_t repeated(Call call) {
  ssize_t count;
  do {
    count = call();
  } while (count < 0 && errno == EINTR);
  return count;
}

}  // namespace

int open_to_read(const std::string& path, Links links) {
  const int no_link = links == Links::refuse ? O_NOFOLLOW : 0;
  return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | no_link);
}

int open_to_write(const std::string& path) {
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
}

bool close(int file) { return ::close(file) == 0; }

bool status(int file, FileStatus& status) {
  struct stat info {};
  if (::fstat(file, &info) != 0) return false;
  status = {S_ISREG(info.st_mode), static_cast<u64>(info.st_size)};
  return true;
}

std::int64_t read(int file, void* to, std::size_t size) {
  return repeated([&] { return ::read(file, to, size); });
}

std::int64_t read_at(int file, void* to, std::size_t size, u64 offset) {
  return repeated([&] { return ::pread(file, to, size, static_cast<off_t>(offset)); });
}

std::int64_t write(int file, const void* from, std::size_t size) {
  return repeated([&] { return ::write(file, from, size); });
}

bool rewind(int file) { return ::lseek(file, 0, SEEK_SET) == 0; }

bool sync(int file) { return ::fsync(file) == 0; }

const u8* map(int file, std::size_t size) {
  void* content = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  return content == MAP_FAILED ? nullptr : static_cast<const u8*>(content);
}

void unmap(const u8* content, std::size_t size) { ::munmap(const_cast<u8*>(content), size); }

void forget(const u8* content, std::size_t size) {
  ::madvise(const_cast<u8*>(content), size, MADV_DONTNEED);
}

void use_small_pages([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t size) {
#ifdef MADV_NOHUGEPAGE
  ::madvise(memory, size, MADV_NOHUGEPAGE);
#endif
}

void exit_on_bus_error(const std::string& message, int exit_code) {
  bus_error_message = message;
  bus_error_code = exit_code;
  struct sigaction action {};
  action.sa_handler = on_bus_error;
  ::sigaction(SIGBUS, &action, nullptr);
}

}  // namespace codescan::system_calls
