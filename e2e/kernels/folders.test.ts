/** A kernel is three files of one name: its WGSL, its launcher, its test. */
import { readdirSync } from "node:fs";
import { expect, test } from "@playwright/test";

const root = new URL("../../", import.meta.url);

function names(folder: string, ending: string): string[] {
  return readdirSync(new URL(folder, root))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort();
}

/** Launchers' helpers, and tests of what is no kernel of its own. */
const HELPERS = ["exact-bindings", "launch", "product"];
const OTHER_TESTS = ["adapter", "folders", "free-bits", "rng"];

test("every kernel has its WGSL, launcher and test, and nothing is left over", () => {
  const kernels = names("shaders", ".wgsl");
  const launchers = names("src/engine/kernels", ".ts");
  const tests = names("e2e/kernels", ".test.ts");
  expect(launchers.filter((name) => !HELPERS.includes(name))).toEqual(kernels);
  expect(tests.filter((name) => !OTHER_TESTS.includes(name))).toEqual(kernels);
});
