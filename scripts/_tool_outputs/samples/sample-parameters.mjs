// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
// Parameters, patterns and loops that older targets spell out. The code itself means nothing.
export function a0(...args) { return args; }
export function a1(a, ...args) { return args; }
export function a2(a, b, ...args) { return args; }
export function a3(a, b, c, ...args) { return args; }
export const b0 = (...args) => one(...args);
export const b1 = (a, ...args) => one.two(a, ...args);
export const b2 = (...rest) => rest;
export const b3 = (a, ...rest) => rest;
export const b4 = (...params) => params;
export const b5 = (a, ...params) => params;
export const b6 = (...items) => items;
export const b7 = (...values) => values;
export const b8 = (...props) => props;
export const b9 = (...rules) => rules;
export function nested(...args) {
  return (...rest) => { return function (...params) { return (...others) => [args, rest, params, others]; }; };
}
export function c0(a = {}) { return a; }
export function c1(a, b = {}) { return b; }
export function c2(a, b, c = {}) { return c; }
export function c3(a, b, c, d = {}) { return d; }
export function d0(a = []) { return a; }
export function d1(a, b = []) { return b; }
export function d2(a, b, c = []) { return c; }
export function e0(a = false) { return a; }
export function e1(a, b = false) { return b; }
export function e2(a, b, c = false) { return c; }
export function f0(a = true) { return a; }
export function f1(a, b = true) { return b; }
export function f2(a, b, c = true) { return c; }
export function g0(a = null) { return a; }
export function g1(a, b = null) { return b; }
export function g2(a, b, c = null) { return c; }
export function h0(a = 0, b = 0, c = 0) { return a + b + c; }
export function h1(a = 1, b = 1, c = 1) { return a + b + c; }
export function i0(a = "", b = "", c = "") { return a + b + c; }
export function j0({ a, b } = {}) { return [a, b]; }
export function j1(x, { a = 1, b = "b" } = {}) { return [x, a, b]; }
export function j2({ a, ...rest }) { return [a, rest]; }
export const j3 = ([a, b]) => a + b;
export const j4 = ([a, b], { c, d: [e] }) => [a, b, c, e];
export function k0(list) { for (const one of list) { one(); } }
export function k1(list) { for (const [key, value] of list) { if (!key) break; one(value); } }
export function k2(list) { const [a, b = 1, ...c] = list; return { [a]: b, ...c }; }
export class L0 extends M0 {
  static n = 1;
  field = {};
  constructor(...args) { super(...args); this.list = [...args]; }
  get o() { return this.field; }
  set o(p) { this.field = p; }
  static q(...args) { return new this(...args); }
  async r(...args) { await super.r(...args); return async () => { await this.r(); }; }
}
export class L1 extends M0 { s = (...args) => { this.t(...args); }; u = async (v) => { await v; }; }
export async function w(x) { try { return await x; } catch (y) { throw y; } finally { await w(); } }
export const z = async (...args) => { for (const one of args) await one; };
