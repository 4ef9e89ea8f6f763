/** The sampled loss and its gradients averaged over the noise, exactly. For tests. */
import type { Settings } from "../experiment/config.ts";
import type { Stream } from "../math/rng.ts";
import { MODELS } from "../model/models.ts";
import type { DataShape } from "../model/param.ts";
import { Float64Ops } from "./ops.ts";
import type { Tensor } from "./tensor.ts";
import { tensor } from "./tensor.ts";

export interface Averages {
  readonly loss: number;
  readonly terms: Readonly<Record<string, number>>;
  readonly gradients: Readonly<Record<string, Float64Array>>;
}

/** Tensors of a model with these values, by name. */
export function tensorsOf(
  settings: Settings,
  values: Readonly<Record<string, ArrayLike<number>>>,
  shape: DataShape,
): Record<string, Tensor> {
  const { params } = MODELS[settings.model];
  return Object.fromEntries(
    params(settings, shape).map(({ name, shape: [rows, columns] }) => [
      name,
      tensor(rows, columns, values[name]),
    ]),
  );
}

/**
 * A linear model's sampled loss is quadratic in the noise of all levels together, n numbers, so its
 * mean over the 2n points +-sqrt(n) e_j, of mean 0 and covariance I, is its mean over N(0, I).
 */
export function averageOverNoise(
  settings: Settings,
  params: Readonly<Record<string, Tensor>>,
  inputs: { readonly x: Tensor; readonly y?: Tensor },
): Averages {
  const { latents, latents2, model } = settings;
  const { x, y } = inputs;
  const shape = { columns: x.columns, ...(y && { outputs: y.columns }) };
  const first: Partial<Record<Stream, number>> = {
    latent: 0,
    latent2: latents,
  };
  const n = latents + (model === "mhvae" ? latents2 : 0);
  const terms = { reconstruction: 0, kl: 0, kl2: 0 };
  let loss = 0;
  for (let point = 0; point < 2 * n; point++) {
    const ops = new Float64Ops(inputs, params, (out, stream) => {
      const width = stream === "latent" ? latents : latents2;
      const at = (point >> 1) - (first[stream] ?? 0);
      out.fill(0);
      if (at < 0 || at >= width) return;
      for (let i = at; i < out.length; i += width) {
        out[i] = Math.sqrt(n) * (point & 1 ? 1 : -1);
      }
    });
    MODELS[model].forward(ops, settings, shape);
    ops.backward();
    loss += ops.loss / (2 * n);
    for (const name of ["reconstruction", "kl", "kl2"] as const) {
      terms[name] += ops.terms[name] / (2 * n);
    }
  }
  return {
    loss,
    terms,
    gradients: Object.fromEntries(
      Object.entries(params).map(([name, { grad }]) => [
        name,
        (grad ?? new Float64Array()).map((value) => value / (2 * n)),
      ]),
    ),
  };
}
