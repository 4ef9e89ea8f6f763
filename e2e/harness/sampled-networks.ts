/** Lanes with hidden layers of every kind, for tests. */
import type { Network, Settings } from "../../src/experiment/config.ts";
import type { SampledLane } from "./sampled-lane.ts";
import { sampledLane } from "./sampled-suite.ts";

export const dense = (...hidden: number[]): Network => ({
  kind: "dense",
  hidden,
});

export const conv = (channels: number[], ...hidden: number[]): Network => ({
  kind: "conv",
  channels,
  hidden,
});

export const predicted = { kind: "predicted" as const, std: 0.7 };
export const fixed = { kind: "fixed" as const, std: [0.5] };

/** A lane of `columns` inputs and, in a conditional model, `outputs`. */
export function denseLane(
  model: Settings["model"],
  network: Network,
  change: Partial<Settings> = {},
): SampledLane {
  const outputs = model === "cvae" ? 11 : undefined;
  const full = { model, network, biases: true, latents2: 3, ...change };
  return sampledLane(18, 5, full, outputs);
}

/** A lane of images; a conditional model is given the lower left quarter. */
export function imageLane(
  model: Settings["model"],
  [width, height]: readonly [number, number],
  network: Network,
  change: Partial<Settings> = {},
): SampledLane {
  const full = {
    model,
    network,
    biases: true,
    latents2: 3,
    // About the number of pixels: otherwise the residual of all of them rules everything.
    etaDec: Math.sqrt(width * height) / 8,
    ...change,
  };
  const image = { width, height };
  if (model !== "cvae") {
    return sampledLane(width * height, 5, full, undefined, { image });
  }
  const x: number[] = [];
  const y: number[] = [];
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [row, column] = [Math.floor(pixel / width), pixel % width];
    const given = 2 * row >= height && 2 * column < width - 1;
    (given ? x : y).push(pixel);
  }
  const parts = { x, y };
  return sampledLane(x.length, 5, full, y.length, { image, parts });
}
