/** What the exact kernels of several weight matrices must do. */
import type { Settings } from "../../src/experiment/config.ts";
import { expectWithin, exactRun } from "./exact-suite.ts";
import type { ExactResult } from "./exact.ts";
import { trackWork, type WorkTracks } from "./exact-work-bound.ts";
import { FIXED, LEARNABLE, type WorkProblem } from "./exact-work-problem.ts";
import { expect, test } from "./fixture.ts";

type Make = (
  sizes: readonly number[],
  seed: number,
  change?: Partial<Settings>,
) => WorkProblem;

const VARIANCES = [LEARNABLE, FIXED].flatMap((encoderVariance) =>
  [LEARNABLE, FIXED].map((encoderVariance2) => ({
    encoderVariance,
    encoderVariance2,
  })),
);

function median(values: ArrayLike<number>): number {
  return Array.from(values).sort((x, y) => x - y)[
    Math.floor(values.length / 2)
  ];
}

/** Lane `slot` against the float64 training. */
function expectTracks(
  { params, terms }: ExactResult,
  slot: number,
  lanes: number,
  { initial }: WorkProblem,
  tracks: WorkTracks,
): void {
  for (const [name, { value, error }] of Object.entries(tracks.tensors)) {
    expectWithin(
      name,
      params[slot][name],
      value,
      // What is not trained has no error at all: equal, then.
      error.map((bound) => bound + Number.MIN_VALUE),
    );
    // A bound that allows anything would prove nothing: it stays well below the way gone.
    const moved = value.map((entry, n) => Math.abs(entry - initial[name][n]));
    expect(median(error), `median bound of ${name}`).toBeLessThanOrEqual(
      median(moved) / 10,
    );
  }
  tracks.terms.forEach(({ value, error }, step) => {
    const part = step === 0 ? 2e-4 : 5e-2;
    expect(error[0], "bound on the loss").toBeLessThan(
      part * Math.abs(value[0]),
    );
    const at = (step * lanes + slot) * 4;
    expectWithin(
      `terms ${step}`,
      terms.slice(at, at + 4),
      value,
      error.map((bound) => bound + Number.MIN_VALUE),
    );
  });
}

function termsOf(
  { terms }: ExactResult,
  slot: number,
  lanes: number,
): number[] {
  return terms.filter((_, n) => Math.floor(n / 4) % lanes === slot);
}

export function testWorkKernel(
  kernel: "mhvae" | "cvae",
  make: Make,
  workgroupSize: number,
  sizes: readonly (readonly number[])[],
): void {
  const variant = { kernel: "workgroup", workgroupSize } as const;

  test.describe(`${workgroupSize} invocations`, () => {
    for (const [index, size] of sizes.entries()) {
      test(`gradients, terms and ten Adam steps at ${size.join(", ")}`, async ({
        gpuPage,
      }) => {
        const variances = kernel === "cvae" ? [0, 3] : [0, 1, 2, 3];
        const problems = (["sgd", "adam"] as const).flatMap((kind) =>
          variances.map((at) =>
            make(size, 20 + index + at, {
              ...VARIANCES[at],
              optimizer: { kind, learningRate: kind === "sgd" ? 0.03 : 0.0003 },
            }),
          ),
        );
        for (const steps of [1, 10]) {
          const result = await exactRun(gpuPage, {
            problems,
            chunks: [steps],
            variant,
          });
          expect(new Set(result.kernels)).toEqual(new Set([kernel]));
          problems.forEach((problem, slot) => {
            // A worst case of ten steps of descent grows with the curvature past all use.
            if (steps > 1 && problem.settings.optimizer.kind === "sgd") return;
            const tracks = trackWork(problem, steps);
            expectTracks(result, slot, problems.length, problem, tracks);
          });
        }
      });
    }

    const size = sizes[1];

    test("the steps of a submit change nothing, bit for bit", async ({
      gpuPage,
    }) => {
      const problems = [make(size, 40)];
      const run = (chunks: number[]): Promise<ExactResult> =>
        exactRun(gpuPage, { problems, chunks, variant });
      const whole = await run([10]);
      const parts = await run([3, 7]);
      expect(parts.after).toEqual(whole.after);
      expect(parts.terms).toEqual(whole.terms);
    });

    test("models of an ensemble train as if alone, one diverging and one stopped among them", async ({
      gpuPage,
    }) => {
      const adam = { kind: "adam", learningRate: 0.01 } as const;
      const sgd = { kind: "sgd", learningRate: 0.01 } as const;
      const problems = [
        make(size, 41, { beta: 4, beta2: 0.1, optimizer: sgd }),
        make(size, 42, { optimizer: { kind: "sgd", learningRate: 1e12 } }),
        make(size, 43, {
          etaDec: 0.5,
          encoderVariance: FIXED,
          optimizer: adam,
        }),
        make(size, 44),
        make(size, 45, { etaEnc: 0.7, encoderVariance2: FIXED }),
      ];
      const count = problems.length;
      const together = await exactRun(gpuPage, {
        problems,
        chunks: [40],
        variant,
        stopped: [3],
      });
      const diverged = termsOf(together, 1, count).at(-4);
      expect(Number.isFinite(diverged)).toBe(false);
      for (const slot of [0, 2, 4]) {
        const alone = await exactRun(gpuPage, {
          problems: [problems[slot]],
          chunks: [40],
          variant,
        });
        expect(together.params[slot]).toEqual(alone.params[0]);
        expect(termsOf(together, slot, count)).toEqual(alone.terms);
      }
      expect(together.params[3]).toEqual(together.start[3]);
      expect(termsOf(together, 3, count).every((term) => term === 0)).toBe(
        true,
      );
    });

    test("new settings hold from the next submit on", async ({ gpuPage }) => {
      const problem = make(size, 46);
      const settings: Settings = {
        ...problem.settings,
        beta: 3,
        beta2: 0.2,
        etaDec: 1.1,
        optimizer: { kind: "sgd", learningRate: 0.02 },
      };
      const changed = await exactRun(gpuPage, {
        problems: [problem],
        chunks: [1, 1],
        variant,
        updates: [{ step: 0, slot: 0, settings }],
      });
      const expected = await exactRun(gpuPage, {
        problems: [{ ...problem, settings }],
        chunks: [2],
        variant,
      });
      expect(changed.params).toEqual(expected.params);
      expect(changed.terms).toEqual(expected.terms);
    });
  });
}
