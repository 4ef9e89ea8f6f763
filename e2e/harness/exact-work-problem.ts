/** Problems for exact training of conditional and hierarchical models; no GPU. */
import type { ConditionMoments, Moments } from "../../src/data/dataset.ts";
import type { LaneInput } from "../../src/engine/stepper.ts";
import type { EncoderVariance, Settings } from "../../src/experiment/config.ts";
import { NEUTRAL } from "../../src/experiment/neutral.ts";
import { eigh } from "../../src/math/linear-algebra.ts";
import { normal, uniform } from "../../src/math/rng.ts";

/** A lane by its moments. */
export interface WorkProblem {
  readonly settings: Settings;
  /** A [D, D]; E [dy, dy] of a conditional model's residual. */
  readonly matrix: readonly number[];
  readonly condition?: {
    /** S_xx [dx, dx] and B [dy, dx]. */
    readonly matrix: readonly number[];
    readonly regression: readonly number[];
    readonly inputMean?: readonly number[];
  };
  /** Mean of x, of y in a conditional model; with biases. */
  readonly mean?: readonly number[];
  readonly initial: Readonly<Record<string, readonly number[]>>;
}

function momentsOf(
  matrix: readonly number[],
  mean: readonly number[] | undefined,
): Moments {
  const columns = Math.sqrt(matrix.length);
  const { values, vectors } = eigh(Float64Array.from(matrix), columns);
  const eigenvalues = values.map((value) => Math.max(0, value));
  return {
    rows: 1000,
    columns,
    centered: mean !== undefined,
    mean: Float64Array.from(mean ?? new Array<number>(columns).fill(0)),
    matrix: Float64Array.from(matrix),
    eigenvalues,
    eigenvectors: vectors,
    rank: eigenvalues.filter((value) => value > 1e-12 * eigenvalues[0]).length,
    energy: values.reduce((sum, value) => sum + value, 0),
  };
}

export function workInput({
  settings,
  matrix,
  condition,
  mean,
  initial,
}: WorkProblem): LaneInput {
  const moments = momentsOf(matrix, mean);
  const inputs = condition
    ? momentsOf(condition.matrix, condition.inputMean)
    : moments;
  const of: ConditionMoments | null = condition
    ? {
        inputs: inputs.columns,
        outputs: moments.columns,
        inputMean: inputs.mean,
        outputMean: moments.mean,
        inputMatrix: inputs.matrix,
        inputEigenvalues: inputs.eigenvalues,
        inputEigenvectors: inputs.eigenvectors,
        inputRank: inputs.rank,
        regression: Float64Array.from(condition.regression),
        outputEnergy: moments.energy,
      }
    : null;
  return {
    settings,
    data: {
      name: "test",
      rows: 1,
      columns: inputs.columns,
      x: new Float32Array(inputs.columns),
    },
    moments,
    ...(of ? { condition: of } : {}),
    initial: Object.fromEntries(
      Object.entries(initial).map(([name, values]) => [
        name,
        Float32Array.from(values),
      ]),
    ),
  };
}

export const WORK_SETTINGS: Settings = {
  ...NEUTRAL,
  model: "mhvae",
  data: { kind: "spectrum", theta: [1] },
  rows: 1000,
  scaling: "none",
  latents: 1,
  // No setting at a value that hides a factor.
  beta: 1.5,
  etaDec: 0.75,
  etaEnc: 1.25,
  encoderVariance: { kind: "learnable", std: 1 },
  latents2: 1,
  beta2: 0.6,
  encoderVariance2: { kind: "learnable", std: 1 },
  condition: { kind: "correlated" },
  correlation: [0],
  biases: false,
  estimator: "exact",
  optimizer: { kind: "adam", learningRate: 0.002 },
  batchSize: 1,
  initScale: 0.1,
  seed: 1,
  steps: 1000,
  pace: 0,
};

export const LEARNABLE: EncoderVariance = { kind: "learnable", std: 1 };
export const FIXED: EncoderVariance = { kind: "fixed", std: [1] };

export function diagonal(values: readonly number[]): number[] {
  const n = values.length;
  return Array.from({ length: n * n }, (_, at) =>
    at % (n + 1) === 0 ? values[at % n] : 0,
  );
}

/** A falling spectrum whose sum does not grow with its length; from `rank` on zeros. */
function spectrum(length: number, rank: number, seed: number): number[] {
  return Array.from({ length }, (_, j) =>
    j < rank
      ? Math.fround((4 * (0.5 + uniform(seed, 1, "init", j))) / (1 + j) ** 1.5)
      : 0,
  ).sort((x, y) => y - x);
}

class Draws {
  readonly #seed: number;
  #next = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  take(count: number, scale: number): number[] {
    return Array.from({ length: count }, () =>
      Math.fround(scale * normal(this.#seed, 0, "init", this.#next++)),
    );
  }
}

/** Keeps a weight's steepest curvature of one size. */
function spread(rows: number, columns: number): number {
  return Math.min(0.3, 1.5 / Math.sqrt(Math.max(rows, columns)));
}

/** A seeded hierarchical problem in its eigenbasis. */
export function randomMhvae(
  [columns, rank, k1, k2]: readonly number[],
  seed: number,
  change: Partial<Settings> = {},
): WorkProblem {
  const draws = new Draws(seed);
  const level1 = spread(columns, k1);
  const level2 = spread(k1, k2);
  return {
    settings: {
      ...WORK_SETTINGS,
      model: "mhvae",
      latents: k1,
      latents2: k2,
      ...change,
    },
    matrix: diagonal(spectrum(columns, rank, seed)),
    initial: {
      encW1: draws.take(k1 * columns, level1),
      decU1: draws.take(k1 * columns, level1),
      encW2: draws.take(k2 * k1, level2),
      decU2: draws.take(k2 * k1, level2),
      logVar1: draws.take(k1, 0.3),
      logVar2: draws.take(k2, 0.3),
    },
  };
}

/**
 * A seeded conditional problem in its eigenbases, sizes [dx, rank of x, dy, rank of E, k]. Of the
 * y without residual the last has no part in the regression either.
 */
export function randomCvae(
  [inputs, inputRank, outputs, rank, k]: readonly number[],
  seed: number,
  change: Partial<Settings> = {},
): WorkProblem {
  const draws = new Draws(seed);
  const x = spread(inputs, k);
  const y = spread(outputs, k);
  const regression = draws
    .take(outputs * inputs, spread(outputs, inputs))
    .map((value, n) => {
      const dead = rank < outputs && Math.floor(n / inputs) === outputs - 1;
      return dead || n % inputs >= inputRank ? 0 : value;
    });
  return {
    settings: { ...WORK_SETTINGS, model: "cvae", latents: k, ...change },
    matrix: diagonal(spectrum(outputs, rank, seed + 100)),
    condition: {
      matrix: diagonal(spectrum(inputs, inputRank, seed)),
      regression,
    },
    initial: {
      encWx: draws.take(k * inputs, x),
      encWy: draws.take(k * outputs, y),
      decUz: draws.take(outputs * k, y),
      decUx: draws.take(outputs * inputs, spread(outputs, inputs)),
      logVar: draws.take(k, 0.3),
    },
  };
}
