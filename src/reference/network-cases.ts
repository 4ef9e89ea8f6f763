/** Models of every kind of network on small data, for tests. */
import type { Dataset } from "../data/dataset.ts";
import type { Network, Settings } from "../experiment/config.ts";
import { initialParams } from "../model/init.ts";
import type { DataShape } from "../model/param.ts";
import { dataShape } from "../model/param.ts";
import { tensorsOf } from "./averages.ts";
import { BASE, normals } from "./fixtures.ts";
import { sigmoid } from "./loss-terms.ts";
import type { Tensor } from "./tensor.ts";
import { tensor } from "./tensor.ts";

export const NETWORKS: Readonly<Record<string, Network>> = {
  "dense 5": { kind: "dense", hidden: [5] },
  "dense 6, 4": { kind: "dense", hidden: [6, 4] },
  "conv 3, 2 and dense 4": { kind: "conv", channels: [3, 2], hidden: [4] },
  "conv 3": { kind: "conv", channels: [3], hidden: [] },
};

export const MODELS_AND_MAPS: Readonly<
  Record<string, Pick<Settings, "model" | "maps">>
> = {
  VAE: { model: "vae", maps: "joint" },
  "CVAE, joint": { model: "cvae", maps: "joint" },
  "CVAE, separate": { model: "cvae", maps: "separate" },
  MHVAE: { model: "mhvae", maps: "joint" },
};

export const VARIANCES = {
  fixed: { kind: "fixed", std: [0.6] },
  learnable: { kind: "learnable", std: 0.7 },
  predicted: { kind: "predicted", std: 0.8 },
} as const;

export const NETWORK_BASE: Settings = {
  ...BASE,
  estimator: "sampled",
  biases: true,
  initScale: 0.6,
  batchSize: 7,
};

/** Height and width: odd, and not the same. */
const IMAGE = { height: 5, width: 7 };

/** Rows of pixels in 0..1; a conditional model is given the lower left part. */
export function pictures(rows: number, paired: boolean, seed = 8): Dataset {
  const { height, width } = IMAGE;
  const size = height * width;
  const whole = normals(rows * size, seed).map(sigmoid);
  if (!paired) {
    const x = Float32Array.from(whole);
    return { name: "pictures", rows, columns: size, x, image: IMAGE };
  }
  const pixels = Array.from({ length: size }, (_, at) => at);
  const given = (at: number): boolean =>
    at >= 3 * width && at % width < width >> 1;
  const parts = {
    x: pixels.filter(given),
    y: pixels.filter((at) => !given(at)),
  };
  const take = (part: readonly number[]): Float32Array =>
    Float32Array.from(
      { length: rows * part.length },
      (_, i) =>
        whole[Math.floor(i / part.length) * size + part[i % part.length]],
    );
  return {
    name: "pictures",
    rows,
    columns: parts.x.length,
    x: take(parts.x),
    y: { outputs: parts.y.length, values: take(parts.y) },
    image: IMAGE,
    parts,
  };
}

export interface NetworkCase {
  readonly settings: Settings;
  readonly shape: DataShape;
  readonly params: Readonly<Record<string, Tensor>>;
  readonly inputs: { readonly x: Tensor; readonly y: Tensor };
}

/** All rows as one batch; what starts at zero is moved away from it. */
export function networkCase(settings: Settings, rows = 7): NetworkCase {
  const data = pictures(rows, settings.model === "cvae");
  const shape = dataShape(data);
  const params = tensorsOf(settings, initialParams(settings, shape), shape);
  for (const [at, { value }] of Object.values(params).entries()) {
    normals(value.length, 40 + at).forEach((normal, i) => {
      value[i] += 0.1 * normal;
    });
  }
  const x = tensor(rows, data.columns, data.x, false);
  const y = data.y ? tensor(rows, data.y.outputs, data.y.values, false) : x;
  return { settings, shape, params, inputs: { x, y } };
}
