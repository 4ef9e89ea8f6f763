/**
 * Where the device's time goes: a step encoded with every dispatch in a pass of its own, between
 * two timestamps. Passes cost too, so that the sum is more than a step takes unprofiled.
 */
import { EngineError } from "./errors.ts";

/** All dispatches of one kernel in the profiled steps. */
export interface KernelTime {
  readonly kernel: string;
  readonly dispatches: number;
  /** Of the device; browsers may round it to 0.1 ms a dispatch. */
  readonly milliseconds: number;
}

/** Most dispatches that are timed; those after them run untimed. */
const MOST = 2048;

interface Held {
  pipeline: GPUComputePipeline | null;
  readonly groups: Map<
    number,
    Parameters<GPUComputePassEncoder["setBindGroup"]>
  >;
}

/** Hands out passes that split themselves; encodes on the encoder it is given. */
class SplitPasses {
  readonly labels: string[] = [];
  readonly #encoder: GPUCommandEncoder;
  readonly #queries: GPUQuerySet;

  constructor(encoder: GPUCommandEncoder, queries: GPUQuerySet) {
    this.#encoder = encoder;
    this.#queries = queries;
  }

  /** The part of a command encoder that steppers use. */
  get encoder(): GPUCommandEncoder {
    const part: Pick<GPUCommandEncoder, "beginComputePass"> = {
      beginComputePass: () => this.#pass(),
    };
    return part as GPUCommandEncoder;
  }

  #pass(): GPUComputePassEncoder {
    const held: Held = { pipeline: null, groups: new Map() };
    const part = {
      setPipeline: (pipeline: GPUComputePipeline): undefined => {
        held.pipeline = pipeline;
      },
      setBindGroup: (
        ...group: Parameters<GPUComputePassEncoder["setBindGroup"]>
      ): undefined => {
        held.groups.set(group[0], group);
      },
      dispatchWorkgroups: (x: number, y?: number, z?: number): undefined => {
        this.#dispatch(held, x, y, z);
      },
      end: (): undefined => undefined,
    };
    return part as Partial<GPUComputePassEncoder> as GPUComputePassEncoder;
  }

  #dispatch(
    { pipeline, groups }: Held,
    ...[x, y, z]: Parameters<GPUComputePassEncoder["dispatchWorkgroups"]>
  ): void {
    if (!pipeline) throw new Error("a dispatch without a pipeline");
    const at = this.labels.length;
    const timed = at < MOST;
    if (timed) this.labels.push(pipeline.label);
    const pass = this.#encoder.beginComputePass({
      label: pipeline.label,
      ...(timed && {
        timestampWrites: {
          querySet: this.#queries,
          beginningOfPassWriteIndex: 2 * at,
          endOfPassWriteIndex: 2 * at + 1,
        },
      }),
    });
    pass.setPipeline(pipeline);
    for (const group of groups.values()) pass.setBindGroup(...group);
    pass.dispatchWorkgroups(x, y, z);
    pass.end();
  }
}

/** Times of the kernels that `encode` dispatches, the longest first. Runs them. */
export async function profile(
  device: GPUDevice,
  encode: (encoder: GPUCommandEncoder) => void,
): Promise<KernelTime[]> {
  if (!device.features.has("timestamp-query")) {
    throw new EngineError(
      "device",
      "This browser's graphics device has no timestamps, so the time of each kernel cannot be told.",
    );
  }
  const queries = device.createQuerySet({
    label: "profile",
    type: "timestamp",
    count: 2 * MOST,
  });
  const encoder = device.createCommandEncoder({ label: "profile" });
  const passes = new SplitPasses(encoder, queries);
  encode(passes.encoder);
  const count = 2 * passes.labels.length;
  const bytes = 8 * Math.max(1, count);
  const resolved = device.createBuffer({
    label: "profile",
    size: bytes,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  });
  const staging = device.createBuffer({
    label: "profile staging",
    size: bytes,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  try {
    if (count > 0) encoder.resolveQuerySet(queries, 0, count, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, staging, 0, bytes);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    return timesOf(passes.labels, new BigUint64Array(staging.getMappedRange()));
  } finally {
    queries.destroy();
    resolved.destroy();
    staging.destroy();
  }
}

/** @param stamps begin and end of each dispatch, ns */
export function timesOf(
  labels: readonly string[],
  stamps: BigUint64Array,
): KernelTime[] {
  const times = new Map<string, { dispatches: number; milliseconds: number }>();
  labels.forEach((kernel, at) => {
    const [begin, end] = [stamps[2 * at], stamps[2 * at + 1]];
    // Some devices reset their clock; such a pass counts as nothing.
    const milliseconds = end > begin ? Number(end - begin) / 1e6 : 0;
    const sum = times.get(kernel) ?? { dispatches: 0, milliseconds: 0 };
    times.set(kernel, {
      dispatches: sum.dispatches + 1,
      milliseconds: sum.milliseconds + milliseconds,
    });
  });
  return [...times]
    .map(([kernel, sum]) => ({ kernel, ...sum }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}
