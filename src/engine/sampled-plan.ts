/** Which sampled models of an ensemble train at the same time: by structure, as many as memory takes. */
import type { Slices } from "../math/slices.ts";
import { dataShape } from "../model/param.ts";
import { matrixBytes } from "./arena.ts";
import { untimedLauncher } from "./autotune.ts";
import type { EnsembleWave } from "./ensemble-plan.ts";
import { ENSEMBLE_MEMORY, planEnsemble } from "./exact-layout.ts";
import type { Gpu } from "./gpu.ts";
import type { DispatchSpec } from "./kernel-cache.ts";
import {
  choosePlan,
  planLayout,
  recordPlan,
  structureOf,
  type PlanKind,
} from "./plan.ts";
import type { Scratch } from "./plan-buffers.ts";
import { SLOT_BYTES } from "./step-ring.ts";
import { TERMS, type LaneInput } from "./stepper.ts";

/** Steps of a submit at most: the step uniforms a model has room for. */
export const SAMPLED_CHUNK = 64;
/** Models that train in the same dispatches at most. */
const MOST_TOGETHER = 32;
/**
 * Models of a wave at most. They take turns, so that more would fill no gap, and each has bind
 * groups of its own to be made before the first step.
 */
const MOST_IN_TURNS = 64;
/** A read-back brings about this many bytes, of no more than so many models. */
const SLICE_BYTES = 2 ** 20;
const SLICE_MODELS = 32;
/** What alignment and least sizes of buffers may add to a part, in bytes. */
const SLACK = 1024;

/** First guesses of what a step costs, ms: of a dispatch, and of a million multiply-adds. */
const COST = {
  software: { dispatch: 0.03, work: 0.6 },
  hardware: { dispatch: 0.006, work: 0.002 },
} as const;

/** What planning must know of a model; the same of all of its structure. */
interface Needs {
  readonly kind: PlanKind;
  /** Bytes of its tensors; those of all copies, with what else is its own. */
  readonly values: number;
  readonly own: number;
  /** Bytes of scratch: of each model of a small plan, else of all that take turns. */
  readonly scratch: number;
  /** A step of one model, ms. */
  readonly each: number;
}

/** Counts what a plan would make. */
class CountedScratch implements Scratch {
  bytes = 0;

  create(label: string, bytes: number): GPUBuffer {
    this.bytes += bytes;
    return { label, size: bytes } as GPUBuffer;
  }

  createFrom(label: string, values: Int32Array<ArrayBuffer>): GPUBuffer {
    return this.create(label, values.byteLength);
  }
}

/** Multiply-adds of a step: forward once, backward twice. */
function workOf({ settings, initial }: LaneInput): number {
  const weights = Object.values(initial).reduce(
    (sum, tensor) => sum + tensor.length,
    0,
  );
  return 3 * settings.batchSize * weights;
}

function shapeBytes({ shape = {} }: DispatchSpec): number {
  return 16 * (1 + Math.ceil(Object.keys(shape).length / 4));
}

function needsOf(gpu: Gpu, kind: PlanKind, input: LaneInput): Needs {
  const { settings, data } = input;
  const layout = planLayout(kind, input);
  const counted = new CountedScratch();
  const nothing = { label: "planned", size: 0 } as GPUBuffer;
  const { specs } = recordPlan(
    gpu,
    kind,
    {
      settings,
      shape: dataShape(data),
      layout,
      data: {
        buffer: nothing,
        norms: nothing,
        rows: data.rows,
        columns: data.columns,
        ...(data.y && { y: { buffer: nothing, outputs: data.y.outputs } }),
      },
      arena: { buffer: nothing, offset: 0 },
      steps: nothing,
      terms: { buffer: nothing, lane: 0, lanes: 1 },
    },
    counted,
    untimedLauncher(gpu),
  );
  const { dispatch, work } = COST[gpu.tier];
  const shapes = specs.reduce((sum, spec) => sum + shapeBytes(spec), 0);
  return {
    kind,
    values: layout.bytes / 4,
    own: 3 * layout.bytes + SAMPLED_CHUNK * SLOT_BYTES + 4 * TERMS + shapes,
    scratch: counted.bytes,
    each: dispatch * specs.length + (work * workOf(input)) / 1e6,
  };
}

