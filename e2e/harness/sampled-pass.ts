/** Passes through a lane's model as numbers, for a page and for the reference. */
import type { EvaluateRequest } from "../../src/engine/evaluator.ts";
import type { Mark } from "../../src/model/ops.ts";
import type { SampledLane } from "./sampled-lane.ts";

/** A request in numbers that pass to a page; tensors are the lane's initial ones times `scale`. */
export interface PassRequest extends Pick<
  EvaluateRequest,
  "pass" | "count" | "seed" | "step" | "read" | "settings"
> {
  readonly scale?: number;
  readonly inputs: Readonly<
    Partial<Record<"x" | "y" | "z" | "z2", readonly number[]>>
  >;
}

export interface PassResult {
  readonly values: Readonly<Partial<Record<Mark, readonly number[]>>>;
  readonly reconstruction?: readonly number[];
}

export function passRequest(
  lane: SampledLane,
  { scale = 1, inputs, ...request }: PassRequest,
): EvaluateRequest {
  const params = Object.fromEntries(
    Object.entries(lane.initial).map(([name, values]) => [
      name,
      new Float32Array(values).map((value) => scale * value),
    ]),
  );
  const arrays = Object.fromEntries(
    Object.entries(inputs).map(([name, values]) => [
      name,
      new Float32Array(values),
    ]),
  );
  return { ...request, params, inputs: arrays };
}
