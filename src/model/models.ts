/** Every model the program knows, by the `model` setting. */
import type { ModelKind, Settings } from "../experiment/config.ts";
import type { Ops, ParamSpec } from "./ops.ts";
import { vaeForward, vaeParams } from "./vae.ts";

export interface Model {
  readonly label: string;
  /** Tensors for data with `columns` columns, in a fixed order. */
  readonly params: (settings: Settings, columns: number) => ParamSpec[];
  /** Writes the forward pass; the loss is what the ops add up. */
  readonly forward: <T>(ops: Ops<T>, settings: Settings) => void;
}

export const MODELS: Readonly<Record<ModelKind, Model>> = {
  vae: { label: "Linear VAE", params: vaeParams, forward: vaeForward },
};
