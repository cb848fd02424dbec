// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What the processor can do beyond what every one of its kind can, so that one build serves all.
#pragma once

namespace codescan {

#ifdef __x86_64__
// Whether functions that are compiled for AVX2 can be called.
inline bool has_avx2() {
  static const bool has = __builtin_cpu_supports("avx2");
  return has;
}
#endif

}  // namespace codescan
