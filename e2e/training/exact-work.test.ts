/**
 * Exact training of conditional and hierarchical models on the GPU: the gradients are those of the
 * data's own coordinates, and training arrives where the theorems say.
 */
import type { Settings } from "../../src/experiment/config.ts";
import {
  orthogonalFactor,
  singularValues,
} from "../../src/math/linear-algebra.ts";
import { normal } from "../../src/math/rng.ts";
import { exactCvae } from "../../src/reference/exact-cvae.ts";
import { exactMhvae } from "../../src/reference/exact-mhvae.ts";
import { predict } from "../../src/theory/predict.ts";
import { tensorShapes } from "../harness/exact-work-bound.ts";
import {
  randomCvae,
  randomMhvae,
  WORK_SETTINGS,
  type WorkProblem,
} from "../harness/exact-work-problem.ts";
import { exactRun } from "../harness/exact-suite.ts";
import { expect, test } from "../harness/fixture.ts";

function draws(count: number, seed: number, scale = 1): number[] {
  return Array.from(
    { length: count },
    (_, n) => scale * normal(seed, 0, "init", n),
  );
}

/** left [n, m] right [m, p] */
function times(
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  m: number,
): number[] {
  const [n, p] = [left.length / m, right.length / m];
  return Array.from({ length: n * p }, (_, at) => {
    let sum = 0;
    for (let j = 0; j < m; j++)
      sum += left[Math.floor(at / p) * m + j] * right[j * p + (at % p)];
    return sum;
  });
}

function flipped(x: ArrayLike<number>, rows: number): number[] {
  const columns = x.length / rows;
  return Array.from(
    { length: x.length },
    (_, n) => x[(n % rows) * columns + Math.floor(n / rows)],
  );
}

/** Q diag(variances) Q^T for a seeded orthogonal Q. */
function rotated(variances: readonly number[], seed: number): number[] {
  const n = variances.length;
  const q = orthogonalFactor(Float64Array.from(draws(n * n, seed)), n);
  const scaled = q.map((value, at) => value * variances[at % n]);
  return times(scaled, flipped(q, n), n);
}

function float64(
  initial: Readonly<Record<string, readonly number[]>>,
): Record<string, Float64Array> {
  return Object.fromEntries(
    Object.entries(initial).map(([name, values]) => [
      name,
      Float64Array.from(values, Math.fround),
    ]),
  );
}

/** S_yy = E + B S_xx B^T and all, as the moments of (x; y). */
function joint({ matrix, condition }: WorkProblem): Float64Array {
  if (!condition) throw new Error("no condition");
  const dy = Math.sqrt(matrix.length);
  const dx = Math.sqrt(condition.matrix.length);
  const syx = times(condition.regression, condition.matrix, dx);
  const explained = times(syx, flipped(condition.regression, dy), dx);
  const n = dx + dy;
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    if (i < dx)
      return j < dx ? condition.matrix[i * dx + j] : syx[(j - dx) * dx + i];
    if (j < dx) return syx[(i - dx) * dx + j];
    const y = (i - dx) * dy + j - dx;
    return matrix[y] + explained[y];
  });
}

const RATE = 0.03;
const SGD = { kind: "sgd", learningRate: RATE } as const;
const SPECTRUM = [3, 2, 1.2, 0.7, 0.4];

/** The float32 step against the float64 gradient in the data's own coordinates. */
function expectStep(
  problem: WorkProblem,
  after: Readonly<Record<string, readonly number[]>>,
  gradients: Readonly<Record<string, Float64Array>>,
): void {
  for (const name of Object.keys(tensorShapes(problem))) {
    const start = problem.initial[name];
    const scale = Math.max(...gradients[name].map(Math.abs));
    // Sums of some 30 products of numbers around 1 in float32, and the rounding of the weight.
    const bound = 2 ** -24 * (64 * RATE * Math.max(1, scale) + 4);
    gradients[name].forEach((gradient, n) => {
      const expected = Math.fround(start[n]) - RATE * gradient;
      expect(Math.abs(after[name][n] - expected), `${name}[${n}]`).toBeLessThan(
        bound,
      );
    });
    expect(RATE * scale, `${name} moves`).toBeGreaterThan(1000 * bound);
  }
}

