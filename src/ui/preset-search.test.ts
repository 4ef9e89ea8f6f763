import { expect, test } from "@playwright/test";
import { PRESETS } from "../experiment/presets.ts";
import { findPresets } from "./preset-search.ts";

const ids = (query: string): string[] =>
  findPresets(PRESETS, query).map(({ id }) => id);

test("no words find all, in their order", () => {
  expect(findPresets(PRESETS, "  ")).toEqual(PRESETS);
});

test("every word must be mentioned, in titles, questions, sources or models", () => {
  expect(ids("separate MAPS")).toContain("separate-maps");
  expect(ids("hierarchical").length).toBeGreaterThan(3);
  const both = ids("hierarchical theorem");
  expect(ids("hierarchical")).toEqual(expect.arrayContaining(both));
  expect(ids("zebra")).toEqual([]);
});
