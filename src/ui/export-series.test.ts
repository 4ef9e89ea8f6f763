import { expect, test } from "@playwright/test";
import Papa from "papaparse";
import { DEFAULT_CONFIG, defaultConfigOf } from "../experiment/schema.ts";
import { writeLink } from "../experiment/link.ts";
import { readCollapseFile, writeCollapseFile } from "./collapse-file.ts";
import { exportOf } from "./export-fixture.ts";
import { seriesCsv, seriesJson } from "./export-series.ts";

const run = exportOf(DEFAULT_CONFIG);

test("the table is read back by any reader that knows comments, its link before it", () => {
  const csv = seriesCsv(run);
  expect(csv.split("\r\n")[0]).toBe(`# ${run.link}`);
  const { data, errors, meta } = Papa.parse<Record<string, string>>(csv, {
    header: true,
    comments: "#",
    skipEmptyLines: true,
  });
  expect(errors).toEqual([]);
  expect(meta.fields).toEqual([
    "step",
    "A loss",
    "A reconstruction",
    "A kl",
    "A distance",
    "B loss",
    "B reconstruction",
    "B kl",
    "B distance",
  ]);
  expect(data.map((row) => row.step)).toEqual(["0", "1", "2"]);
  expect(data[0]).toMatchObject({ "A loss": "20.1", "A distance": "1.5" });
  expect(data[1]["A distance"]).toBe("");
  expect(data[2]["B loss"]).toBe("NaN");
  // Every number is the float32 that was trained with.
  for (const [j, row] of data.entries())
    expect(Math.fround(Number(row["A loss"]))).toBe(run.series[0].loss[j]);
});

test("a hierarchical model has both KLs", () => {
  expect(seriesCsv(exportOf(defaultConfigOf("mhvae")))).toContain("A kl2");
});

test("JSON says the same, without numbers that JSON does not know", () => {
  const file = JSON.parse(seriesJson(run)) as {
    link: string;
    lanes: { terms: { loss: (number | null)[] } }[];
  };
  expect(file.link).toBe(run.link);
  expect(file.lanes[0].terms.loss).toEqual([20.1, 19.1, 18.1]);
  expect(file.lanes[1].terms.loss).toEqual([21.1, 20.1, null]);
});

test("a run's file opens again, and what is none is refused in words", () => {
  const text = writeCollapseFile(run);
  expect(readCollapseFile(text)).toBe(writeLink(DEFAULT_CONFIG));
  const open = (words: string) => () => readCollapseFile(words);
  expect(open(text.slice(0, 400))).toThrow("cut off");
  expect(open("[1, 2]")).toThrow("not a run of this lab");
  expect(open("null")).toThrow("not a run of this lab");
  expect(open(text.replace(/"link":"[^"]*"/, '"link":"#nothing"'))).toThrow(
    "no setting",
  );
});
