/**
 * WGSL with loops written out, for compilers that do not: what they index by a variable stays in
 * memory and is read lane by lane, and what a constant condition rules out they compile all the same.
 *
 * `for (var n = FIRST; n < END; n++) { // unroll` becomes its body END - FIRST times, with numbers
 * for `n`. Bounds are sums, differences, products and quotients of whole numbers, of the kernel's
 * constants and of outer loops' variables. Code means the same unprocessed.
 */
import type { Constants } from "./kernel-cache.ts";

/** Value of an expression of whole numbers. Throws where it is none. */
export function evaluate(text: string, constants: Constants): number {
  const tokens = text.match(/\d+|\w+|[^\s\w]/g) ?? [];
  let at = 0;
  const fail = (): never => {
    throw new Error(`"${text}" is not a sum or product of whole numbers`);
  };
  const primary = (): number => {
    const token = tokens.at(at++) ?? "";
    if (token === "(") {
      const value = sum();
      return tokens[at++] === ")" ? value : fail();
    }
    if (/^\d/.test(token)) {
      if (tokens[at] === "u") at++;
      return Number(token);
    }
    return Object.hasOwn(constants, token) ? constants[token] : fail();
  };
  const product = (): number => {
    let value = primary();
    while (tokens[at] === "*" || tokens[at] === "/") {
      const times = tokens[at++] === "*";
      const other = primary();
      value = times ? value * other : Math.trunc(value / other);
    }
    return value;
  };
  const sum = (): number => {
    let value = product();
    while (tokens[at] === "+" || tokens[at] === "-")
      value += tokens[at++] === "+" ? product() : -product();
    return value;
  };
  const value = sum();
  return at === tokens.length ? value : fail();
}

/** Where the block ends that `from` is in. */
function closing(code: string, from: number): number {
  let depth = 0;
  for (let at = from; at < code.length; at++) {
    if (code.startsWith("//", at)) at = code.indexOf("\n", at);
    else if (code[at] === "{") depth++;
    else if (code[at] === "}" && depth-- === 0) return at;
  }
  throw new Error("a block never ends");
}

const LOOP =
  /^( *)for \(var (\w+) = ([^;]+); \2 < ([^;]+); \2\+\+\) \{ \/\/ unroll\n/m;

function unrollLoops(code: string, constants: Constants): string {
  let done = code;
  for (let loop = LOOP.exec(done); loop; loop = LOOP.exec(done)) {
    const [head, indent, name, first, end] = loop;
    const from = loop.index + head.length;
    const to = closing(done, from);
    const body = done.slice(from, to).trimEnd();
    const copies: string[] = [];
    const last = evaluate(end, constants);
    for (let n = evaluate(first, constants); n < last; n++) {
      const copy = body.replace(new RegExp(`\\b${name}\\b`, "g"), `${n}u`);
      copies.push(`${indent}{\n${copy}\n${indent}}\n`);
    }
    const rest = done.slice(to + 1).replace(/^\n/, "");
    done = done.slice(0, loop.index) + copies.join("") + rest;
  }
  return done;
}

/** `override` constants as `const` ones: what depends on them is folded before compiling. */
function fixConstants(code: string, constants: Constants): string {
  return code.replace(
    /^override (\w+): (\w+) = .+;$/gm,
    (declaration: string, name: string, type: string) =>
      Object.hasOwn(constants, name)
        ? `const ${name} = ${type}(${constants[name]});`
        : declaration,
  );
}

/** `code` for these constants, its marked loops written out. Throws on a bound it cannot tell. */
export function unroll(code: string, constants: Constants): string {
  return unrollLoops(fixConstants(code, constants), constants);
}