function dataBytes({ data }: LaneInput): number {
  const { rows, columns, y } = data;
  return (
    matrixBytes(rows, columns) +
    4 * rows +
    (y ? matrixBytes(rows, y.outputs) : 0)
  );
}

/**
 * Models of a part, which all take the same steps in a submit. Those that cannot train in the same
 * dispatches take turns from submit to submit: from step to step would gain nothing.
 */
export function partWidth({ kernel }: Pick<EnsembleWave, "kernel">): number {
  return kernel === "sampled small" ? MOST_TOGETHER : 1;
}

/**
 * Plans the models at `slots`: those of equal structure together, those of equal data side by side.
 *
 * Throws if one alone does not fit into `memory` bytes or the device's limits.
 */
export async function planSampledWaves(
  gpu: Gpu,
  inputs: readonly LaneInput[],
  slots: readonly number[],
  slices: Slices,
  memory: number = ENSEMBLE_MEMORY,
): Promise<EnsembleWave[]> {
  const groups = new Map<string, { needs: Needs; slots: number[] }>();
  for (const slot of slots) {
    await slices.go();
    const input = inputs[slot];
    const kind = choosePlan(gpu, input);
    const { settings, data } = input;
    const key = structureOf(kind, { settings, shape: dataShape(data), data });
    const known = groups.get(key);
    if (known) known.slots.push(slot);
    else groups.set(key, { needs: needsOf(gpu, kind, input), slots: [slot] });
  }
  return [...groups.values()].flatMap(({ needs, slots: alike }) =>
    planGroup(gpu, inputs, needs, alike, memory),
  );
}

function planGroup(
  gpu: Gpu,
  inputs: readonly LaneInput[],
  needs: Needs,
  alike: readonly number[],
  memory: number,
): EnsembleWave[] {
  const { kind, values, each } = needs;
  const of = new Map<LaneInput["data"], number[]>();
  for (const slot of alike) {
    const { data } = inputs[slot];
    const same = of.get(data);
    if (same) same.push(slot);
    else of.set(data, [slot]);
  }
  const ordered = [...of.values()].flat();
  const data = dataBytes(inputs[alike[0]]);
  const kernel = `sampled ${kind}`;
  const width = partWidth({ kernel });
  const shared = of.size * data <= memory / 4;
  const small = kind === "small";
  const sliceModels = Math.max(
    1,
    Math.min(SLICE_MODELS, Math.floor(SLICE_BYTES / (4 * values))),
  );
  const fixed = (small ? 0 : needs.scratch) + 4 * values * sliceModels;
  // Parts of a small plan have theirs in common, too: what each alone would need is no less.
  const own = needs.own + SLACK + (small ? needs.scratch : 0);
  const cut = planEnsemble(
    gpu.device.limits,
    ordered.length,
    {
      arena: 1,
      arenaFixed: width * Math.max(12 * values, small ? needs.scratch : 0),
      all: own + (shared ? 0 : data),
      fixed: fixed + (shared ? of.size * data : 0),
    },
    memory,
  );
  const waves = small ? cut : cut.flatMap(shorter);
  return waves.map(({ first, count }) => {
    const models = ordered.slice(first, first + count);
    const sets = new Set(models.map((model) => inputs[model].data)).size;
    return {
      models,
      kernel,
      bytes: fixed + count * own + sets * data,
      values,
      sliceModels,
      each,
    };
  });
}

function shorter(wave: {
  readonly first: number;
  readonly count: number;
}): { first: number; count: number }[] {
  const pieces = Math.ceil(wave.count / MOST_IN_TURNS);
  return Array.from({ length: pieces }, (_, piece) => {
    const from = Math.floor((piece * wave.count) / pieces);
    const to = Math.floor(((piece + 1) * wave.count) / pieces);
    return { first: wave.first + from, count: to - from };
  });
}
