/** What every kernel of the exact estimator must do. */
import type { VariantRequest } from "../../src/engine/exact-layout.ts";
import { normal, uniform } from "../../src/math/rng.ts";
import { trackExact, type Tracks } from "./exact-bound.ts";
import type { ExactProblem } from "./exact-problem.ts";
import type { ExactRequest, ExactResult } from "./exact.ts";
import { expect, test } from "./fixture.ts";
import type { Page } from "@playwright/test";

/** A seeded problem of any size, no setting at a value that hides a factor. */
export function randomProblem(
  coordinates: number,
  latents: number,
  seed: number,
  change: Partial<ExactProblem> = {},
): ExactProblem {
  const size = coordinates * latents;
  // Keeps W and U, and with them the steepest curvature, of one size.
  const spread = Math.min(0.3, 1.5 / Math.sqrt(Math.max(coordinates, latents)));
  const draw = (index: number, scale: number): number =>
    Math.fround(scale * normal(seed, 0, "init", index));
  // A falling spectrum whose sum does not grow with its length.
  const phi = Array.from({ length: coordinates }, (_, j) =>
    Math.fround((4 * (0.5 + uniform(seed, 1, "init", j))) / (1 + j) ** 1.5),
  ).sort((x, y) => y - x);
  return {
    phi,
    latents,
    encW: Array.from({ length: size }, (_, n) => draw(n, spread)),
    decU: Array.from({ length: size }, (_, n) => draw(size + n, spread)),
    logVar: Array.from({ length: latents }, (_, i) => draw(2 * size + i, 0.3)),
    beta: 1.5,
    etaDec: 0.75,
    etaEnc: 1.25,
    encoderVariance: { kind: "learnable", std: 1 },
    optimizer: { kind: "adam", learningRate: 0.002 },
    ...change,
  };
}

export function exactRun(
  page: Page,
  request: ExactRequest,
): Promise<ExactResult> {
  return page.evaluate((of) => globalThis.harness.exactRun(of), request);
}

export function expectWithin(
  what: string,
  got: readonly number[],
  value: ArrayLike<number>,
  error: ArrayLike<number>,
): void {
  expect(got.length, what).toBe(value.length);
  const worst = { index: -1, ratio: 0 };
  got.forEach((entry, index) => {
    const ratio = Math.abs(entry - value[index]) / error[index];
    // A NaN is never within.
    if (!(ratio <= worst.ratio)) Object.assign(worst, { index, ratio });
  });
  expect(
    worst.ratio,
    `${what}[${worst.index}]: got ${got[worst.index]}, expected ${value[worst.index]} within ${error[worst.index]}`,
  ).toBeLessThanOrEqual(1);
}

function median(values: Float64Array): number {
  return values.toSorted()[Math.floor(values.length / 2)];
}

/** Steps, lane `slot`, against the float64 training. */
function expectTracks(
  { params, terms }: ExactResult,
  slot: number,
  lanes: number,
  decU0: readonly number[],
  { w, u, logVar, terms: expected }: Tracks,
): void {
  const latents = logVar.value.length;
  const columns = u.value.length / latents;
  const { encW, decU, logVar: variances } = params[slot];
  const transposed = Array.from(
    w.value,
    (_, n) => encW[(n % latents) * columns + Math.floor(n / latents)],
  );
  expectWithin("encW", transposed, w.value, w.error);
  expectWithin("decU", decU, u.value, u.error);
  // A fixed variance has no error at all: equal, then.
  expectWithin(
    "logVar",
    variances,
    logVar.value,
    logVar.error.map((error) => error + Number.MIN_VALUE),
  );
  // A bound that allows anything would prove nothing: it stays well below the way gone.
  const moved = u.value.map((value, n) => Math.abs(value - decU0[n]));
  expect(median(u.error), "median bound").toBeLessThan(median(moved) / 10);
  expected.forEach(({ value, error }, step) => {
    const part = step === 0 ? 2e-4 : 5e-2;
    expect(error[0], "bound on the loss").toBeLessThan(part * value[0]);
    const at = (step * lanes + slot) * 4;
    expectWithin(`terms ${step}`, terms.slice(at, at + 3), value, error);
  });
}