test("a step of a hierarchical model follows the gradient in the data's coordinates", async ({
  gpuPage,
}) => {
  const random = randomMhvae([5, 5, 3, 2], 50, { optimizer: SGD });
  const problem = { ...random, matrix: rotated(SPECTRUM, 51) };
  const { params, terms } = await exactRun(gpuPage, {
    problems: [problem],
    chunks: [1],
  });
  const weights = float64(problem.initial);
  const exact = exactMhvae(
    weights as unknown as Parameters<typeof exactMhvae>[0],
    problem.settings,
    {
      matrix: Float64Array.from(problem.matrix),
      energy: SPECTRUM.reduce((sum, value) => sum + value, 0),
    },
  );
  expectStep(problem, params[0], exact.gradients);
  expect(Math.abs(terms[0] / exact.loss - 1)).toBeLessThan(1e-6);
});

test("a step of a conditional model follows the gradient in the data's coordinates", async ({
  gpuPage,
}) => {
  const random = randomCvae([4, 4, 5, 5, 3], 52, { optimizer: SGD });
  if (!random.condition) throw new Error("no condition");
  const problem = {
    ...random,
    matrix: rotated(SPECTRUM, 53),
    condition: {
      ...random.condition,
      matrix: rotated(SPECTRUM.slice(0, 4), 54),
    },
  };
  const { params, terms } = await exactRun(gpuPage, {
    problems: [problem],
    chunks: [1],
  });
  const exact = exactCvae(
    float64(problem.initial) as unknown as Parameters<typeof exactCvae>[0],
    problem.settings,
    { inputs: 4, outputs: 5, matrix: joint(problem) },
  );
  expectStep(problem, params[0], exact.gradients);
  expect(Math.abs(terms[0] / exact.loss - 1)).toBeLessThan(1e-6);
});

test("biases are where they cost nothing", async ({ gpuPage }) => {
  const mean = draws(5, 55);
  const inputMean = draws(4, 56);
  const change = { optimizer: SGD, biases: true };
  const levels = {
    ...randomMhvae([5, 5, 3, 2], 57, change),
    matrix: rotated(SPECTRUM, 58),
    mean,
  };
  const random = randomCvae([4, 4, 5, 5, 3], 59, change);
  if (!random.condition) throw new Error("no condition");
  const conditional = {
    ...random,
    mean,
    condition: { ...random.condition, inputMean },
  };
  const { start, terms } = await exactRun(gpuPage, {
    problems: [levels, conditional],
    chunks: [1],
  });
  const losses = [
    exactMhvae(
      float64(start[0]) as unknown as Parameters<typeof exactMhvae>[0],
      levels.settings,
      {
        matrix: Float64Array.from(levels.matrix),
        energy: SPECTRUM.reduce((sum, value) => sum + value, 0),
        mean: Float64Array.from(mean),
      },
    ),
    exactCvae(
      float64(start[1]) as unknown as Parameters<typeof exactCvae>[0],
      conditional.settings,
      {
        inputs: 4,
        outputs: 5,
        matrix: joint(conditional),
        mean: Float64Array.from([...inputMean, ...mean]),
      },
    ),
  ];
  losses.forEach(({ loss, gradients }, slot) => {
    expect(Math.abs(terms[4 * slot] / loss - 1)).toBeLessThan(1e-6);
    for (const [name, gradient] of Object.entries(gradients)) {
      if (!/B\d?$/.test(name)) continue;
      for (const value of gradient) expect(Math.abs(value)).toBeLessThan(1e-6);
    }
  });
});

test("lanes of all models train side by side as if alone", async ({
  gpuPage,
}) => {
  const problems = [
    randomCvae([4, 4, 5, 5, 3], 62),
    randomMhvae([5, 4, 3, 2], 63),
    randomMhvae([5, 4, 3, 4], 64),
    randomCvae([4, 3, 5, 4, 3], 65),
  ];
  const together = await exactRun(gpuPage, { problems, chunks: [5, 20] });
  expect(together.kernels).toEqual(["cvae", "mhvae", "mhvae", "cvae"]);
  for (const [slot, problem] of problems.entries()) {
    const alone = await exactRun(gpuPage, {
      problems: [problem],
      chunks: [25],
    });
    expect(together.params[slot]).toEqual(alone.params[0]);
    for (let step = 0; step < 25; step++) {
      const at = 4 * (step * problems.length + slot);
      expect(together.terms.slice(at, at + 4)).toEqual(
        alone.terms.slice(4 * step, 4 * step + 4),
      );
    }
  }
});

const THETA = [3, 2.2, 1.5, 0.75, 0.25];
const ENERGY = THETA.reduce((sum, theta) => sum + theta * theta, 0);
const VARIANCES = THETA.map((theta) => theta * theta);

function start(
  shapes: Readonly<Record<string, readonly [number, number]>>,
  stds: Readonly<Record<string, number>>,
): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, [rows, columns]], index) => [
      name,
      name in stds
        ? new Array<number>(columns).fill(2 * Math.log(stds[name]))
        : draws(rows * columns, 60 + index, 0.1),
    ]),
  );
}

