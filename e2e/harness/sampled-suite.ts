/** Sampled training against the float64 reference: terms, every gradient by name, ten losses. */
import type { Page } from "@playwright/test";
import type { PlanKind } from "../../src/engine/plan.ts";
import type { ProductVariant } from "../../src/engine/autotune.ts";
import type { Settings } from "../../src/experiment/config.ts";
import { NEUTRAL } from "../../src/experiment/neutral.ts";
import { initialParams } from "../../src/model/init.ts";
import { ReferenceBackend } from "../../src/reference/trainer.ts";
import { expect, test } from "./fixture.ts";
import { U, values } from "./kernel-check.ts";
import { sampledData, sampledInput, type SampledLane } from "./sampled-lane.ts";
import type { SampledRequest, SampledResult } from "./sampled.ts";

/** `rows` examples of `columns` numbers, off center and of uneven scale. */
function examples(rows: number, columns: number, seed: number): number[] {
  return values(rows * columns, seed).map((value, i) =>
    Math.fround((value + 0.3) * (2 - (i % columns) / columns)),
  );
}

/**
 * A lane with `latents` units on random data; pixels in 0..1 for a Bernoulli likelihood.
 *
 * @param outputs columns of y, for a conditional model
 * @param image sides of a whole row and which of its columns x and y are
 */
export function sampledLane(
  columns: number,
  latents: number,
  change: Partial<Settings> = {},
  outputs?: number,
  image: Pick<SampledLane, "image" | "parts"> = {},
): SampledLane {
  const rows = 50;
  const draw =
    change.likelihood === "bernoulli"
      ? (count: number, seed: number) =>
          examples(rows, count, seed).map((value) =>
            Math.fround(1 / (1 + Math.exp(-3 * value))),
          )
      : (count: number, seed: number) => examples(rows, count, seed);
  const x = draw(columns, 1);
  const y =
    outputs === undefined ? undefined : { outputs, values: draw(outputs, 2) };
  const settings: Settings = {
    ...NEUTRAL,
    model: "vae",
    data: { kind: "spectrum", theta: [1] },
    rows,
    scaling: "none",
    latents,
    latents2: 2,
    beta: 1.3,
    beta2: 0.7,
    etaDec: 0.8,
    etaEnc: 1.2,
    encoderVariance: { kind: "learnable", std: 0.7 },
    encoderVariance2: { kind: "learnable", std: 0.9 },
    condition: { kind: "correlated" },
    correlation: [0],
    biases: false,
    estimator: "sampled",
    optimizer: { kind: "adam", learningRate: 0.01 },
    batchSize: 33,
    initScale: 0.3,
    seed: 5,
    steps: 1000,
    pace: 0,
    ...change,
  };
  const shape = {
    columns,
    ...(outputs !== undefined && { outputs }),
    ...image,
  };
  const initial = Object.fromEntries(
    Object.entries(initialParams(settings, shape)).map(
      // What starts at zero is here anything, so that it counts.
      ([name, tensor]) => [
        name,
        name.startsWith("encV")
          ? values(tensor.length, 4).map((value) => Math.fround(value / 8))
          : /B[12]?$/.test(name)
            ? values(tensor.length, 3)
            : [...tensor],
      ],
    ),
  );
  const energy = [...x, ...(y?.values ?? [])].reduce(
    (sum, value) => sum + value * value,
    0,
  );
  return {
    settings,
    rows,
    columns,
    x,
    ...(y ? { y } : {}),
    ...image,
    energy: energy / rows,
    initial,
  };
}

export function trainSampled(
  page: Page,
  request: SampledRequest,
): Promise<SampledResult> {
  return page.evaluate((of) => globalThis.harness.trainSampled(of), request);
}

/** The same on the CPU in float64. */
export async function reference(
  lane: SampledLane,
  steps: number,
): Promise<{ terms: Float32Array; params: Record<string, Float32Array> }> {
  const backend = new ReferenceBackend([sampledInput(lane, sampledData(lane))]);
  await backend.run(0, steps);
  const { terms, params } = await backend.read(0);
  return { terms, params: { ...params[0] } };
}

const TERM_NAMES = ["loss", "reconstruction", "kl", "kl2"];

/**
 * How many times more than a linear model's a network's numbers are rounded: once a layer, and
 * WGSL's tanh is only good to some 100 roundings.
 */
function layered({ network, activation }: Settings): number {
  const convolutions = network.kind === "conv" ? network.channels.length : 0;
  const layers = 1 + 2 * (network.hidden.length + convolutions);
  return layers === 1 ? 1 : layers * (activation === "relu" ? 1 : 100);
}

