/**
 * Sampled lanes on the GPU in lockstep: the same rows and the same noise at every step.
 *
 * Knows neither time nor pages. All buffers are made at creation; a step allocates nothing.
 */
import type { Settings } from "../experiment/config.ts";
import type { ParamSet } from "../model/ops.ts";
import { dataShape, type DataShape } from "../model/param.ts";
import { klFactor } from "../model/schedule.ts";
import { packRegion, unpackRegion, type ArenaLayout } from "./arena.ts";
import type { Gpu } from "./gpu.ts";
import { guarded, KernelCache } from "./kernel-cache.ts";
import { LaneData } from "./lane-data.ts";
import {
  buildPlan,
  choosePlan,
  planLayout,
  type PlanOptions,
  type TrainPlan,
} from "./plan.ts";
import { STEP_BYTES, StepRing } from "./step-ring.ts";
import {
  TERMS,
  type LaneInput,
  type PackedLane,
  type Stepper,
} from "./stepper.ts";
import {
  scheduledScalars,
  termScalars,
  type TermScalars,
} from "./term-scalars.ts";

const MAX_CHUNK = 256;
const TERMS_RING = 4096;

export interface SampledOptions extends PlanOptions {
  /** Shared between steppers of one device, so that nothing is compiled twice. */
  readonly cache?: KernelCache;
}

interface Lane {
  readonly layout: ArenaLayout;
  /** Bytes into the arena. */
  readonly offset: number;
  readonly plan: TrainPlan;
  readonly shape: DataShape;
  settings: Settings;
  terms: readonly TermScalars[];
  stopped: boolean;
}

/** Throws when an initial tensor is missing or has the wrong size. */
function packArena(
  out: Float32Array,
  layout: ArenaLayout,
  offset: number,
  initial: ParamSet,
): void {
  for (const region of layout.regions.values()) {
    const { name, rows, columns } = region;
    const values = initial[name] as Float32Array | undefined;
    if (values?.length !== rows * columns) {
      throw new Error(
        `initial ${name}: ${values?.length ?? 0} values, expected ${rows} x ${columns}`,
      );
    }
    packRegion(values, region, out, offset / 4);
  }
}

/**
 * Puts lanes on the GPU.
 *
 * Throws an `EngineError` when the device refuses (memory, compile), a plain `Error` when
 * initial tensors do not fit the model.
 */
export async function createSampledStepper(
  gpu: Gpu,
  inputs: readonly { readonly lane: number; readonly input: LaneInput }[],
  options: SampledOptions = {},
): Promise<Stepper> {
  const data = new LaneData(gpu.device);
  try {
    return await createStepper(gpu, inputs, options, data);
  } catch (error) {
    // Others may share the data: what failed must not hold on to it.
    data.destroy();
    throw error;
  }
}

async function createStepper(
  gpu: Gpu,
  inputs: readonly { readonly lane: number; readonly input: LaneInput }[],
  options: SampledOptions,
  data: LaneData,
): Promise<Stepper> {
  const { device } = gpu;
  const cache = options.cache ?? new KernelCache(device);
  const kinds = inputs.map(
    ({ input }) => options.plan ?? choosePlan(gpu, input),
  );
  const layouts = inputs.map(({ input }, slot) =>
    planLayout(kinds[slot], input),
  );
  const offsets: number[] = [];
  let bytes = 0;
  for (const layout of layouts) {
    offsets.push(bytes);
    bytes += 3 * layout.bytes;
  }
  const initial = new Float32Array(bytes / 4);
  inputs.forEach(({ input }, slot) => {
    packArena(initial, layouts[slot], offsets[slot], input.initial);
  });

  const owned = await guarded(device, "training buffers", () => {
    const usage =
      GPUBufferUsage.STORAGE |
      GPUBufferUsage.COPY_SRC |
      GPUBufferUsage.COPY_DST;
    const arena = device.createBuffer({ label: "arena", size: bytes, usage });
    device.queue.writeBuffer(arena, 0, initial);
    const terms = device.createBuffer({
      label: "terms",
      size: 4 * TERMS * TERMS_RING * inputs.length,
      usage,
    });
    return {
      arena,
      terms,
      data,
      buffers: inputs.map(({ input }) => data.add(input.data)),
      steps: new StepRing(device, MAX_CHUNK, inputs.length),
    };
  });

  const plans = await Promise.all(
    inputs.map(({ input }, slot) => {
      const planInput = {
        settings: input.settings,
        shape: dataShape(input.data),
        layout: layouts[slot],
        data: owned.buffers[slot],
        arena: { buffer: owned.arena, offset: offsets[slot] },
        steps: owned.steps.buffer,
        terms: { buffer: owned.terms, lane: slot, lanes: inputs.length },
      };
      return buildPlan(gpu, cache, kinds[slot], planInput, options);
    }),
  );
  const lanes = inputs.map(({ input: { settings, data: of } }, slot): Lane => {
    const shape = dataShape(of);
    return {
      layout: layouts[slot],
      offset: offsets[slot],
      plan: plans[slot],
      shape,
      settings,
      terms: termScalars(settings, shape),
      stopped: false,
    };
  });
  return new SampledStepper(
    gpu,
    cache,
    inputs.map(({ lane }) => lane),
    lanes,
    owned,
  );
}

