// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
import plain from "./plain.js";
export const twice = plain.value * 2;
export default () => import("./plain.js");
