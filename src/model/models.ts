/** Every model the program knows, by the `model` setting. */
import type { ModelKind, Settings } from "../experiment/config.ts";
import { cvaeDecode, cvaeForward, cvaeParams } from "./cvae.ts";
import {
  mhvaeDecode,
  mhvaeDecode2,
  mhvaeForward,
  mhvaeParams,
} from "./mhvae.ts";
import type { Ops } from "./ops.ts";
import type { DataShape, ModelParam } from "./param.ts";
import { vaeDecode, vaeForward, vaeParams } from "./vae.ts";

/** Writes a pass through (a part of) the model. */
export type Pass = <T>(
  ops: Ops<T>,
  settings: Settings,
  shape: DataShape,
) => void;

export interface Model {
  readonly label: string;
  /** Tensors, in a fixed order. */
  readonly params: (settings: Settings, shape: DataShape) => ModelParam[];
  /** The training pass; the loss is what the ops add up. Marks everything the model has. */
  readonly forward: Pass;
  /** From the input "z" (and "x" in a conditional model) to the mark "output". */
  readonly decode: Pass;
  /** Of two levels: from the input "z2" to the marks "prior" and "output". */
  readonly decode2?: Pass;
}

export const MODELS: Readonly<Record<ModelKind, Model>> = {
  vae: {
    label: "VAE",
    params: vaeParams,
    forward: vaeForward,
    decode: vaeDecode,
  },
  cvae: {
    label: "Conditional VAE",
    params: cvaeParams,
    forward: cvaeForward,
    decode: cvaeDecode,
  },
  mhvae: {
    label: "Hierarchical VAE",
    params: mhvaeParams,
    forward: mhvaeForward,
    decode: mhvaeDecode,
    decode2: mhvaeDecode2,
  },
};
