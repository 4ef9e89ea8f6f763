/**
 * The bound on float32 losses is right: its sums are the reference's, its adjoints are derivatives,
 * errors as large as it allows for are followed to first order, and small mistakes exceed it.
 */
import { expect, test } from "@playwright/test";
import { allLanes, type Settings } from "../../src/experiment/config.ts";
import { changeSettings, DEFAULT_CONFIG } from "../../src/experiment/schema.ts";
import type { LaneInput } from "../../src/engine/stepper.ts";
import { ADAM } from "../../src/reference/optimizer.ts";
import { LaneData } from "../../src/session/lane-data.ts";
import {
  adjoints,
  boundParts,
  trajectoryBound,
  trajectoryOf,
} from "../harness/trajectory-bound.ts";
import { walk, type Disturb } from "../harness/trajectory-walk.ts";

const STEPS = 50;
const LAST = STEPS - 1;

interface Case {
  readonly name: string;
  readonly settings: Settings;
}

const CASES = (["sampled", "exact"] as const).flatMap((estimator): Case[] =>
  allLanes(changeSettings(DEFAULT_CONFIG, "estimator", estimator)).map(
    (settings) => ({
      name: `${estimator}, ${settings.encoderVariance.kind} variance`,
      settings,
    }),
  ),
);

function prepare({ settings }: Case): Promise<LaneInput> {
  return new LaneData().prepare(settings, () => undefined);
}

function lossesOf(input: LaneInput, disturb?: Disturb): number[] {
  return walk(input, STEPS, disturb).steps.map(({ loss }) => loss);
}

/** Adam with other constants, in the place of the reference's. */
function adamWith(
  rate: number,
  change: Partial<Record<keyof typeof ADAM, number>>,
): Disturb {
  const { beta1, beta2, epsilon } = { ...ADAM, ...change };
  let before: Record<"values" | "m" | "v", Float64Array> | undefined;
  return (when, step, arena) => {
    const { values, grads, m, v } = arena;
    if (when === "gradient")
      before = { values: values.slice(), m: m.slice(), v: v.slice() };
    if (when !== "after" || !before) return;
    for (let i = 0; i < values.length; i++) {
      // Not trained, or at rest.
      if (values[i] === before.values[i]) continue;
      m[i] = beta1 * before.m[i] + (1 - beta1) * grads[i];
      v[i] = beta2 * before.v[i] + (1 - beta2) * grads[i] ** 2;
      const mean = m[i] / (1 - beta1 ** (step + 1));
      const square = v[i] / (1 - beta2 ** (step + 1));
      values[i] =
        before.values[i] - (rate * mean) / (Math.sqrt(square) + epsilon);
    }
  };
}

