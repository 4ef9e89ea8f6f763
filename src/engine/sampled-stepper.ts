/**
 * Sampled lanes on the GPU in lockstep: the same rows and the same noise at every step.
 *
 * Knows neither time nor pages. All buffers are made at creation; a step allocates nothing.
 */
import type { Settings } from "../experiment/config.ts";
import type { ParamSet } from "../model/ops.ts";
import { dataShape, type DataShape } from "../model/param.ts";
import { klFactor } from "../model/schedule.ts";
import type { ArenaLayout } from "./arena.ts";
import type { Gpu } from "./gpu.ts";
import { guarded, KernelCache } from "./kernel-cache.ts";
import { LaneData } from "./lane-data.ts";
import { ScratchPool } from "./plan-buffers.ts";
import {
  buildPlan,
  choosePlan,
  planLayout,
  type PlanOptions,
  type TrainPlan,
} from "./plan.ts";
import { groupLanes, packLane, unpackLane } from "./sampled-lanes.ts";
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
  /** The caller's, who frees it. */
  readonly data?: LaneData;
  /** Most steps of an `encode`, and steps whose terms are kept. */
  readonly chunk?: number;
  readonly ring?: number;
  /** False: a dispatch for each lane, so that what they gain together can be measured. */
  readonly together?: boolean;
}

/** Lanes that one plan trains: those of a small plan follow each other, else it is one. */
interface Group {
  readonly first: number;
  readonly count: number;
  readonly plan: TrainPlan;
}

interface Lane {
  readonly layout: ArenaLayout;
  /** Bytes into the arena. */
  readonly offset: number;
  readonly shape: DataShape;
  settings: Settings;
  terms: readonly TermScalars[];
  stopped: boolean;
}

type Inputs = readonly { readonly lane: number; readonly input: LaneInput }[];

/**
 * Puts lanes on the GPU. Small linear VAEs of equal sizes and data that follow each other train in
 * the same dispatches.
 *
 * Throws an `EngineError` when the device refuses (memory, compile), a plain `Error` when
 * initial tensors do not fit the model; then it holds nothing.
 */
export async function createSampledStepper(
  gpu: Gpu,
  inputs: Inputs,
  options: SampledOptions = {},
): Promise<SampledStepper> {
  const data = options.data ?? new LaneData(gpu.device);
  const owned: { destroy(): void }[] = options.data ? [] : [data];
  try {
    return await createStepper(gpu, inputs, options, data, owned);
  } catch (error) {
    // Others may share the data: what failed must not hold on to it.
    for (const one of owned) one.destroy();
    throw error;
  }
}

async function createStepper(
  gpu: Gpu,
  inputs: Inputs,
  options: SampledOptions,
  data: LaneData,
  owned: { destroy(): void }[],
): Promise<SampledStepper> {
  const { device } = gpu;
  const { chunk = MAX_CHUNK, ring = TERMS_RING, together = true } = options;
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
    packLane(initial, layouts[slot], offsets[slot], input.initial);
  });

  const own = <T extends { destroy(): void }>(one: T): T => {
    owned.push(one);
    return one;
  };
  const held = await guarded(device, "training buffers", () => {
    const usage =
      GPUBufferUsage.STORAGE |
      GPUBufferUsage.COPY_SRC |
      GPUBufferUsage.COPY_DST;
    const create = (label: string, size: number): GPUBuffer =>
      own(device.createBuffer({ label, size, usage }));
    const arena = create("arena", bytes);
    device.queue.writeBuffer(arena, 0, initial);
    const terms = create("terms", 4 * TERMS * ring * inputs.length);
    const steps = new StepRing(device, chunk, inputs.length);
    own(steps.buffer);
    const buffers = inputs.map(({ input }) => data.add(input.data));
    return { arena, terms, steps, buffers };
  });

  // They take turns within a pass, too.
  const scratch = options.scratch ?? own(new ScratchPool(device));
  const built = await Promise.allSettled(
    groupLanes(
      inputs.map(({ input }) => input),
      kinds,
      together,
    ).map(async ({ first, count }): Promise<Group> => {
      const { input } = inputs[first];
      const planInput = {
        settings: input.settings,
        shape: dataShape(input.data),
        layout: layouts[first],
        data: held.buffers[first],
        models: count,
        arena: { buffer: held.arena, offset: offsets[first] },
        steps: held.steps.buffer,
        terms: { buffer: held.terms, lane: first, lanes: inputs.length },
      };
      const kind = kinds[first];
      const plan = await buildPlan(gpu, cache, kind, planInput, {
        ...options,
        scratch,
      });
      return { first, count, plan: own(plan) };
    }),
  );
  const groups = built.map((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value;
  });
  const lanes = inputs.map(({ input: { settings, data: of } }, slot): Lane => {
    const shape = dataShape(of);
    return {
      layout: layouts[slot],
      offset: offsets[slot],
      shape,
      settings,
      terms: termScalars(settings, shape),
      stopped: false,
    };
  });
  const numbers = inputs.map(({ lane }) => lane);
  const sizes = { chunk, ring };
  return new SampledStepper(gpu, cache, numbers, lanes, groups, {
    ...held,
    ...sizes,
    owned,
  });
}

