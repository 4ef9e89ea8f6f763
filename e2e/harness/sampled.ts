/** The sampled stepper on given lanes, for kernel and training tests. */
import { openGpu } from "../../src/engine/gpu.ts";
import type { PlanKind } from "../../src/engine/plan.ts";
import type { ProductVariant } from "../../src/engine/autotune.ts";
import { createSampledStepper } from "../../src/engine/sampled-stepper.ts";
import { TERMS } from "../../src/engine/stepper.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import type { Settings } from "../../src/experiment/config.ts";
import { readBuffer } from "./kernels.ts";
import { sampledData, sampledInput, type SampledLane } from "./sampled-lane.ts";

export interface SampledRequest {
  readonly lanes: readonly SampledLane[];
  /** Steps of each submit. */
  readonly chunks: readonly number[];
  readonly plan?: PlanKind;
  readonly product?: ProductVariant;
  /** Stop lane 0 after the first chunk. */
  readonly stop?: boolean;
  /** Settings of lane 0 from the second chunk on. */
  readonly update?: Settings;
}

export interface SampledResult {
  /** [steps, lanes, TERMS] */
  readonly terms: readonly number[];
  readonly params: readonly Readonly<Record<string, readonly number[]>>[];
}

/** Trains lanes; those with equal data share it. */
async function trainSampled(request: SampledRequest): Promise<SampledResult> {
  const gpu = await openGpu(navigator.gpu);
  const { device } = gpu;
  const known = new Map<string, Dataset>();
  const dataOf = (lane: SampledLane): Dataset => {
    const key = JSON.stringify([lane.x, lane.y, lane.rows]);
    const data = known.get(key) ?? sampledData(lane);
    known.set(key, data);
    return data;
  };
  const stepper = await createSampledStepper(
    gpu,
    request.lanes.map((lane, index) => ({
      lane: index,
      input: sampledInput(lane, dataOf(lane)),
    })),
    {
      ...(request.plan ? { plan: request.plan } : {}),
      ...(request.product ? { product: request.product } : {}),
    },
  );
  let step = 0;
  for (const count of request.chunks) {
    const encoder = device.createCommandEncoder();
    stepper.encode(encoder, step, count);
    device.queue.submit([encoder.finish()]);
    step += count;
    if (request.stop === true) stepper.stop(0);
    if (request.update) stepper.update(0, request.update);
  }
  const terms = new Float32Array(
    await readBuffer(device, stepper.terms.buffer),
  );
  const arena = new Float32Array(
    await readBuffer(device, stepper.arena.buffer),
  );
  const params = request.lanes.map((_, slot) =>
    Object.fromEntries(
      Object.entries(stepper.params(arena, slot)).map(([name, values]) => [
        name,
        [...values],
      ]),
    ),
  );
  stepper.destroy();
  device.destroy();
  return {
    terms: [...terms.subarray(0, step * request.lanes.length * TERMS)],
    params,
  };
}

export const sampledHarness = { trainSampled };