for (const of of CASES) {
  test(`${of.name}: the sums analyzed are the reference's gradient and loss`, async () => {
    const { walked, gradients, losses } = trajectoryOf(
      await prepare(of),
      STEPS,
    );
    walked.steps.forEach(({ gradient, loss }, step) => {
      // float64 sums of a few thousand terms, whose size is that of the loss.
      const rounding = 2 ** -52 * 4096 * loss;
      const gaps = gradient.map((value, i) =>
        Math.abs(gradients[step][i] - value),
      );
      expect(Math.max(...gaps)).toBeLessThan(rounding);
      expect(Math.abs(losses[step].value - loss)).toBeLessThan(rounding);
    });
  });

  test(`${of.name}: adjoints are derivatives of a later loss`, async () => {
    const input = await prepare(of);
    const last = 30;
    const back = adjoints(trajectoryOf(input, last + 1), last);
    const { steps } = walk(input, last + 1);
    for (const [at, key] of [
      [0, "values"],
      [7, "values"],
      [7, "m"],
      [7, "v"],
      [29, "values"],
      [29, "m"],
      [29, "v"],
    ] as const) {
      const { values, first, second } = back[last - 1 - at].before;
      const adjoint = { values, m: first, v: second }[key];
      // Second moments are small: what counts is what a part of one does.
      const scale = (i: number): number =>
        key === "v" ? steps[at - 1].second[i] : 1;
      const entry = adjoint.reduce(
        (best, value, i) =>
          Math.abs(value * scale(i)) > Math.abs(adjoint[best] * scale(best))
            ? i
            : best,
        0,
      );
      const lossAt = (change: number): number =>
        walk(input, last + 1, (when, step, arena) => {
          if (when === "before" && step === at) arena[key][entry] += change;
        }).steps[last].loss;
      const slope = (h: number): number => (lossAt(h) - lossAt(-h)) / (2 * h);
      const h = 1e-4 * scale(entry);
      // The central difference is off by a third of what halving it changes, and by rounding.
      const tolerance =
        Math.abs(slope(2 * h) - slope(h)) +
        (2 ** -44 * steps[last].loss) / Math.abs(h);
      const what = `step ${at}, ${key} ${entry}`;
      expect(Math.abs(slope(h) - adjoint[entry]), what).toBeLessThan(tolerance);
      expect(tolerance, what).toBeLessThan(1e-2 * Math.abs(adjoint[entry]));
    }
  });

  test(`${of.name}: errors with the worst signs do what the bound says`, async () => {
    const input = await prepare(of);
    const trajectory = trajectoryOf(input, STEPS);
    const back = adjoints(trajectory, LAST);
    const add = (
      to: Float64Array,
      error: Float64Array,
      along: Float64Array,
    ): void => {
      error.forEach((value, i) => {
        to[i] += value * Math.sign(along[i]);
      });
    };
    const worst = lossesOf(input, (when, step, { grads, values }) => {
      if (step === LAST) return;
      const [made, adjoint] = [trajectory.errors[step], back[LAST - 1 - step]];
      if (when === "gradient") add(grads, made.gradient, adjoint.gradient);
      if (when === "after") add(values, made.values, adjoint.values);
    });
    const { gradient, values } = boundParts(trajectory, LAST);
    const change = worst[LAST] - trajectory.walked.steps[LAST].loss;
    // What the first order leaves out is a product of two errors: small beside either.
    expect(Math.abs(change / (gradient + values) - 1)).toBeLessThan(1e-2);
  });

  test(`${of.name}: small mistakes exceed the bound`, async () => {
    const input = await prepare(of);
    const trajectory = trajectoryOf(input, STEPS);
    const bounds = trajectoryBound(trajectory);
    const excess = (losses: readonly number[]): number =>
      Math.max(
        ...losses.map((loss, step) => {
          const expected = trajectory.walked.steps[step].loss;
          return Math.abs(loss - expected) / bounds[step];
        }),
      );
    const changed = (change: Partial<Settings>): number[] =>
      lossesOf({ ...input, settings: { ...input.settings, ...change } });
    const { optimizer } = input.settings;
    const rate = optimizer.learningRate;
    const mistakes: Record<string, number[]> = {
      "rate, 0.1 %": changed({
        optimizer: { ...optimizer, learningRate: 1.001 * rate },
      }),
      "beta, 0.1 %": changed({ beta: 1.001 * input.settings.beta }),
      "etaDec, 0.1 %": changed({ etaDec: 1.001 * input.settings.etaDec }),
      "first decay, 0.901": lossesOf(input, adamWith(rate, { beta1: 0.901 })),
      "second decay, 0.99": lossesOf(input, adamWith(rate, { beta2: 0.99 })),
      "epsilon, 1e-4": lossesOf(input, adamWith(rate, { epsilon: 1e-4 })),
      ...(of.settings.estimator === "sampled" && {
        "other draws": changed({ seed: 8 }),
      }),
    };
    // The optimizer below without a mistake is the reference's.
    expect(excess(lossesOf(input, adamWith(rate, {})))).toBeLessThan(1e-6);
    for (const [mistake, losses] of Object.entries(mistakes))
      expect(excess(losses), mistake).toBeGreaterThan(1);
  });
}
