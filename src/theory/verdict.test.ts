import { expect, test } from "@playwright/test";
import { settled } from "./history.ts";
import type { DistancePoint } from "./history.ts";
import {
  TOLERANCE,
  activeModes,
  deadUnits,
  distance,
  judge as judgeLane,
} from "./verdict.ts";
import { predictVae } from "./vae.ts";

const edge = predictVae(
  {
    beta: 1,
    etaDec: 1,
    etaEnc: 1,
    latents: 2,
    encoderVariance: { kind: "learnable", std: 1 },
  },
  { theta: [1.02, 0.98], energy: 1.02 ** 2 + 0.98 ** 2, columns: 2 },
);

/** Read-outs every 20 steps of a distance that is a function of the step. */
function history(steps: number, at: (step: number) => number): DistancePoint[] {
  return Array.from({ length: steps / 20 + 1 }, (_, i) => ({
    step: 20 * i,
    distance: at(20 * i),
  }));
}

const judge = (
  points: readonly DistancePoint[],
  more: Partial<Parameters<typeof judgeLane>[0]> = {},
): string =>
  judgeLane({
    history: points,
    estimator: "exact",
    finished: false,
    diverged: false,
    prediction: edge,
    ...more,
  }).verdict;

test("distance compares sorted values and sees a broken measurement", () => {
  const theory = { omega: [3, 2, 0], lambda: [0.5, 0.6, 0] };
  expect(distance(theory, { omega: [0, 3, 2], lambda: [0.6, 0.5, 0] })).toBe(0);
  expect(distance(theory, { omega: [3, 2, 0.25], lambda: [0.6, 0.5, 0] })).toBe(
    0.25,
  );
  expect(
    distance(theory, { omega: [3, 2, 0], lambda: [0.6, 0.5, NaN] }),
  ).toBeNaN();
  expect(() =>
    distance(theory, { omega: [3, 2], lambda: [0.6, 0.5, 0] }),
  ).toThrow("3 predicted");
});

test("theta = 1.02 is small but alive, theta = 0.98 is dead", () => {
  expect(edge.omega[0]).toBeCloseTo(0.201, 3);
  for (const estimator of ["sampled", "exact"] as const) {
    expect(activeModes(edge, { etaDec: 1, etaEnc: 1, estimator })).toBe(1);
  }
  expect(
    deadUnits(
      edge.lambda.map((l) => l * l),
      1,
    ),
  ).toEqual([false, true]);
});

test("the rules do not depend on the scales of x and z", () => {
  expect(deadUnits([0.9 * 0.08, 1.1 * 0.08], 2)).toEqual([true, false]);
  for (const estimator of ["sampled", "exact"] as const) {
    const zero = TOLERANCE[estimator];
    const at = (omega: number, lambda: number): number =>
      activeModes(
        { omega: [omega * zero], lambda: [lambda * zero] },
        { etaDec: 3, etaEnc: 2, estimator },
      );
    expect(at(1.51, 2.01)).toBe(1);
    expect(at(1.49, 2.01)).toBe(0);
    expect(at(1.51, 1.99)).toBe(0);
  }
});

test("nothing is claimed before there is something to judge", () => {
  expect(judge([])).toBe("waiting");
  expect(
    judge(
      history(1000, () => 0.001),
      { prediction: null },
    ),
  ).toBe("waiting");
  expect(judge(history(40, () => 0.001))).toBe("settling");
});

test("a lane that moves is settling, even while it passes theory", () => {
  expect(judge(history(1000, (step) => Math.exp(-step / 400)))).toBe(
    "settling",
  );
  expect(judge(history(1000, (step) => Math.abs(1000 - step) / 1000))).toBe(
    "settling",
  );
  expect(judge(history(1000, (step) => Math.exp(-step / 100)))).toBe(
    "at-theory",
  );
});

test("a flat distance away from theory is a verdict only at the end", () => {
  const plateau = history(1000, (step) => (step < 300 ? 1 - step / 400 : 0.25));
  expect(settled(plateau, TOLERANCE.exact)).toBe(true);
  expect(judge(plateau)).toBe("settling");
  expect(judge(plateau, { finished: true })).toBe("away");
  const creeping = history(1000, (step) => 0.25 - step / 1e5);
  expect(settled(creeping, TOLERANCE.exact)).toBe(false);
});

test("the end of the budget decides, and divergence comes first", () => {
  const moving = history(1000, (step) => 1 - step / 2000);
  expect(judge(moving, { finished: true })).toBe("away");
  expect(judge([{ step: 1500, distance: 0.01 }], { finished: true })).toBe(
    "at-theory",
  );
  expect(judge([{ step: 1500, distance: NaN }], { finished: true })).toBe(
    "away",
  );
  expect(judge(moving, { diverged: true })).toBe("diverged");
});

test("the distance told is the one the verdict rests on", () => {
  const points = history(1000, () => 0.015);
  points.push({ step: 1020, distance: 0.019 });
  const input = {
    history: points,
    estimator: "exact",
    finished: true,
    diverged: false,
    prediction: edge,
  } as const;
  expect(judgeLane(input)).toEqual({ verdict: "at-theory", distance: 0.015 });
});

test("sampled lanes are allowed their noise", () => {
  const noisy = history(1000, (step) => 0.07 + 0.04 * Math.sin(step));
  expect(judge(noisy, { estimator: "sampled" })).toBe("at-theory");
  const wide = noisy.map(({ step, distance: d }) => ({
    step,
    distance: 6 * d,
  }));
  expect(judge(wide, { estimator: "sampled" })).toBe("settling");
  expect(judge(noisy)).toBe("settling");
});
