import { expect, test } from "@playwright/test";
import type { LevelReadout } from "../session/protocol.ts";
import type { Milestone } from "../session/store.ts";
import { lasting } from "./scrub-view.ts";

const death = (
  step: number,
  level: 1 | 2 | null,
  ...units: number[]
): Milestone => ({
  step,
  lane: 0,
  kind: "unit-died",
  label: "",
  died: { level, units },
});

const deadNow = (...units: number[]): LevelReadout => ({
  encoder: [],
  decoder: [],
  std: [],
  klPerUnit: [],
  klPerAxis: [],
  information: 0,
  activeModes: 0,
  activeUnits: 0,
  dead: [1, 2, 3, 4].map((unit) => units.includes(unit)),
});

test("only a unit that is dead now has a mark, its latest, and each level its own", () => {
  const changed: Milestone = {
    step: 15,
    lane: -1,
    kind: "changed",
    label: "changed",
  };
  const milestones = [
    death(10, 1, 1, 2),
    death(10, 2, 1),
    changed,
    death(30, 2, 3),
    death(40, 1, 1),
  ];
  // Unit 1 of the second level lives again; that of the first died twice.
  const levels = [deadNow(1, 2), deadNow(3)];
  expect(lasting(milestones, [{ levels }])).toEqual([
    death(10, 1, 2),
    changed,
    death(30, 2, 3),
    death(40, 1, 1),
  ]);
});

test("a model of one level has one list, and unmeasured lanes no deaths", () => {
  const milestones = [death(10, null, 1), death(20, null, 4)];
  expect(lasting(milestones, [{ levels: [deadNow(4)] }])).toEqual([
    death(20, null, 4),
  ]);
  expect(lasting(milestones, [null])).toEqual([]);
});
