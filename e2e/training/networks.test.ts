/** Models with hidden layers train and evaluate as the float64 reference does. */
import type { Page } from "@playwright/test";
import { dataShape } from "../../src/model/param.ts";
import { ReferenceEvaluator } from "../../src/reference/evaluator.ts";
import { expect, test } from "../harness/fixture.ts";
import { U, values } from "../harness/kernel-check.ts";
import {
  passRequest,
  type PassRequest,
  type PassResult,
} from "../harness/sampled-pass.ts";
import { sampledData, type SampledLane } from "../harness/sampled-lane.ts";
import {
  conv,
  dense,
  denseLane,
  fixed,
  imageLane,
  predicted,
} from "../harness/sampled-networks.ts";
import { testSampled } from "../harness/sampled-suite.ts";

const bernoulli = { likelihood: "bernoulli" as const };
const separate = { maps: "separate" as const };
const both = { encoderVariance: predicted, encoderVariance2: predicted };
const warmup = { klSchedule: { kind: "warmup" as const, steps: 7 } };
const cyclical = {
  klSchedule: { kind: "cyclical" as const, period: 6, ramp: 0.5 },
};
const points = {
  klSchedule: {
    kind: "points" as const,
    points: [
      [0, 0.2],
      [4, 1.5],
      [6, 0.5],
    ] as [number, number][],
  },
};

testSampled("networks", {}, [
  denseLane("vae", dense(33)),
  denseLane("vae", dense(24, 17), { activation: "tanh", ...both, ...warmup }),
  denseLane("vae", dense(24, 17), { activation: "gelu", ...bernoulli }),
  denseLane("vae", dense(33), { ...both, freeBits: 0.3, biases: false }),
  denseLane("vae", dense(), { ...both, ...bernoulli, batchSize: 1 }),
  denseLane("cvae", dense(33), { ...both, ...cyclical }),
  denseLane("cvae", dense(24, 17), { ...separate, activation: "gelu" }),
  denseLane("cvae", dense(24, 17), {
    ...separate,
    ...bernoulli,
    encoderVariance: fixed,
    freeBits: 0.5,
  }),
  denseLane("mhvae", dense(33), { ...both, ...points }),
  denseLane("mhvae", dense(24, 17), {
    activation: "tanh",
    encoderVariance: predicted,
    encoderVariance2: fixed,
    freeBits: 0.2,
  }),
  imageLane("vae", [8, 8], conv([4, 8])),
  imageLane("vae", [7, 9], conv([4, 8], 17), {
    activation: "tanh",
    ...both,
    ...bernoulli,
  }),
  imageLane("vae", [9, 7], conv([3, 5]), { activation: "gelu" }),
  imageLane("vae", [28, 28], conv([4, 8], 24), { ...both, ...warmup }),
  imageLane("cvae", [8, 8], conv([4, 8]), { ...both, activation: "tanh" }),
  imageLane("cvae", [7, 9], conv([5, 8], 17), { ...separate, ...bernoulli }),
  imageLane("mhvae", [9, 7], conv([4, 6], 13), {
    ...both,
    activation: "gelu",
    freeBits: 0.2,
  }),
]);

for (const product of ["quad", "block", "tile"] as const) {
  testSampled(product, { product }, [
    denseLane("cvae", dense(24, 17), { ...separate, ...both }),
    denseLane("mhvae", dense(33), { activation: "gelu" }),
    imageLane("vae", [9, 7], conv([4, 8], 17), { activation: "tanh" }),
    imageLane("cvae", [8, 8], conv([3, 8]), { ...both, ...bernoulli }),
  ]);
}

function evaluatePasses(
  page: Page,
  lane: SampledLane,
  requests: readonly PassRequest[],
): Promise<PassResult[]> {
  return page.evaluate(
    ([of, list]) => globalThis.harness.evaluatePasses(of, list),
    [lane, requests] as const,
  );
}

/** Requests of every pass of a lane's model: more rows than a batch, a few, one. */
function requestsOf({ settings, columns, y }: SampledLane): PassRequest[] {
  const { model, latents, latents2 } = settings;
  const common = { seed: 7, step: 0xffffffff };
  const rows = (count: number, width: number, seed: number): number[] =>
    values(count * width, seed);
  const two = model === "mhvae";
  const forward = (count: number, scale: number): PassRequest => ({
    ...common,
    pass: "forward",
    count,
    scale,
    inputs: {
      x: rows(count, columns, 1),
      ...(y && { y: rows(count, y.outputs, 2) }),
    },
    read: two
      ? ["mean", "logVar", "z", "mean2", "logVar2", "z2", "prior", "output"]
      : ["mean", "logVar", "z", "output"],
    settings: { etaDec: 0.9 },
  });
  const decode = (count: number): PassRequest => ({
    ...common,
    pass: "decode",
    count,
    inputs: {
      z: rows(count, latents, 3),
      ...(model === "cvae" && { x: rows(count, columns, 4) }),
    },
    read: ["output"],
  });
  const decode2: PassRequest = {
    ...common,
    pass: "decode2",
    count: 5,
    inputs: { z2: rows(5, latents2, 5) },
    read: ["prior", "output"],
  };
  return [
    forward(300, 1),
    forward(3, 0.5),
    decode(1),
    decode(37),
    ...(two ? [decode2] : []),
  ];
}

for (const [title, lane] of [
  ["linear", denseLane("vae", dense(), { biases: false })],
  ["MLP, predicted", denseLane("vae", dense(24, 17), both)],
  ["conditional", denseLane("cvae", dense(33), { activation: "tanh" })],
  ["hierarchical", denseLane("mhvae", dense(33), { activation: "gelu" })],
  ["images", imageLane("vae", [9, 7], conv([4, 8], 17), bernoulli)],
  ["conditional images", imageLane("cvae", [8, 8], conv([3, 8]), separate)],
] as const) {
  test(`passes without training: ${title}`, async ({ gpuPage }) => {
    const requests = requestsOf(lane);
    const got = await evaluatePasses(gpuPage, lane, requests);
    const shape = dataShape(sampledData(lane));
    const evaluator = new ReferenceEvaluator(lane.settings, shape);
    for (const [index, request] of requests.entries()) {
      const want = await evaluator.evaluate(passRequest(lane, request));
      const found = got[index];
      expect(Object.keys(found.values).sort()).toEqual(
        Object.keys(want.values).sort(),
      );
      for (const mark of request.read) {
        expectClose(
          `${request.pass} ${mark}`,
          found.values[mark],
          want.values[mark],
        );
      }
      expectClose("nats", found.reconstruction, want.reconstruction);
    }
  });
}

/**
 * Up to eight layers of sums of some 100 products, and tanh good to 100 roundings, of numbers of the
 * largest's order.
 */
function expectClose(
  name: string,
  got: readonly number[] | undefined,
  want: Float32Array | undefined,
): void {
  expect(got?.length, name).toBe(want?.length);
  if (!got || !want) return;
  const largest = want.reduce(
    (most, value) => Math.max(most, Math.abs(value)),
    1,
  );
  const worst = got.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - want[i])),
    0,
  );
  expect(worst, name).toBeLessThan(1000 * U * largest);
}
