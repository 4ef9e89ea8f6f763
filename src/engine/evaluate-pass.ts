/** A pass of a fixed number of rows, ready to run: its inputs, its dispatches and where its marks lie. */
import type { Settings } from "../experiment/config.ts";
import type { Mark } from "../model/ops.ts";
import type { DataShape } from "../model/param.ts";
import {
  matrixBytes,
  regionBytes,
  rowStride,
  type ArenaLayout,
} from "./arena.ts";
import { productLauncher } from "./autotune.ts";
import type { PassName } from "./evaluator.ts";
import type { Gpu } from "./gpu.ts";
import {
  guarded,
  type Dispatch,
  type KernelCache,
  type Tensor,
} from "./kernel-cache.ts";
import { PlanBuffers } from "./plan-buffers.ts";
import { lowerForward } from "./tape-lower.ts";
import { recordPass } from "./tape-plan.ts";
import type { InputName, TapeValue } from "./tape.ts";

export interface PassInput {
  readonly name: InputName;
  readonly columns: number;
  /** [rows, columns], padded */
  readonly buffer: GPUBuffer;
}

export interface PassMark {
  readonly columns: number;
  /** [rows, columns], padded */
  readonly buffer: GPUBuffer;
}

export interface PreparedPass {
  readonly rows: number;
  readonly inputs: readonly PassInput[];
  readonly dispatches: readonly Dispatch[];
  /** Marks that are made in the pass. */
  readonly marks: ReadonlyMap<Mark, PassMark>;
  /** Marks that are tensors of the model, [1, columns], by name. */
  readonly params: ReadonlyMap<Mark, string>;
  /** Nats of each row, f32 from this byte on. */
  readonly nats: { readonly buffer: GPUBuffer; readonly offset: number } | null;
  /** Bytes that reading everything back takes. */
  readonly readBytes: number;
  destroy(): void;
}

export interface PassModel {
  readonly settings: Settings;
  readonly shape: DataShape;
  readonly layout: ArenaLayout;
  /** Tensors, laid out so. */
  readonly arena: GPUBuffer;
}

/** Throws an `EngineError` when the device refuses. */
export async function preparePass(
  gpu: Gpu,
  cache: KernelCache,
  { settings, shape, layout, arena }: PassModel,
  pass: PassName,
  rows: number,
): Promise<PreparedPass> {
  const tape = recordPass(settings, shape, pass, rows);
  const multiply = await productLauncher(gpu, cache, []);
  const buffers = new PlanBuffers(gpu.device);
  const made = await guarded(gpu.device, `pass ${pass}`, () => {
    const inputs = [...tape.inputs].map(([name, { columns }]): PassInput => ({
      name,
      columns,
      buffer: buffers.create(`input ${name}`, matrixBytes(rows, columns)),
    }));
    const part = tape.parts.indexOf("reconstruction");
    const partials = buffers.create(
      "nats",
      4 * rows * Math.max(1, tape.parts.length),
    );
    const { specs, places } = lowerForward(
      gpu.tier,
      tape,
      {
        input: (name) => {
          const input = inputs.find((one) => one.name === name);
          if (!input) throw new Error(`no input ${name}`);
          return input.buffer;
        },
        param: (name) => {
          const region = layout.regions.get(name);
          if (!region) throw new Error(`no parameter ${name}`);
          const { offset, transposed } = region;
          const value = { buffer: arena, offset, size: regionBytes(region) };
          return { value, gradient: value, transposed };
        },
        create: (label, bytes) => buffers.create(label, bytes),
        indices: (label, values) => buffers.createFrom(label, values),
        partials,
      },
      multiply,
    );
    const marks = new Map<Mark, PassMark>();
    const params = new Map<Mark, string>();
    for (const [mark, value] of tape.marks) {
      if (value.source === "param") params.set(mark, value.name);
      else marks.set(mark, passMark(value, places.value(value)));
    }
    const nats =
      part < 0 ? null : { buffer: partials, offset: 4 * rows * part };
    return { specs, inputs, marks, params, nats };
  });
  const { specs, ...others } = made;
  const dispatches = await Promise.all(
    specs.map((spec) => cache.prepare(spec)),
  );
  const columns = [...made.marks.values()].reduce(
    (sum, mark) => sum + 4 * rowStride(mark.columns),
    1,
  );
  return {
    rows,
    ...others,
    dispatches,
    readBytes: 4 * rows * columns,
    destroy: () => {
      buffers.destroy();
      for (const { shape: uniform } of dispatches) uniform?.destroy();
    },
  };
}

function passMark({ columns }: TapeValue, tensor: Tensor): PassMark {
  if ("buffer" in tensor) throw new Error("a mark has a buffer of its own");
  return { columns, buffer: tensor };
}
