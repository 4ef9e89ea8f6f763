/** Every model the program knows, by the `model` setting. */
import type { ModelKind, Settings } from "../experiment/config.ts";
import { cvaeForward, cvaeParams } from "./cvae.ts";
import { mhvaeForward, mhvaeParams } from "./mhvae.ts";
import type { Ops, ParamSpec } from "./ops.ts";
import { vaeForward, vaeParams } from "./vae.ts";

export interface Model {
  readonly label: string;
  /**
   * Tensors for data with `columns` columns of x and `outputs` of y, in a fixed order; only a
   * conditional model has a y of its own.
   */
  readonly params: (
    settings: Settings,
    columns: number,
    outputs?: number,
  ) => ParamSpec[];
  /** Writes the forward pass; the loss is what the ops add up. */
  readonly forward: <T>(ops: Ops<T>, settings: Settings) => void;
}

export const MODELS: Readonly<Record<ModelKind, Model>> = {
  vae: { label: "Linear VAE", params: vaeParams, forward: vaeForward },
  cvae: {
    label: "Linear conditional VAE",
    params: (settings, columns, outputs = columns) =>
      cvaeParams(settings, columns, outputs),
    forward: cvaeForward,
  },
  mhvae: {
    label: "Linear hierarchical VAE",
    params: mhvaeParams,
    forward: mhvaeForward,
  },
};
