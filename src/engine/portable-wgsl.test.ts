/** What WGSL must not do, as some browsers' compilers do not take it. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";

const SHADERS = new URL("../../shaders/", import.meta.url);
const FILES = readdirSync(SHADERS, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".wgsl"))
  .sort();

/** Built-in functions that take a pointer into a buffer in any WGSL. */
const BUILT_IN = /\b(?:atomic\w+|arrayLength)\(\s*&[^,)]*/g;

test("no function gets a pointer to a part of a variable: an optional feature, of which naga panics and takes Firefox with it", () => {
  expect(FILES.length).toBeGreaterThan(30);
  const found = FILES.flatMap((name) => {
    const code = readFileSync(new URL(name, SHADERS), "utf8")
      .replaceAll(/\/\/.*$/gm, "")
      .replaceAll(BUILT_IN, "");
    return [
      ...code.matchAll(/[(,]\s*&\s*\(?\*?\s*\w+\s*\)?\s*[.[][^,)]*/g),
    ].map(([part]) => `${name}: ${part.trim()}`);
  });
  expect(found).toEqual([]);
});