/**
 * Bound on a term's error: sums of up to max(B, D) products of rounded factors, and where the
 * residual is eliminated the data's energy, which cancels, instead of the term itself.
 */
function termBound(lane: SampledLane, term: number): number {
  const { settings, columns, energy } = lane;
  const { etaDec, batchSize, latents } = settings;
  const cancelled = energy / (etaDec * etaDec);
  const roundings =
    layered(settings) * (8 + Math.sqrt(columns + latents + batchSize));
  return roundings * U * (Math.abs(term) + cancelled + columns);
}

/** What sets a lane apart, for a test's title. */
function describe({ columns, y, image, settings }: SampledLane): string {
  const { model, latents, latents2, batchSize, biases } = settings;
  const { network, activation, maps, likelihood, klSchedule } = settings;
  const hidden = network.hidden.join(" ");
  const layers =
    network.kind === "conv"
      ? `conv ${network.channels.join(" ")} of ${image?.width ?? 0} x ${image?.height ?? 0}`
      : "dense";
  const { encoderVariance: first, encoderVariance2: second } = settings;
  const two = model === "mhvae";
  return [
    `D=${y ? `${columns}+${y.outputs}` : columns}`,
    `d=${two ? `${latents}, ${latents2}` : latents}`,
    `B=${batchSize}`,
    ...(network.kind === "conv" || hidden !== ""
      ? [`${model} ${layers} [${hidden}] ${activation}`]
      : []),
    ...(model === "cvae" && maps === "separate" ? [maps] : []),
    ...(likelihood === "bernoulli" ? [likelihood] : []),
    ...(klSchedule.kind === "constant" ? [] : [klSchedule.kind]),
    ...(settings.freeBits > 0 ? [`${settings.freeBits} free nats`] : []),
    ...(biases ? ["biases"] : []),
    `${first.kind}${two ? ` and ${second.kind}` : ""} variance`,
  ].join(", ");
}

/** @param force plan and product kernel to force */
export function testSampled(
  title: string,
  force: { plan?: PlanKind; product?: ProductVariant },
  lanes: readonly SampledLane[],
): void {
  for (const lane of lanes) {
    const { columns, settings } = lane;
    const { batchSize } = settings;
    const name = `${title}, ${describe(lane)}`;

    test(`${name}: terms and gradients of step 0`, async ({ gpuPage }) => {
      // One step of gradient descent at rate 1 moves every tensor by its gradient.
      const plain = {
        ...lane,
        settings: {
          ...settings,
          optimizer: { kind: "sgd" as const, learningRate: 1 },
        },
      };
      const got = await trainSampled(gpuPage, {
        lanes: [plain],
        chunks: [1],
        ...force,
      });
      const want = await reference(plain, 1);
      TERM_NAMES.forEach((term, i) => {
        const error = Math.abs(got.terms[i] - want.terms[i]);
        expect(error, term).toBeLessThan(termBound(lane, want.terms[i]));
      });
      for (const [tensor, before] of Object.entries(lane.initial)) {
        const after = want.params[tensor];
        const largest = Math.max(
          ...before.map((x, i) => Math.abs(after[i] - x)),
        );
        const size = Math.max(...before.map(Math.abs), ...after.map(Math.abs));
        // Sums of B products of factors that are sums of D: the terms are of the largest
        // gradient's order times at most sqrt(B), and the update itself is rounded once.
        const bound =
          U *
          (2 * size +
            layered(settings) *
              (8 + Math.sqrt(columns + batchSize)) *
              Math.sqrt(batchSize) *
              (largest + size));
        const worst = Math.max(
          ...got.params[0][tensor].map((x, i) => Math.abs(x - after[i])),
        );
        expect(worst, `gradient of ${tensor}`).toBeLessThan(bound);
      }
    });

    test(`${name}: ten losses`, async ({ gpuPage }) => {
      const got = await trainSampled(gpuPage, {
        lanes: [lane],
        chunks: [3, 7],
        ...force,
      });
      const want = await reference(lane, 10);
      for (let i = 0; i < 40; i++) {
        const step = Math.floor(i / 4);
        // Adam divides by the gradient's size: a weight may drift by the learning rate times
        // the gradient's relative error, about 2^-14, a step, and moves the loss in proportion.
        const drift = step * settings.optimizer.learningRate * 2 ** -14;
        const bound =
          termBound(lane, want.terms[i]) + drift * Math.abs(want.terms[i]);
        expect(
          Math.abs(got.terms[i] - want.terms[i]),
          `step ${step}, ${TERM_NAMES[i % 4]}: ${got.terms[i]} for ${want.terms[i]}`,
        ).toBeLessThanOrEqual(bound);
      }
    });
  }
}
