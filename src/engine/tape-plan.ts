/** The training step of any model: its tape's dispatches with minibatch and terms around them. */
import type { Settings } from "../experiment/config.ts";
import { MODELS } from "../model/models.ts";
import type { ParamSpec, Term } from "../model/ops.ts";
import {
  layOut,
  matrixBytes,
  regionBytes,
  rowStride,
  type ArenaLayout,
} from "./arena.ts";
import type { Multiply, ProductSizes } from "./autotune.ts";
import type { Gpu } from "./gpu.ts";
import type { DispatchSpec, Tensor } from "./kernel-cache.ts";
import { gather } from "./kernels/gather.ts";
import { terms } from "./kernels/terms.ts";
import type { PlanBuffers } from "./plan-buffers.ts";
import type { PlanInput } from "./plan.ts";
import { MAX_SCALARS } from "./step-ring.ts";
import { tapeProducts, transposedWeights } from "./tape-linear.ts";
import { lowerTape, type ParamTensor } from "./tape-lower.ts";
import { Tape } from "./tape.ts";

/** Bits of `terms`' kinds. */
const KINDS: Readonly<Record<Term, number>> = {
  reconstruction: 0,
  kl: 1,
  kl2: 2,
};

/** Columns of a data set. */
interface Columns {
  readonly columns: number;
  readonly y?: { readonly outputs: number };
}

function paramSpecs(settings: Settings, data: Columns): ParamSpec[] {
  const { params } = MODELS[settings.model];
  return params(settings, data.columns, data.y?.outputs);
}

function record(settings: Settings, data: Columns): Tape {
  const tape = new Tape({
    batch: settings.batchSize,
    inputs: {
      x: data.columns,
      ...(data.y ? { y: data.y.outputs } : {}),
    },
    params: paramSpecs(settings, data),
  });
  MODELS[settings.model].forward(tape, settings);
  if (tape.terms.length > MAX_SCALARS) {
    throw new Error(`${tape.terms.length} loss terms, at most ${MAX_SCALARS}`);
  }
  return tape;
}

/** Arena of a tape's step. */
export function tapeLayout(settings: Settings, data: Columns): ArenaLayout {
  return layOut(
    paramSpecs(settings, data),
    transposedWeights(record(settings, data)),
  );
}

/** Its large products, to be timed. */
export function tapeStepProducts({
  settings,
  data,
}: PlanInput): ProductSizes[] {
  return tapeProducts(record(settings, data));
}

/**
 * Loss and gradients of a step; the caller adds the optimizer.
 *
 * @param products use the product kernels however small a linear map is
 */
export function tapeStep(
  gpu: Gpu,
  input: PlanInput,
  buffers: PlanBuffers,
  multiply: Multiply,
  products: boolean,
): { specs: DispatchSpec[]; gradients: GPUBuffer } {
  const { settings, layout, data } = input;
  const { batchSize: batch } = settings;
  const tape = record(settings, data);
  const gradients = buffers.create("gradients", layout.bytes);
  const partials = buffers.create("partials", 4 * batch * MAX_SCALARS);
  const gathers: DispatchSpec[] = [];
  const inputs = new Map<string, Tensor>();
  const draw = (name: string, from: GPUBuffer, columns: number): void => {
    const x = buffers.create(name, matrixBytes(batch, columns));
    inputs.set(name, x);
    const stride = rowStride(columns);
    gathers.push(
      gather(gpu.tier, { rows: data.rows, batch, stride }, { data: from, x }),
    );
  };
  draw("x", data.buffer, data.columns);
  if (data.y) draw("y", data.y.buffer, data.y.outputs);
  const recorded = lowerTape(
    gpu.tier,
    tape,
    {
      input: (name) => {
        const tensor = inputs.get(name);
        if (!tensor) throw new Error(`no input ${name}`);
        return tensor;
      },
      param: (name) => paramTensor(input, gradients, name),
      create: (label, bytes) => buffers.create(label, bytes),
      partials,
    },
    multiply,
    products,
  );
  const kinds = tape.terms.reduce(
    (bits, term, part) => bits | (KINDS[term] << (2 * part)),
    0,
  );
  const { lane, lanes, buffer } = input.terms;
  const end = terms(
    gpu.tier,
    { batch, parts: tape.terms.length, kinds, lane, lanes },
    { partials, terms: buffer },
  );
  return { specs: [...gathers, ...recorded, end], gradients };
}

/** Ranges of the arena and of gradients by parameter. */
function paramTensor(
  { layout, arena }: PlanInput,
  gradients: GPUBuffer,
  name: string,
): ParamTensor {
  const region = layout.regions.get(name);
  if (!region) throw new Error(`no parameter ${name}`);
  const { offset, transposed } = region;
  const size = regionBytes(region);
  return {
    value: { buffer: arena.buffer, offset: arena.offset + offset, size },
    gradient: { buffer: gradients, offset, size },
    transposed,
  };
}
