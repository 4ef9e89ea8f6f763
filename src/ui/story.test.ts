import { expect, test } from "@playwright/test";
import type { Settings } from "../experiment/config.ts";
import {
  changeSettings,
  DEFAULT_CONFIG,
  defaultConfigOf,
} from "../experiment/schema.ts";
import { allLanes } from "../experiment/config.ts";
import type { LaneReadout } from "../session/protocol.ts";
import type { LaneState } from "../session/store.ts";
import { predict } from "../theory/predict.ts";
import type { Verdict } from "../theory/prediction.ts";
import { plainText, story } from "./story.ts";

const THETA = [3, 2.4, 1.9, 1.5, 1.2, 0.8, 0.6, 0.4];

function lane(
  settings: Settings,
  name: string,
  verdict: Verdict | null,
  dead = 0,
): LaneState {
  const prediction = predict(settings, {
    theta: THETA,
    energy: 25,
    columns: 16,
  });
  const list = new Array<number>(8).fill(1);
  const readout: LaneReadout | null = verdict && {
    step: 100,
    loss: 1,
    reconstruction: 1,
    kl: 0,
    klPerUnit: list,
    klPerAxis: list,
    std: list,
    omega: list,
    lambda: list,
    activeModes: 5,
    activeUnits: 8 - dead,
    dead: list.map((_, i) => i >= 8 - dead),
    kl2: 0,
    levels: [],
    distance: 0.31,
    recentDistance: 0.31,
    verdict,
  };
  return {
    settings,
    name,
    data: null,
    prediction,
    readout,
    guide: null,
    likelihood: null,
    poke: null,
    seeds: null,
    diverged: null,
  };
}

function told(lanes: readonly LaneState[]): string {
  const { first, second, trouble } = story(lanes);
  return plainText([...first, ...second, ...trouble]).replaceAll("\u00a0", " ");
}

const [learnable, fixed] = allLanes(DEFAULT_CONFIG);

test("before and while training the story is a prediction, in the present tense", () => {
  const sentence =
    "Both models keep 5 of 8 directions. A switches 3 latents off; B leaves all 8 on and spreads the 5 across them.";
  expect(told([lane(learnable, "A", null), lane(fixed, "B", null)])).toBe(
    sentence,
  );
  // Not yet at theory: what is measured now is not told as the outcome.
  expect(
    told([lane(learnable, "A", "settling", 1), lane(fixed, "B", "settling")]),
  ).toBe(sentence);
});

test("at theory it is in the past tense and counts what was measured", () => {
  expect(
    told([lane(learnable, "A", "at-theory", 3), lane(fixed, "B", "at-theory")]),
  ).toBe(
    "Both models kept 5 of 8 directions. A switched 3 latents off; B left all 8 on and spread the 5 across them.",
  );
});

test("lanes that do the same share a sentence", () => {
  const [a, b] = allLanes(changeSettings(DEFAULT_CONFIG, "beta", 0.01));
  expect(told([lane(a, "A", null), lane(b, "B", null)])).toBe(
    "Both models keep 8 of 8 directions. Both leave all 8 on.",
  );
});

test("counts that differ are told lane by lane", () => {
  const [a, b] = allLanes(
    changeSettings(
      DEFAULT_CONFIG,
      "encoderVariance",
      { kind: "fixed", std: [0.5] },
      1,
    ),
  );
  expect(told([lane(a, "A", null), lane(b, "B", null)])).toBe(
    "A keeps 5 of 8 directions; B 7 of 8. A switches 3 latents off; B leaves all 8 on and spreads the 7 across them.",
  );
});

/** A lane before any measurement, of any model. */
function predicted(settings: Settings, name: string, theta: number[]) {
  const prediction = predict(settings, {
    theta,
    energy: theta.reduce((sum, t) => sum + t * t, 0),
    columns: theta.length,
  });
  const lane: LaneState = {
    settings,
    name,
    data: null,
    prediction,
    readout: null,
    guide: null,
    likelihood: null,
    poke: null,
    seeds: null,
    diverged: null,
  };
  return lane;
}

