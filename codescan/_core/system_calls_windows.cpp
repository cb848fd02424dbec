// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#define NOMINMAX
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <fcntl.h>
#include <io.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "system_calls.hpp"

namespace codescan::system_calls {
namespace {

constexpr std::size_t kMost = 1 << 30;  // bytes of one call, which counts in 32 bits

std::string bus_error_message;
int bus_error_code = 0;

LONG CALLBACK on_page_error(EXCEPTION_POINTERS* pointers) {
  if (pointers->ExceptionRecord->ExceptionCode != EXCEPTION_IN_PAGE_ERROR) {
    return EXCEPTION_CONTINUE_SEARCH;
  }
  DWORD written = 0;
  ::WriteFile(::GetStdHandle(STD_ERROR_HANDLE), bus_error_message.data(),
              static_cast<DWORD>(bus_error_message.size()), &written, nullptr);
  ::TerminateProcess(::GetCurrentProcess(), static_cast<UINT>(bus_error_code));
  return EXCEPTION_CONTINUE_SEARCH;
}

// The name as the system takes it; nothing, and errno, if it is not UTF-8.
std::optional<std::wstring> wide(const std::string& path) {
  if (path.empty()) return std::wstring();
  const int size = static_cast<int>(path.size());
  const auto convert = [&](wchar_t* to, int room) {
    return ::MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path.data(), size, to, room);
  };
  std::wstring name(static_cast<std::size_t>(convert(nullptr, 0)), L'\0');
  if (name.empty()) {
    errno = EILSEQ;
    return std::nullopt;
  }
  convert(name.data(), static_cast<int>(name.size()));
  return name;
}

bool is_link(const std::wstring& name) {
  const DWORD attributes = ::GetFileAttributesW(name.c_str());
  return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_REPARSE_POINT);
}

HANDLE handle_of(int file) { return reinterpret_cast<HANDLE>(::_get_osfhandle(file)); }

int errno_of(DWORD error) {
  switch (error) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_INVALID_NAME: return ENOENT;
    case ERROR_PATH_NOT_FOUND: return ENOENT;
    case ERROR_TOO_MANY_OPEN_FILES: return EMFILE;
    case ERROR_ACCESS_DENIED:
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION: return EACCES;
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY: return ENOMEM;
    case ERROR_DISK_FULL: return ENOSPC;
    default: return EIO;
  }
}

int failed() {
  errno = errno_of(::GetLastError());
  return -1;
}

}  // namespace

// Other processes may rename and remove the file meanwhile, as on other systems.
int open_to_read(const std::string& path, Links links) {
  const std::optional<std::wstring> name = wide(path);
  if (!name) return -1;
  if (links == Links::refuse && is_link(*name)) {
    errno = ELOOP;
    return -1;
  }
  const HANDLE handle = ::CreateFileW(
      name->c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
      OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr);
  if (handle == INVALID_HANDLE_VALUE) return failed();
  BY_HANDLE_FILE_INFORMATION info{};
  if (::GetFileType(handle) == FILE_TYPE_DISK && ::GetFileInformationByHandle(handle, &info) &&
      (info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)) {
    ::CloseHandle(handle);
    errno = EISDIR;
    return -1;
  }
  const int file = ::_open_osfhandle(reinterpret_cast<std::intptr_t>(handle),
                                     _O_RDONLY | _O_BINARY | _O_NOINHERIT);
  if (file < 0) ::CloseHandle(handle);
  return file;
}

int open_to_write(const std::string& path) {
  const std::optional<std::wstring> name = wide(path);
  if (!name) return -1;
  return ::_wopen(name->c_str(), _O_WRONLY | _O_CREAT | _O_TRUNC | _O_BINARY | _O_NOINHERIT,
                  _S_IREAD | _S_IWRITE);
}

bool close(int file) { return ::_close(file) == 0; }

bool status(int file, FileStatus& status) {
  const HANDLE handle = handle_of(file);
  LARGE_INTEGER size{};
  const bool is_regular = ::GetFileType(handle) == FILE_TYPE_DISK;
  if (is_regular && !::GetFileSizeEx(handle, &size)) {
    failed();
    return false;
  }
  status = {is_regular, static_cast<u64>(size.QuadPart)};
  return true;
}

std::int64_t read(int file, void* to, std::size_t size) {
  return ::_read(file, to, static_cast<unsigned>(std::min(size, kMost)));
}

std::int64_t read_at(int file, void* to, std::size_t size, u64 offset) {
  OVERLAPPED place{};
  place.Offset = static_cast<DWORD>(offset);
  place.OffsetHigh = static_cast<DWORD>(offset >> 32);
  DWORD count = 0;
  if (!::ReadFile(handle_of(file), to, static_cast<DWORD>(std::min(size, kMost)), &count, &place)) {
    return ::GetLastError() == ERROR_HANDLE_EOF ? 0 : failed();
  }
  return count;
}

std::int64_t write(int file, const void* from, std::size_t size) {
  return ::_write(file, from, static_cast<unsigned>(std::min(size, kMost)));
}

bool rewind(int file) { return ::_lseeki64(file, 0, SEEK_SET) == 0; }

bool sync(int file) { return ::_commit(file) == 0; }

const u8* map(int file, std::size_t size) {
  const HANDLE mapping =
      ::CreateFileMappingW(handle_of(file), nullptr, PAGE_READONLY, 0, 0, nullptr);
  if (!mapping) {
    failed();
    return nullptr;
  }
  const void* content = ::MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, size);
  if (!content) failed();
  ::CloseHandle(mapping);  // the view keeps it
  return static_cast<const u8*>(content);
}

void unmap(const u8* content, std::size_t) { ::UnmapViewOfFile(content); }

// Of pages that are not locked this takes them out of the working set, and reports an error.
void forget(const u8* content, std::size_t size) { ::VirtualUnlock(const_cast<u8*>(content), size); }

void use_small_pages(void*, std::size_t) {}  // they are all small here

void exit_on_bus_error(const std::string& message, int exit_code) {
  const bool is_first = bus_error_message.empty();
  bus_error_message = message;
  bus_error_code = exit_code;
  if (is_first) ::AddVectoredExceptionHandler(1, on_page_error);
}

}  // namespace codescan::system_calls
