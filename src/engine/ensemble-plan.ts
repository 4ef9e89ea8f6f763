/** Which models of an ensemble train at the same time: by form, as many as memory takes. */
import { ENSEMBLE_BYTES } from "./exact-ensemble.ts";
import { Slices } from "../math/slices.ts";
import { dataOf, type ExactForm } from "./exact-form.ts";
import { ENSEMBLE_MEMORY, planEnsemble } from "./exact-layout.ts";
import type { VariantRequest } from "./exact-layout.ts";
import { groupInSlices, type FormGroup } from "./exact-place.ts";
import type { Gpu } from "./gpu.ts";
import { TERMS, type LaneInput } from "./stepper.ts";

/** Models of one form that are on the GPU together. */
export interface EnsembleWave {
  /** Positions among the inputs. */
  readonly models: readonly number[];
  readonly kernel: string;
  /** Most bytes the wave holds on the GPU. */
  readonly bytes: number;
  /** Values of a model, and models a read-back brings. */
  readonly values: number;
  readonly sliceModels: number;
  /** Milliseconds of a step of one model beside the others, as far as one can tell before. */
  readonly each: number;
}

/** Models of the exact estimator, and how they are packed. */
export interface ExactWave extends EnsembleWave {
  readonly form: ExactForm;
}

/** A read-back brings about this many bytes, of no more than so many models. */
const SLICE_BYTES = 2 ** 20;
const SLICE_MODELS = 64;
/** What alignment and least sizes of buffers may add, in bytes. */
const SLACK = 4096;
const ALIGN = 256;

function alignedBytes(floats: number): number {
  return Math.ceil((4 * floats) / ALIGN) * ALIGN;
}

function distinct(inputs: readonly LaneInput[]): number {
  return new Set(inputs.map(dataOf)).size;
}

/**
 * Plans all models, with a turn for others between them.
 *
 * Rejects if one alone does not fit into `memory` bytes or the device's limits, if moments and
 * biases disagree, or above the latents the kernels take.
 */
export async function planWaves(
  gpu: Pick<Gpu, "tier" | "subgroups"> & {
    readonly device: Pick<GPUDevice, "limits">;
  },
  inputs: readonly LaneInput[],
  request?: VariantRequest,
  memory: number = ENSEMBLE_MEMORY,
  slices = new Slices(),
): Promise<ExactWave[]> {
  const groups = await groupInSlices(gpu, inputs, request, slices);
  return groups.flatMap((group) => planGroup(gpu, inputs, group, memory));
}

function planGroup(
  gpu: Parameters<typeof planWaves>[0],
  inputs: readonly LaneInput[],
  { form, slots }: FormGroup,
  memory: number,
): ExactWave[] {
  const sliceModels = Math.max(
    1,
    Math.min(SLICE_MODELS, Math.floor(SLICE_BYTES / (4 * form.values))),
  );
  const state = 4 * (form.block + form.work);
  const own = state + 4 * form.scratch + 4 * TERMS + form.recordBytes;
  const constants = alignedBytes(form.constants);
  const data = constants + 4 * form.shared;
  const fixed = ENSEMBLE_BYTES + 4 * form.values * sliceModels + SLACK;
  const kinds = distinct(slots.map((slot) => inputs[slot]));
  // Where nearly every model has its own data they count as a part of it.
  const shared = kinds * data <= memory / 4;
  const cut = planEnsemble(
    gpu.device.limits,
    slots.length,
    {
      arena: state + (shared ? 0 : constants),
      arenaFixed: SLACK + (shared ? kinds * constants : 0),
      all: own + (shared ? 0 : data),
      fixed: fixed + (shared ? kinds * data : 0),
    },
    memory,
  );
  const each = form.stepMicros(gpu.tier, slots.length) / slots.length / 1000;
  return cut.map(({ first, count }) => {
    const models = slots.slice(first, first + count);
    const here = distinct(models.map((model) => inputs[model]));
    return {
      models,
      form,
      kernel: form.kernel,
      bytes: fixed + count * own + here * data,
      values: form.values,
      sliceModels,
      each,
    };
  });
}
