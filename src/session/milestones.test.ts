import { expect, test } from "@playwright/test";
import { milestonesBetween, ranges } from "./milestones.ts";
import type { LaneReadout, LevelReadout } from "./protocol.ts";

/** Dead units of each level by number, of five. */
function readout(
  step: number,
  dead: readonly (readonly number[])[],
  verdict: LaneReadout["verdict"] = "settling",
): LaneReadout {
  const levels = dead.map((numbers): LevelReadout => {
    const of = (value: number) => new Array<number>(5).fill(value);
    return {
      encoder: of(1),
      decoder: of(1),
      std: of(1),
      klPerUnit: of(1),
      klPerAxis: of(1),
      information: 1,
      activeModes: 5,
      activeUnits: 5 - numbers.length,
      dead: of(0).map((_, unit) => numbers.includes(unit + 1)),
    };
  });
  const [{ dead: first }] = levels;
  return {
    step,
    loss: 1,
    reconstruction: 1,
    kl: 1,
    kl2: 0,
    klPerUnit: [],
    klPerAxis: [],
    std: [],
    omega: [],
    lambda: [],
    activeModes: 5,
    activeUnits: 5 - dead[0].length,
    dead: first,
    levels,
    distance: 1,
    recentDistance: 1,
    verdict,
  };
}

test("units that died are marked by number, those of two levels by level", () => {
  expect(
    milestonesBetween(0, readout(10, [[2]]), readout(20, [[2, 3]])),
  ).toEqual([
    {
      step: 20,
      lane: 0,
      kind: "unit-died",
      label: "A unit 3",
      died: { level: null, units: [3] },
    },
  ]);
  const before = readout(10, [[1], []]);
  const after = readout(20, [
    [1, 3],
    [2, 4, 5],
  ]);
  const marks = milestonesBetween(1, before, after);
  expect(marks.map(({ label }) => label)).toEqual([
    "B level 1 unit 3",
    "B level 2 units 2, 4–5",
  ]);
  expect(marks.map(({ died }) => died)).toEqual([
    { level: 1, units: [3] },
    { level: 2, units: [2, 4, 5] },
  ]);
  // The second level alone.
  expect(
    milestonesBetween(0, before, readout(20, [[1], [5]])).map(
      ({ label }) => label,
    ),
  ).toEqual(["A level 2 unit 5"]);
});

test("what was dead at first, or is measured again, is no event; reaching theory is", () => {
  const dead = readout(10, [[1], [2]]);
  expect(milestonesBetween(0, null, dead)).toEqual([]);
  expect(milestonesBetween(0, readout(10, [[], []]), dead)).toEqual([]);
  const there = readout(20, [[1], [2]], "at-theory");
  expect(milestonesBetween(0, dead, there)).toEqual([
    { step: 20, lane: 0, kind: "at-theory", label: "A at theory" },
  ]);
  expect(
    milestonesBetween(0, there, readout(30, [[1], [2]], "at-theory")),
  ).toEqual([]);
});

test("numbers in ranges", () => {
  expect(ranges([2, 5, 6, 7, 8, 11])).toBe("2, 5–8, 11");
  expect(ranges([])).toBe("");
});
