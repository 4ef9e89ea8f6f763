/**
 * The contract of passes through a model without training: read-outs of networks, pictures and
 * log-likelihoods come from them. Types only; one implementation on the GPU, one in float64.
 */
import type { Settings } from "../experiment/config.ts";
import type { Mark, ParamSet } from "../model/ops.ts";

/** `Model`'s passes: everything, or from given latents to the output. */
export type PassName = "forward" | "decode" | "decode2";

export interface EvaluateRequest {
  readonly pass: PassName;
  readonly params: ParamSet;
  /** Rows of the inputs; they are worked on in as many batches as it takes. */
  readonly count: number;
  /** What the pass reads, [count, width] each. */
  readonly inputs: Readonly<
    Partial<Record<"x" | "y" | "z" | "z2", Float32Array>>
  >;
  /** Noise of the forward pass: row r of the whole request has the draws of (seed, step, stream) a batch of all rows has. */
  readonly seed: number;
  readonly step: number;
  /** What is read back. */
  readonly read: readonly Mark[];
  /** Of the settings it was made for: other weights of terms have no say in it. */
  readonly settings?: Pick<Settings, "etaDec">;
}

export interface Evaluation {
  /** [count, width]; a log-variance that does not depend on the input too is given for every row. */
  readonly values: Readonly<Partial<Record<Mark, Float32Array>>>;
  /** Forward: -ln p of the target given the latents drawn, nats, [count]. */
  readonly reconstruction?: Float32Array;
  /** What it took of the device or the processor: without waiting for others, or building. */
  readonly milliseconds: number;
}

/** For one model, its sizes and its data's. Requests run in order. */
export interface Evaluator {
  /** Throws an `EngineError` when the device refuses or is lost. */
  evaluate(request: EvaluateRequest): Promise<Evaluation>;
  destroy(): void;
}
