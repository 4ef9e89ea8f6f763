/** Passes through a lane's model on the GPU, for tests. */
import { GpuEvaluator } from "../../src/engine/evaluate.ts";
import { openGpu } from "../../src/engine/gpu.ts";
import { dataShape } from "../../src/model/param.ts";
import {
  passRequest,
  type PassRequest,
  type PassResult,
} from "./sampled-pass.ts";
import { sampledData, type SampledLane } from "./sampled-lane.ts";

/** Asks for all passes at once, of one evaluator. */
async function evaluatePasses(
  lane: SampledLane,
  requests: readonly PassRequest[],
): Promise<PassResult[]> {
  const gpu = await openGpu(navigator.gpu);
  const shape = dataShape(sampledData(lane));
  const evaluator = await GpuEvaluator.create(gpu, lane.settings, shape);
  const evaluations = await Promise.all(
    requests.map((request) => evaluator.evaluate(passRequest(lane, request))),
  );
  evaluator.destroy();
  gpu.device.destroy();
  return evaluations.map(({ values, reconstruction }) => ({
    values: Object.fromEntries(
      Object.entries(values).map(([mark, all]) => [mark, [...all]]),
    ),
    ...(reconstruction && { reconstruction: [...reconstruction] }),
  }));
}

export const evaluateHarness = { evaluatePasses };
