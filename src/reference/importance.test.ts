import { expect, test } from "@playwright/test";
import type { LaneInput } from "../engine/stepper.ts";
import type { Settings } from "../experiment/config.ts";
import { initialParams } from "../model/init.ts";
import type { Mark, ParamSet } from "../model/ops.ts";
import { dataShape } from "../model/param.ts";
import { ReferenceEvaluator } from "./evaluator.ts";
import {
  BASE,
  conditionalOf,
  momentsOf,
  someData,
  somePairs,
} from "./fixtures.ts";
import type { ImportanceDraw, LikelihoodEstimate } from "./importance.ts";
import { ImportanceSums, logWeights } from "./importance.ts";
import { meanLogLikelihood } from "./likelihood.ts";
import { ReferenceBackend } from "./trainer.ts";

/** A linear model on its way to the optimum of another beta: q is near the posterior, but not it. */
async function trained(
  model: Settings["model"],
  rows: number,
): Promise<{ lane: LaneInput; params: ParamSet; exact: number }> {
  const settings: Settings = {
    ...BASE,
    model,
    biases: true,
    latents: 2,
    beta2: 2,
    initScale: 0.3,
  };
  const data = model === "cvae" ? somePairs(rows) : someData(rows, 4);
  const lane: LaneInput = {
    settings,
    data,
    initial: initialParams(settings, dataShape(data)),
    ...(model === "cvae"
      ? conditionalOf(data, true)
      : { moments: momentsOf(data, true) }),
  };
  const backend = new ReferenceBackend([lane]);
  await backend.run(0, 300);
  const [found] = (await backend.read(300)).params;
  // Wider and off: weights vary, yet they are bounded.
  const params = Object.fromEntries(
    Object.entries(found).map(([name, values]) => {
      const change = name.startsWith("logVar")
        ? 0.7
        : name.startsWith("encB")
          ? 0.3
          : 0;
      return [name, values.map((value) => value + change)];
    }),
  );
  return { lane, params, exact: meanLogLikelihood(params, lane) };
}

const MARKS: readonly Mark[] = ["z", "mean", "logVar"];
const SECOND: readonly Mark[] = ["z2", "mean2", "logVar2", "prior"];

/** ln w of every example, one array for each of `count` draws, from step `first` on. */
async function weightsOf(
  { lane, params }: { lane: LaneInput; params: ParamSet },
  count: number,
  first = 0,
): Promise<Float64Array[]> {
  const { settings, data } = lane;
  const evaluator = new ReferenceEvaluator(settings, dataShape(data));
  const second = settings.model === "mhvae";
  const out: Float64Array[] = [];
  for (let step = first; step < first + count; step++) {
    const { values, reconstruction = [] } = await evaluator.evaluate({
      pass: "forward",
      params,
      count: data.rows,
      inputs: { x: data.x, ...(data.y && { y: data.y.values }) },
      seed: 77,
      step,
      read: second ? [...MARKS, ...SECOND] : MARKS,
    });
    const of = (mark: Mark): ArrayLike<number> => values[mark] ?? [];
    const draw: ImportanceDraw = {
      reconstruction,
      z: of("z"),
      mean: of("mean"),
      logVar: of("logVar"),
      ...(second && {
        second: {
          z2: of("z2"),
          mean2: of("mean2"),
          logVar2: of("logVar2"),
          prior: of("prior"),
        },
      }),
    };
    out.push(logWeights(settings, draw));
  }
  return out;
}

function estimateOf(draws: readonly Float64Array[]): LikelihoodEstimate {
  const sums = new ImportanceSums(draws[0].length);
  for (const draw of draws) sums.add(draw);
  return sums.estimate();
}

/** Standard deviation of the mean alone. */
const spreadOf = ({ monteCarloError, bias }: LikelihoodEstimate): number =>
  Math.sqrt(monteCarloError ** 2 - bias ** 2);

for (const model of ["vae", "cvae", "mhvae"] as const) {
  test(`the estimate is the exact log-likelihood within its error: ${model}`, async () => {
    const { exact, ...run } = await trained(model, 40);
    const found = estimateOf(await weightsOf(run, 400));
    expect(found).toMatchObject({ examples: 40, samples: 400 });
    expect(found.monteCarloError).toBeLessThan(0.05);
    expect(Math.abs(found.mean - exact)).toBeLessThan(
      4 * found.monteCarloError,
    );
    expect(found.effectiveSamples).toBeGreaterThan(10);
    // The examples differ far more than the draws of one.
    expect(found.error).toBeGreaterThan(2 * found.monteCarloError);
  });

  test(`its error is as large as it says, over many runs: ${model}`, async () => {
    const { exact, ...run } = await trained(model, 12);
    const [runs, samples] = [400, 40];
    const draws = await weightsOf(run, runs * samples);
    let [covered, squares, claimed] = [0, 0, 0];
    let [total, bias] = [0, 0];
    for (let at = 0; at < runs; at++) {
      const part = draws.slice(at * samples, (at + 1) * samples);
      const found = estimateOf(part);
      const off = found.mean + found.bias - exact;
      if (Math.abs(off) < 1.96 * spreadOf(found)) covered++;
      squares += off ** 2 / runs;
      claimed += spreadOf(found) ** 2 / runs;
      total += (found.mean - exact) / runs;
      bias += found.bias / runs;
    }
    // 95 % of normal errors; 4 binomial standard deviations, and 2 % for tails that are not normal.
    const allowed = 4 * Math.sqrt((0.95 * 0.05) / runs) + 0.02;
    expect(Math.abs(covered / runs - 0.95)).toBeLessThan(allowed);
    // A variance from so many runs is good to sqrt(2 / runs); 4 of these, and 5 % for the delta method.
    expect(Math.abs(squares / claimed - 1)).toBeLessThan(
      4 * Math.sqrt(2 / runs) + 0.05,
    );
    // Without the correction the mean is too low by the bias, whose own terms of S^-2 are small.
    const error = Math.sqrt(claimed / runs);
    expect(bias).toBeGreaterThan(3 * error);
    expect(Math.abs(total + bias)).toBeLessThan(4 * error + 0.2 * bias);
  });
}

