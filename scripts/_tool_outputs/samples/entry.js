// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
const plain = require("./plain.js");
module.exports = plain.value;