interface Owned {
  readonly arena: GPUBuffer;
  readonly terms: GPUBuffer;
  readonly data: LaneData;
  readonly steps: StepRing;
}

class SampledStepper implements Stepper {
  readonly lanes: readonly number[];
  readonly maxChunk = MAX_CHUNK;
  readonly terms: Stepper["terms"];
  readonly arena: Stepper["arena"];
  readonly #lanes: readonly Lane[];
  readonly #owned: Owned;
  readonly #stepGroup: GPUBindGroup;

  constructor(
    gpu: Gpu,
    cache: KernelCache,
    numbers: readonly number[],
    lanes: readonly Lane[],
    owned: Owned,
  ) {
    this.lanes = numbers;
    this.#lanes = lanes;
    this.#owned = owned;
    this.terms = { buffer: owned.terms, ring: TERMS_RING };
    this.arena = { buffer: owned.arena, floats: owned.arena.size / 4 };
    this.#stepGroup = gpu.device.createBindGroup({
      label: "step",
      layout: cache.stepLayout(STEP_BYTES),
      entries: [
        {
          binding: 0,
          resource: { buffer: owned.steps.buffer, size: STEP_BYTES },
        },
      ],
    });
  }

  encode(encoder: GPUCommandEncoder, first: number, count: number): void {
    if (count > MAX_CHUNK) {
      throw new Error(`${count} steps in a chunk, at most ${MAX_CHUNK}`);
    }
    const { steps } = this.#owned;
    for (let position = 0; position < count; position++) {
      const index = first + position;
      this.#lanes.forEach(({ settings, terms }, slot) => {
        steps.set(position, slot, {
          index,
          seed: settings.seed,
          slot: index % TERMS_RING,
          count: count - position,
          learningRate: settings.optimizer.learningRate,
          scalars: scheduledScalars(
            terms,
            klFactor(settings.klSchedule, index),
          ),
        });
      });
    }
    steps.upload(count);
    const pass = encoder.beginComputePass({ label: "training" });
    for (const [slot, lane] of this.#lanes.entries()) {
      if (!lane.stopped) this.#encodeLane(pass, slot, lane, count);
    }
    pass.end();
  }

  #encodeLane(
    pass: GPUComputePassEncoder,
    slot: number,
    { plan }: Lane,
    count: number,
  ): void {
    const { steps } = this.#owned;
    const dispatched = plan.many ? 1 : count;
    for (let position = 0; position < dispatched; position++) {
      const offset = steps.offset(position, slot);
      pass.setBindGroup(1, this.#stepGroup, [offset]);
      for (const dispatch of plan.dispatches) {
        pass.setPipeline(dispatch.pipeline);
        pass.setBindGroup(0, dispatch.group);
        pass.dispatchWorkgroups(...dispatch.workgroups);
      }
    }
  }

  params(arena: Float32Array, slot: number): ParamSet {
    const { layout, offset } = this.#lanes[slot];
    const params: Record<string, Float32Array> = {};
    for (const region of layout.regions.values()) {
      params[region.name] = unpackRegion(arena, region, offset / 4);
    }
    return params;
  }

  pack(params: ParamSet, slot: number): PackedLane {
    const { layout, offset } = this.#lanes[slot];
    const entries = new Float32Array(layout.bytes / 4);
    packArena(entries, layout, 0, params);
    const [values, size] = [offset / 4, entries.length];
    return { values, first: values + size, second: values + 2 * size, entries };
  }

  update(slot: number, settings: Settings): void {
    const lane = this.#lanes[slot];
    lane.settings = settings;
    lane.terms = termScalars(settings, lane.shape);
  }

  stop(slot: number): void {
    this.#lanes[slot].stopped = true;
  }

  destroy(): void {
    const { arena, terms, data, steps } = this.#owned;
    for (const lane of this.#lanes) lane.plan.destroy();
    data.destroy();
    for (const buffer of [arena, terms, steps.buffer]) buffer.destroy();
  }
}
