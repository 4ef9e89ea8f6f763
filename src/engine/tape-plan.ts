/** The training step of any model: its tape's dispatches with minibatch and terms around them. */
import type { Settings } from "../experiment/config.ts";
import { MODELS } from "../model/models.ts";
import type { DataShape } from "../model/param.ts";
import {
  layOut,
  matrixBytes,
  regionBytes,
  rowStride,
  type ArenaLayout,
} from "./arena.ts";
import type { Multiply, ProductSizes } from "./autotune.ts";
import type { PassName } from "./evaluator.ts";
import type { Gpu } from "./gpu.ts";
import type { DispatchSpec, Tensor } from "./kernel-cache.ts";
import { gather } from "./kernels/gather.ts";
import { LOSS_ONLY, terms } from "./kernels/terms.ts";
import type { Scratch } from "./plan-buffers.ts";
import type { PlanInput } from "./plan.ts";
import { MAX_SCALARS } from "./step-ring.ts";
import { tapeProducts, transposedWeights } from "./tape-linear.ts";
import { lowerTape } from "./tape-lower.ts";
import type { ParamTensor } from "./tape-places.ts";
import { Tape } from "./tape.ts";

/** Bits of `terms`' kinds. */
const KINDS: Readonly<Record<Tape["parts"][number], number>> = {
  reconstruction: 0,
  kl: 1,
  kl2: 2,
  loss: LOSS_ONLY,
};

/** A pass through (a part of) the model of `batch` rows. */
export function recordPass(
  settings: Settings,
  shape: DataShape,
  pass: PassName,
  batch: number,
): Tape {
  const model = MODELS[settings.model];
  const write = model[pass];
  if (!write) throw new Error(`a ${model.label} has no pass ${pass}`);
  const { columns, outputs = columns } = shape;
  const tape = new Tape({
    batch,
    inputs: {
      x: columns,
      y: outputs,
      z: settings.latents,
      z2: settings.latents2,
    },
    params: model.params(settings, shape),
  });
  write(tape, settings, shape);
  if (tape.parts.length > MAX_SCALARS) {
    throw new Error(
      `a loss of ${tape.parts.length} parts, at most ${MAX_SCALARS}`,
    );
  }
  return tape;
}

function record(settings: Settings, shape: DataShape): Tape {
  return recordPass(settings, shape, "forward", settings.batchSize);
}

/** Arena of a tape's step. */
export function tapeLayout(settings: Settings, shape: DataShape): ArenaLayout {
  const tape = record(settings, shape);
  return layOut(tape.shapes.params, transposedWeights(tape));
}

/** Its large products, to be timed. */
export function tapeStepProducts({
  settings,
  shape,
}: PlanInput): ProductSizes[] {
  return tapeProducts(record(settings, shape));
}

/**
 * Loss and gradients of a step; the caller adds the optimizer.
 *
 * @param products use the product kernels however small a linear map is
 */
export function tapeStep(
  gpu: Gpu,
  input: PlanInput,
  buffers: Scratch,
  multiply: Multiply,
  products: boolean,
): { specs: DispatchSpec[]; gradients: GPUBuffer } {
  const { settings, layout, data, shape } = input;
  const { batchSize: batch } = settings;
  const tape = record(settings, shape);
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
      indices: (label, values) => buffers.createFrom(label, values),
      partials,
    },
    multiply,
    products,
  );
  const kinds = tape.parts.reduce(
    (bits, of, part) => bits | (KINDS[of] << (2 * part)),
    0,
  );
  const { lane, lanes, buffer } = input.terms;
  const end = terms(
    gpu.tier,
    { batch, parts: tape.parts.length, kinds, lane, lanes },
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