function trained(
  settings: Partial<Settings>,
  stds: Readonly<Record<string, number>>,
): WorkProblem {
  const conditional = settings.model === "cvae";
  const problem: WorkProblem = {
    settings: {
      ...WORK_SETTINGS,
      latents: 5,
      latents2: 4,
      optimizer: { kind: "adam", learningRate: 0.005 },
      ...settings,
    },
    matrix: rotated(VARIANCES, 70),
    ...(conditional
      ? {
          condition: {
            matrix: rotated([2, 1, 0.5], 71),
            regression: draws(5 * 3, 72, 0.5),
          },
        }
      : {}),
    initial: {},
  };
  return { ...problem, initial: start(tensorShapes(problem), stds) };
}

function expectSingularValues(
  what: string,
  matrix: readonly number[],
  rows: number,
  expected: readonly number[],
): void {
  const got = singularValues(
    Float64Array.from(matrix),
    rows,
    matrix.length / rows,
  );
  const sorted = [...expected].sort((x, y) => y - x);
  got.forEach((value, mode) => {
    expect(
      Math.abs(value - (sorted[mode] ?? 0)),
      `${what} ${mode}: got ${value}, expected ${sorted[mode] ?? 0}`,
    ).toBeLessThan(2e-2);
  });
}

/** A^(1/2) of `rotated(VARIANCES, 70)`. */
const ROOT = rotated(THETA, 70);

for (const [theorem, settings, stds] of [
  [
    "theorem 2 (conditional)",
    { model: "cvae", beta: 1.5, etaDec: 0.6, etaEnc: 0.8 },
    { logVar: 1 },
  ],
  [
    "theorem 3 (first level fixed)",
    {
      model: "mhvae",
      beta: 1,
      beta2: 2,
      etaDec: 0.5,
      etaEnc: 0.5,
      encoderVariance: { kind: "fixed", std: [0.5] },
    },
    { logVar1: 0.5, logVar2: 0.5 },
  ],
  [
    "theorem 5 (both levels fixed)",
    {
      model: "mhvae",
      beta: 1.2,
      beta2: 2,
      etaDec: 0.5,
      etaEnc: 0.6,
      encoderVariance: { kind: "fixed", std: [0.5] },
      encoderVariance2: { kind: "fixed", std: [0.6] },
    },
    { logVar1: 0.5, logVar2: 0.6 },
  ],
  [
    "both levels learnable, beta2 > beta",
    { model: "mhvae", beta: 1, beta2: 1.5, etaDec: 0.5, etaEnc: 0.5 },
    { logVar1: 0.5, logVar2: 0.5 },
  ],
] as const satisfies readonly (readonly [
  string,
  Partial<Settings>,
  Record<string, number>,
])[]) {
  test(`training reaches ${theorem}`, async ({ gpuPage }) => {
    const problem = trained(settings, stds);
    const theory = predict(problem.settings, {
      theta: THETA,
      energy: ENERGY,
      columns: THETA.length,
    });
    if (!theory) throw new Error("no theorem");
    const { params, terms } = await exactRun(gpuPage, {
      problems: [problem],
      chunks: [20000],
    });
    const last = terms.slice(-4);
    expect(Math.abs(last[0] - theory.loss)).toBeLessThan(
      1e-3 * Math.abs(theory.loss),
    );
    expect(last[0]).toBeGreaterThan(theory.loss - 1e-4 * Math.abs(theory.loss));
    const [one] = params;
    const { latents, latents2 } = problem.settings;
    const [first, second] = theory.levels;
    if (problem.condition) {
      const { regression } = problem.condition;
      expectSingularValues(
        "lambda",
        times(one.encWy, ROOT, 5),
        latents,
        first.encoder,
      );
      expectSingularValues("omega", one.decUz, 5, first.decoder);
      const fromX = times(one.encWy, regression, 5);
      one.encWx.forEach((value, n) => {
        expect(Math.abs(value + fromX[n])).toBeLessThan(2e-2);
      });
      one.decUx.forEach((value, n) => {
        expect(Math.abs(value - regression[n])).toBeLessThan(2e-2);
      });
    } else {
      expectSingularValues(
        "W1",
        times(one.encW1, ROOT, 5),
        latents,
        first.encoder,
      );
      expectSingularValues("U1", one.decU1, 5, first.decoder);
      expectSingularValues("W2", one.encW2, latents2, second.encoder);
      expectSingularValues("U2", one.decU2, latents, second.decoder);
    }
  });
}