interface Held {
  readonly arena: GPUBuffer;
  readonly terms: GPUBuffer;
  readonly steps: StepRing;
  readonly chunk: number;
  readonly ring: number;
  readonly owned: readonly { destroy(): void }[];
}

export class SampledStepper implements Stepper {
  readonly lanes: readonly number[];
  readonly maxChunk: number;
  readonly terms: Stepper["terms"];
  readonly arena: Stepper["arena"];
  readonly #lanes: readonly Lane[];
  readonly #groups: readonly Group[];
  readonly #steps: StepRing;
  readonly #owned: Held["owned"];
  readonly #stepGroup: GPUBindGroup;

  /** Of what `createSampledStepper` made. */
  constructor(
    gpu: Gpu,
    cache: KernelCache,
    numbers: readonly number[],
    lanes: readonly Lane[],
    groups: readonly Group[],
    { arena, terms, steps, chunk, ring, owned }: Held,
  ) {
    this.lanes = numbers;
    this.maxChunk = chunk;
    this.#lanes = lanes;
    this.#groups = groups;
    this.#steps = steps;
    this.#owned = owned;
    this.terms = { buffer: terms, ring };
    this.arena = { buffer: arena, floats: arena.size / 4 };
    this.#stepGroup = gpu.device.createBindGroup({
      label: "step",
      layout: cache.stepLayout(STEP_BYTES),
      entries: [
        { binding: 0, resource: { buffer: steps.buffer, size: STEP_BYTES } },
      ],
    });
  }

  encode(encoder: GPUCommandEncoder, first: number, count: number): void {
    const { maxChunk } = this;
    if (count > maxChunk) {
      throw new Error(`${count} steps in a chunk, at most ${maxChunk}`);
    }
    for (let position = 0; position < count; position++) {
      const index = first + position;
      this.#lanes.forEach(({ settings, terms, stopped }, slot) => {
        this.#steps.set(position, slot, {
          index,
          seed: settings.seed,
          slot: index % this.terms.ring,
          // Of a stopped lane in one dispatch with others: none.
          count: stopped ? 0 : count - position,
          learningRate: settings.optimizer.learningRate,
          scalars: scheduledScalars(
            terms,
            klFactor(settings.klSchedule, index),
          ),
        });
      });
    }
    this.#steps.upload(count);
    const pass = encoder.beginComputePass({ label: "training" });
    for (const group of this.#groups) {
      const slots = this.#lanes.slice(group.first, group.first + group.count);
      if (slots.some(({ stopped }) => !stopped))
        this.#encodeGroup(pass, group, count);
    }
    pass.end();
  }

  #encodeGroup(
    pass: GPUComputePassEncoder,
    { first, plan }: Group,
    count: number,
  ): void {
    const dispatched = plan.many ? 1 : count;
    for (let position = 0; position < dispatched; position++) {
      const offset = this.#steps.offset(position, first);
      pass.setBindGroup(1, this.#stepGroup, [offset]);
      for (const dispatch of plan.dispatches) {
        pass.setPipeline(dispatch.pipeline);
        pass.setBindGroup(0, dispatch.group);
        pass.dispatchWorkgroups(...dispatch.workgroups);
      }
    }
  }

  /** Where a lane's values lie in the arena, in bytes. */
  valuesAt(slot: number): { readonly offset: number; readonly bytes: number } {
    const { layout, offset } = this.#lanes[slot];
    return { offset, bytes: layout.bytes };
  }

  /** Tensors out of a copy of what `valuesAt` says. */
  unpack(values: Float32Array, slot: number): ParamSet {
    return unpackLane(values, this.#lanes[slot].layout, 0);
  }

  params(arena: Float32Array, slot: number): ParamSet {
    const { layout, offset } = this.#lanes[slot];
    return unpackLane(arena, layout, offset / 4);
  }

  pack(params: ParamSet, slot: number): PackedLane {
    const { layout, offset } = this.#lanes[slot];
    const entries = new Float32Array(layout.bytes / 4);
    packLane(entries, layout, 0, params);
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
    for (const one of this.#owned) one.destroy();
  }
}
