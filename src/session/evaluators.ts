/** Passes through the lanes of a run, on the GPU where there is one. Worker side. */
import { GpuEvaluator } from "../engine/evaluate.ts";
import type { Gpu } from "../engine/gpu.ts";
import { PassSource } from "./passes.ts";

export class Evaluators extends PassSource {
  /** @param gpu none: everything in float64 */
  constructor(gpu: Gpu | null) {
    super(
      gpu && ((settings, shape) => GpuEvaluator.create(gpu, settings, shape)),
    );
  }
}