test("with q the posterior every weight is the likelihood", async () => {
  const data = someData(30, 3);
  const settings: Settings = { ...BASE, latents: 1, etaDec: 0.6, etaEnc: 1.5 };
  const [a, e] = [0.36, 2.25];
  const u = [0.8, -0.5, 1.1];
  const variance = 1 / (1 / e + u.reduce((s, v) => s + v * v, 0) / a);
  const lane: LaneInput = {
    settings,
    data,
    moments: momentsOf(data, false),
    initial: {
      encW: Float32Array.from(u, (value) => (value * variance) / a),
      decU: Float32Array.from(u),
      logVar: Float32Array.of(Math.log(variance)),
    },
  };
  const found = estimateOf(await weightsOf({ lane, params: lane.initial }, 3));
  // Marks and tensors in float32, squares below 2^7 / a.
  const bound = 2 ** -24 * 2 ** 9;
  const exact = meanLogLikelihood(lane.initial, lane);
  expect(Math.abs(found.mean - exact)).toBeLessThan(bound);
  expect(found.monteCarloError).toBeLessThan(bound);
  expect(found.effectiveSamples).toBeGreaterThan(3 - 1e-6);
});

test("one draw is the negative loss of beta 1; more of them are nearer the truth", async () => {
  const { exact, ...run } = await trained("vae", 40);
  const draws = await weightsOf(run, 64);
  const one = estimateOf(draws.slice(0, 1));
  const mean = draws[0].reduce((sum, log) => sum + log, 0) / 40;
  expect(one.mean).toBeCloseTo(mean, 13);
  expect(one.monteCarloError).toBeNaN();
  expect(one.error).toBeNaN();
  // By groups of 1, 8 and 64 of the same draws, by Jensen's inequality.
  const means = [1, 8, 64].map((size) => {
    const groups = 64 / size;
    return Array.from({ length: groups }, (_, at) =>
      estimateOf(draws.slice(at * size, (at + 1) * size)),
    ).reduce((sum, found) => sum + found.mean / groups, 0);
  });
  expect(means[0]).toBeLessThan(means[1]);
  expect(means[1]).toBeLessThan(means[2]);
  expect(Math.abs(means[2] - exact)).toBeLessThan(Math.abs(means[1] - exact));
});

test("sums stand weights of any size, in any order and in parts", () => {
  const logs = [-5e5, -5e5 + 1, -5e5 - 2, -Infinity];
  const mean = (1 + Math.exp(1) + Math.exp(-2)) / 4;
  for (const order of [logs, logs.toReversed()]) {
    const sums = new ImportanceSums(3);
    expect(sums.estimate()).toMatchObject({ examples: 0, mean: NaN });
    for (const log of order) sums.add([log], 1);
    expect(sums.logLikelihood(1)).toBeCloseTo(-5e5 + Math.log(mean), 9);
    const part = sums.estimate();
    expect(part).toMatchObject({ examples: 1, samples: 4 });
    expect(part.error).toBeNaN();
    const weights = [1, Math.exp(1), Math.exp(-2), 0];
    const square = weights.reduce((sum, w) => sum + (w - mean) ** 2, 0);
    const variance = square / 3 / 4 / mean ** 2;
    expect(part.bias).toBeCloseTo(variance / 2, 12);
    expect(part.monteCarloError).toBeCloseTo(
      Math.sqrt(variance + variance ** 2 / 4),
      12,
    );
    expect(part.effectiveSamples).toBeCloseTo(
      (4 * mean) ** 2 / weights.reduce((sum, w) => sum + w * w, 0),
      12,
    );
    for (let i = 0; i < 2; i++) sums.add([-1, -2], i);
    expect(sums.estimate()).toMatchObject({ examples: 3, samples: 1 });
  }
});

test("a weight that is not a number is not hidden", () => {
  const sums = new ImportanceSums(2);
  sums.add([-1, NaN]);
  sums.add([-2, -3]);
  expect(sums.estimate().mean).toBeNaN();
});

test("a hierarchical model's second level is asked for", () => {
  const one = { reconstruction: [1], z: [0], mean: [0], logVar: [0] };
  expect(() => logWeights({ ...BASE, model: "mhvae" }, one)).toThrow(
    "need z2, mean2, logVar2 and prior",
  );
});
