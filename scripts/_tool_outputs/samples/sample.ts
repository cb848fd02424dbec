// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
// Uses every construct for which a compiler writes helpers. The code itself means nothing.
import first, { second as third, fourth } from "./one";
import * as every from "./two";
import fifth from "./three";
export * from "./four";
export * as star from "./five";
export { sixth, seventh as eighth } from "./six";
export { default as last } from "./seven";
export { default as ninth } from "./eight";
export { first, third, fifth };
export const tenth = 10;
export let eleventh: number, twelfth: number;

function sealed(target: any): any { return target; }
function tagged(strings: TemplateStringsArray, ...values: unknown[]) { return [strings, ...values]; }

export enum Color { Red, Green = 4, Blue }
export namespace Space { export const inside = 1; }

@sealed
export class Base {
  @sealed static count = 0;
  #hidden = 1;
  static #shared = 2;
  @sealed field: string = "a";
  constructor(@sealed private readonly given: string) {}
  get value() { return this.#hidden; }
  set value(next) { this.#hidden = next; }
  static of() { return Base.#shared++; }
  #secret() { return #hidden in this; }
  @sealed method(@sealed a: number, b?: string): string { return `${a}${b ?? this.#secret()}`; }
  async wait() { await Promise.resolve(this.given); }
  *[Symbol.iterator]() { yield* [1, 2]; }
}

export class Derived extends Base {
  constructor(...values: string[]) { super(values[0]); }
  method(a: number) { return super.method(a) + super.value; }
  async wait() { await super.wait(); for await (const x of this.stream()) { console.log(x); } }
  async *stream() { yield 1; yield* this.stream(); }
}
export class Listed extends Array<number> {}
export class Failure extends Error { constructor(m: string) { super(m); } }

export async function outer({ a, b = 2, ...rest }: any, [c, , d = 3, ...more]: any, ...others: any[]) {
  const merged = { ...a, b, ...rest, [c]: d };
  const list = [...more, ...others, 1];
  for (const [key, value] of Object.entries(merged)) list.push(key, value);
  for (const one of list) { const late = () => one; late(); }
  Math.max(...list); new Map(...(list as [any])); a?.b?.c(); a ??= b; b ||= c; c **= 2;
  const lazy = await import("./nine"); const again = every.thing ?? fourth;
  try { return tagged`x${lazy}y${again}`; } catch { return typeof c; } finally { list.length; }
}
export function* steps(n: number) { for (let i = 0; i < n; i++) { const got: any = yield i; if (got) return got; } }
export default function (object: any) { return object instanceof Base ? delete object.x : void 0; }
