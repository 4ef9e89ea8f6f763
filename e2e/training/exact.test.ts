/** Exact training on the GPU arrives where the theorems say. */
import { singularValues } from "../../src/math/linear-algebra.ts";
import { normal } from "../../src/math/rng.ts";
import { predict } from "../../src/theory/predict.ts";
import { settingsOf, type ExactProblem } from "../harness/exact-problem.ts";
import { exactRun } from "../harness/exact-suite.ts";
import { expect, test } from "../harness/fixture.ts";

const THETA = [3, 2.4, 1.9, 1.5, 1.2, 0.8, 0.6, 0.4].concat(
  new Array<number>(8).fill(0.2),
);
const LATENTS = 8;
const COLUMNS = THETA.length;
const STEPS = 20000;

function problem(change: Partial<ExactProblem>): ExactProblem {
  const draws = (first: number): number[] =>
    Array.from(
      { length: COLUMNS * LATENTS },
      (_, n) => 0.1 * normal(1, 0, "init", first + n),
    );
  return {
    phi: THETA.map((theta) => theta * theta),
    latents: LATENTS,
    encW: draws(0),
    decU: draws(2 ** 24),
    logVar: new Array<number>(LATENTS).fill(0),
    beta: 1,
    etaDec: 1,
    etaEnc: 1,
    encoderVariance: { kind: "learnable", std: 1 },
    optimizer: { kind: "adam", learningRate: 0.005 },
    ...change,
  };
}

function descending(values: ArrayLike<number>): number[] {
  return Array.from(values).sort((x, y) => y - x);
}

for (const kernel of ["quad", "workgroup"] as const) {
  test(`both lanes of the default experiment reach the theorem on the ${kernel} kernel`, async ({
    gpuPage,
  }) => {
    const problems = [
      problem({}),
      problem({ encoderVariance: { kind: "fixed", std: [1] } }),
    ];
    const { terms, params } = await exactRun(gpuPage, {
      problems,
      chunks: [STEPS],
      variant: { kernel },
    });
    problems.forEach((one, slot) => {
      const theory = predict(settingsOf(one), {
        theta: THETA,
        energy: one.phi.reduce((sum, value) => sum + value, 0),
        columns: COLUMNS,
      });
      if (!theory) throw new Error("no theorem");
      const last = terms.slice(terms.length - 8 + 4 * slot);
      expect(Math.abs(last[0] / theory.loss - 1)).toBeLessThan(1e-3);
      const { encW, decU } = params[slot];
      const scaled = Float64Array.from(
        encW,
        (value, n) => value * THETA[n % COLUMNS],
      );
      const omega = singularValues(Float64Array.from(decU), COLUMNS, LATENTS);
      const lambda = singularValues(scaled, LATENTS, COLUMNS);
      const expected = {
        omega: descending(theory.omega),
        lambda: descending(theory.lambda),
      };
      descending(omega).forEach((value, mode) => {
        expect(Math.abs(value - expected.omega[mode])).toBeLessThan(2e-2);
      });
      descending(lambda).forEach((value, mode) => {
        expect(Math.abs(value - expected.lambda[mode])).toBeLessThan(2e-2);
      });
    });
  });
}

test("lanes of different sizes train side by side as if alone, null directions left out", async ({
  gpuPage,
}) => {
  const wide = problem({});
  const narrow: ExactProblem = {
    ...problem({}),
    phi: [4, 2, 1, 0.5, 0, 0],
    latents: 3,
    encW: wide.encW.slice(0, 18),
    decU: wide.decU.slice(0, 18),
    logVar: [0, 0, 0],
  };
  const problems = [narrow, wide, narrow];
  const together = await exactRun(gpuPage, { problems, chunks: [5, 20] });
  for (const [slot, one] of problems.entries()) {
    const alone = await exactRun(gpuPage, { problems: [one], chunks: [25] });
    expect(together.params[slot]).toEqual(alone.params[0]);
    for (let step = 0; step < 25; step++) {
      const at = 4 * (step * problems.length + slot);
      expect(together.terms.slice(at, at + 4)).toEqual(
        alone.terms.slice(4 * step, 4 * step + 4),
      );
    }
  }
  const { encW, decU } = together.params[0];
  expect([4, 5, 10, 11, 16, 17].map((n) => encW[n])).toEqual(
    new Array(6).fill(0),
  );
  expect(decU.slice(12)).toEqual(new Array(6).fill(0));
});