/** Nothing but weights, variances and their moments differs from zero. */
function expectPaddingZero(
  { after }: ExactResult,
  coordinates: number,
  latents: number,
  models: number,
): void {
  const nonZero = after.filter((value) => value !== 0).length;
  // Values, first and second moments of W, U and logVar.
  expect(nonZero).toBeLessThanOrEqual(
    3 * latents * (2 * coordinates + 1) * models,
  );
}

export function testExactKernel(
  title: string,
  variant: VariantRequest,
  sizes: readonly (readonly [number, number])[],
): void {
  test.describe(title, () => {
    for (const [coordinates, latents] of sizes) {
      test(`gradients, terms and ten Adam steps at rank ${coordinates}, k ${latents}`, async ({
        gpuPage,
      }) => {
        const problems = (["sgd", "adam"] as const).flatMap((kind) => [
          randomProblem(coordinates, latents, 5, {
            optimizer: { kind, learningRate: kind === "sgd" ? 0.03 : 0.001 },
          }),
          randomProblem(coordinates, latents, 6, {
            encoderVariance: { kind: "fixed", std: [1] },
            optimizer: { kind, learningRate: kind === "sgd" ? 0.02 : 0.001 },
          }),
        ]);
        for (const steps of [1, 10]) {
          const result = await exactRun(gpuPage, {
            problems,
            chunks: [steps],
            variant,
          });
          expect(new Set(result.kernels)).toEqual(new Set([variant.kernel]));
          problems.forEach((problem, slot) => {
            // A worst case of ten steps of descent grows with the curvature past all use.
            if (steps > 1 && problem.optimizer.kind === "sgd") return;
            expectTracks(
              result,
              slot,
              problems.length,
              problem.decU,
              trackExact(problem, steps),
            );
          });
          expectPaddingZero(result, coordinates, latents, problems.length);
        }
      });
    }

    const [coordinates, latents] = sizes[1];
    const problem = randomProblem(coordinates, latents, 7);

    test("the steps of a submit change nothing, bit for bit", async ({
      gpuPage,
    }) => {
      const run = (chunks: number[]): Promise<ExactResult> =>
        exactRun(gpuPage, { problems: [problem], chunks, variant });
      const whole = await run([10]);
      const parts = await run([3, 7]);
      expect(parts.after).toEqual(whole.after);
      expect(parts.terms).toEqual(whole.terms);
    });

    test("models of an ensemble train as if alone, one diverging and one stopped among them", async ({
      gpuPage,
    }) => {
      const others = [8, 9, 10, 11].map((seed) =>
        randomProblem(coordinates, latents, seed, {
          beta: 0.5 * seed,
          optimizer: {
            kind: seed % 2 === 0 ? "sgd" : "adam",
            learningRate: 0.01,
          },
          encoderVariance:
            seed < 10
              ? { kind: "learnable", std: 1 }
              : { kind: "fixed", std: [1] },
        }),
      );
      const diverging = randomProblem(coordinates, latents, 12, {
        optimizer: { kind: "sgd", learningRate: 1e12 },
      });
      const problems = [
        others[0],
        diverging,
        others[1],
        problem,
        others[2],
        others[3],
      ];
      const together = await exactRun(gpuPage, {
        problems,
        chunks: [40],
        variant,
        stopped: [3],
      });
      expect(together.terms[(39 * 6 + 1) * 4]).not.toBe(0);
      expect(Number.isFinite(together.terms[(39 * 6 + 1) * 4])).toBe(false);
      for (const slot of [0, 2, 4, 5]) {
        const alone = await exactRun(gpuPage, {
          problems: [problems[slot]],
          chunks: [40],
          variant,
        });
        expect(together.params[slot]).toEqual(alone.params[0]);
        const terms = Array.from({ length: 40 }, (_, step) =>
          together.terms.slice(
            (step * 6 + slot) * 4,
            (step * 6 + slot) * 4 + 4,
          ),
        ).flat();
        expect(terms).toEqual(alone.terms);
      }
      const block = together.before.length / 6;
      expect(together.after.slice(3 * block, 4 * block)).toEqual(
        together.before.slice(3 * block, 4 * block),
      );
    });
  });
}
