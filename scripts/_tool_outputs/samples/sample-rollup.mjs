// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
import one, { two } from "one";
import * as three from "three";
export * from "four";
export { five as six } from "five";
export default one;
export const seven = two + three.eight;
export const late = () => import("nine");