test("a conditional model's story says what x explains", () => {
  const [a, b] = allLanes(defaultConfigOf("cvae"));
  // x explains rho^2 of every coordinate, so residual thetas shrink by sqrt(1 - rho^2).
  const left = THETA.map((t) => t * Math.sqrt(1 - 0.9 ** 2));
  expect(told([predicted(a, "A", left), predicted(b, "B", THETA)])).toBe(
    "A keeps 2 of 8 directions of y that x leaves open; B 5 of 8. " +
      "x explains 81% of y in A, nothing in B. A switches 6 latents off; B switches 3 latents off.",
  );
});

const DEEP: Settings = {
  ...defaultConfigOf("mhvae").base,
  data: { kind: "spectrum", theta: [3, 2.2, 1.6, 1.2, 0.9, 0.6] },
  latents: 6,
  latents2: 6,
  beta: 1,
  etaDec: 0.5,
  encoderVariance: { kind: "fixed", std: [0.5] },
};
const SIX = [3, 2.2, 1.6, 1.2, 0.9, 0.6];

test("a hierarchical model's story goes level by level", () => {
  const a = predicted({ ...DEEP, beta2: 3 }, "A", SIX);
  const b = predicted({ ...DEEP, beta2: 6 }, "B", SIX);
  expect(told([a, b])).toBe(
    "Top level keeps 3 of 6 in A, 0 of 6 in B; bottom level keeps 6 of 6 in both. In B the top level collapses.",
  );
});

test("a top level that follows noise is told as such", () => {
  const noisy = { ...DEEP, beta: 9, beta2: 6 };
  expect(told([predicted(noisy, "A", SIX)])).toBe(
    "Top level keeps 6 of 6 in A; bottom level keeps 3 of 6 in A. In A 3 of the top level’s 6 track only noise.",
  );
});

test("a loss without a minimum is said before training", () => {
  const open: Settings = {
    ...DEEP,
    beta2: 0.8,
    encoderVariance: { kind: "learnable", std: 1 },
  };
  expect(told([predicted(open, "A", SIX)])).toContain(
    "In A the loss has no minimum.",
  );
});

test("trouble is named with its lane, its number and what to do", () => {
  const a: LaneState = {
    ...lane(learnable, "A", null),
    diverged: { step: 37, message: "" },
  };
  expect(told([a, lane(fixed, "B", "away")])).toContain(
    "A became non-finite at step 37. Its last good state is kept; try a learning rate of 0.002. B is 0.31 from theory",
  );
});

test("of a network what is measured is told, and the linear model's count as a guide", () => {
  const [a, b] = allLanes(DEFAULT_CONFIG);
  const network = (name: string, verdict: Verdict | null, dead: number) => {
    const linear = lane(name === "A" ? a : b, name, verdict, dead);
    return {
      ...linear,
      settings: {
        ...linear.settings,
        network: { kind: "dense", hidden: [16] } as const,
      },
      prediction: null,
      guide: linear.prediction,
      noTheory: "",
    };
  };
  expect(
    told([network("A", "no-theory", 1), network("B", "no-theory", 1)]),
  ).toBe(
    "Measured: 7 of 8 units active in both. The linear model would keep 5 in both; a guide here, not a theorem. ",
  );
  expect(told([network("A", "no-theory", 1), lane(b, "B", "settling")])).toBe(
    "Measured: 7 of 8 units active in A, 8 of 8 in B. The linear model would keep 5 in A; a guide here, not a theorem. B is linear: theory keeps 5. ",
  );
  expect(told([network("A", null, 0)])).toBe(
    "Nothing is measured yet. The linear model would keep 5; a guide here, not a theorem. ",
  );
  expect(told([{ ...network("A", "no-theory", 3), guide: null }])).toBe(
    "Measured: 5 of 8 units active. No theorem covers this, and the linear model is no guide here.",
  );
});
