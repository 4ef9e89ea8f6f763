import { expect, test } from "@playwright/test";
import { DEFAULT_CONFIG } from "../experiment/schema.ts";
import { changeBy } from "./events.ts";
import type { LaneReadout, LikelihoodReadout } from "./protocol.ts";
import { freshState } from "./store-state.ts";

const STATE = freshState(DEFAULT_CONFIG, [], null, "");

function readout(step: number): LaneReadout {
  return {
    step,
    loss: 1,
    reconstruction: 1,
    kl: 0,
    kl2: 0,
    klPerUnit: [],
    klPerAxis: [],
    std: [],
    omega: [],
    lambda: [],
    activeModes: 0,
    activeUnits: 0,
    dead: [],
    levels: [],
    distance: NaN,
    recentDistance: NaN,
    verdict: "no-theory",
  };
}

test("a read-out of a step that training has left behind does not turn the clock back", () => {
  const state = { ...STATE, step: 90 };
  const lanes = [readout(70), readout(70)];
  const change = changeBy(state, { kind: "readout", lanes });
  expect(change.step).toBe(90);
  expect(change.lanes?.map((lane) => lane.readout?.step)).toEqual([70, 70]);
});

test("a likelihood is its lane's", () => {
  const likelihood: LikelihoodReadout = {
    lane: 1,
    step: 3,
    on: "test",
    examples: 5,
    samples: 7,
    progress: 0.5,
    mean: -2,
    error: 0.1,
    monteCarloError: 0.05,
    effectiveSamples: 3,
  };
  const { lanes } = changeBy(STATE, { kind: "likelihood", likelihood });
  expect(lanes?.map((lane) => lane.likelihood)).toEqual([null, likelihood]);
});

test("pictures that are no longer asked for are dropped", () => {
  const scatter = { step: 1, level: 1, units: [0, 1], points: [] } as const;
  expect(changeBy(STATE, { kind: "scatter", scatter })).toEqual({});
  const asked = {
    ...STATE,
    pictures: { ...STATE.pictures, scatter: { level: 1, units: [0, 1] } },
  } as const;
  expect(changeBy(asked, { kind: "scatter", scatter })).toEqual({ scatter });
});

test("a lane that no theorem covers has a guide where its spectrum is known", () => {
  const network = { kind: "dense", hidden: [8] } as const;
  const config = {
    ...DEFAULT_CONFIG,
    base: { ...DEFAULT_CONFIG.base, network, estimator: "sampled" as const },
  };
  const [lane] = freshState(config, [], null, "").lanes;
  expect(lane.prediction).toBeNull();
  expect(lane.noTheory).toEqual(expect.any(String));
  expect(lane.guide?.activeUnits).toBe(5);
  expect(STATE.lanes[0].guide).toBeNull();
  expect(STATE.lanes[0].prediction?.activeUnits).toBe(5);
});
