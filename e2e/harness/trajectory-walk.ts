/** The float64 reference of a linear VAE, step by step, with what each step was made of. */
import { Matrix } from "ml-matrix";
import type { LaneInput } from "../../src/engine/stepper.ts";
import { fillNormal, uniformInt } from "../../src/math/rng.ts";
import { ExactLane, SampledLane } from "../../src/reference/lane.ts";
import {
  optimize,
  type OptimizerArena,
} from "../../src/reference/optimizer.ts";
import {
  roundedExpectation,
  roundedSample,
  type RoundedStep,
} from "./trajectory-rounding.ts";
import { batchMoments, expectedMoments, StepLoss } from "./trajectory-step.ts";
import { Tracked } from "./tracked.ts";

/** One step: the point it starts from, and Adam's moments after it. */
export interface WalkedStep {
  readonly loss: number;
  readonly values: Float64Array;
  readonly gradient: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

export interface Walk {
  readonly steps: readonly WalkedStep[];
  /** 1 where the optimizer moves an entry, 0 elsewhere. */
  readonly trained: Float64Array;
}

/** Changes the arena while a walk is at a step: with its gradients known, or with the step done. */
export type Disturb = (
  when: "before" | "gradient" | "after",
  step: number,
  arena: OptimizerArena,
) => void;

/** Throws for what the analysis does not cover: other models, biases, plain descent. */
function expectCovered({ settings }: LaneInput): void {
  const { model, biases, optimizer } = settings;
  if (model !== "vae" || biases || optimizer.kind !== "adam")
    throw new Error(
      `trajectory bound: got ${model}, ${biases ? "biases" : "no biases"}, ${optimizer.kind}; expected vae, no biases, adam`,
    );
}

/** Trains `count` steps in float64; `disturb` may change the state on the way. */
export function walk(input: LaneInput, count: number, disturb?: Disturb): Walk {
  expectCovered(input);
  const lane =
    input.settings.estimator === "exact"
      ? new ExactLane(input)
      : new SampledLane(input);
  const { arena } = lane;
  const trained = new Float64Array(arena.values.length);
  for (const [from, to] of lane.trained) trained.fill(1, from, to);
  const steps: WalkedStep[] = [];
  for (let step = 0; step < count; step++) {
    disturb?.("before", step, arena);
    const { loss } = lane.loss(step);
    disturb?.("gradient", step, arena);
    const values = arena.values.slice();
    const gradient = arena.grads.slice();
    for (const [from, to] of lane.trained)
      optimize(arena, from, to, input.settings.optimizer, step + 1);
    disturb?.("after", step, arena);
    const [first, second] = [arena.m.slice(), arena.v.slice()];
    steps.push({ loss, values, gradient, first, second });
  }
  return { steps, trained };
}

/** Step `step` at `at`: its rounding errors, and its curvature. */
export interface StepAnalysis {
  readonly rounded: RoundedStep;
  readonly local: StepLoss;
}

export function analyze(
  input: LaneInput,
  step: number,
  at: Float64Array,
): StepAnalysis {
  const { settings, moments, data } = input;
  const { latents, batchSize, seed } = settings;
  if (settings.estimator === "exact") {
    const phi = moments.eigenvalues.slice(0, moments.rank);
    return {
      rounded: roundedExpectation(settings, phi, moments.columns, at),
      local: new StepLoss(expectedMoments(phi, latents), settings, at),
    };
  }
  const x = new Float64Array(batchSize * data.columns);
  for (let b = 0; b < batchSize; b++) {
    const row = uniformInt(seed, step, "batch", b, data.rows);
    const from = row * data.columns;
    x.set(data.x.subarray(from, from + data.columns), b * data.columns);
  }
  const eps = new Float64Array(batchSize * latents);
  fillNormal(eps, seed, step, "latent");
  const matrix = (values: Float64Array): Matrix =>
    Matrix.from1DArray(
      batchSize,
      values.length / batchSize,
      Array.from(values),
    );
  return {
    rounded: roundedSample(
      settings,
      new Tracked(batchSize, data.columns, x),
      eps,
      at,
    ),
    local: new StepLoss(batchMoments(matrix(x), matrix(eps)), settings, at),
  };
}
