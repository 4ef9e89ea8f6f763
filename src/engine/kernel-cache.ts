/**
 * Kernels made runnable on one device: modules and pipelines as promises, built once and in
 * parallel, and dispatches prepared down to the last argument.
 */
import { EngineError } from "./errors.ts";
import type { Kernel } from "./kernel.ts";
import { packUniform } from "./uniforms.ts";
import type { UniformValues } from "./uniforms.ts";
import { unroll } from "./unroll.ts";

/** A tensor: a whole buffer or a range of one. */
export type Tensor = GPUBuffer | GPUBufferBinding;

export type Constants = Readonly<Record<string, number>>;
export type Workgroups = readonly [number, number, number];

/** Ready to fire: pipeline, bind group, size. */
export interface Dispatch {
  readonly label: string;
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  /** Whether group(1) must be bound (the kernel reads `step`). */
  readonly stepped: boolean;
  readonly workgroups: Workgroups;
  /** The uniform `shape`, owned by this dispatch: destroy it with the plan. */
  readonly shape?: GPUBuffer;
}

/** A kernel, what it works on and how much of it. */
export interface DispatchSpec {
  readonly kernel: Kernel;
  readonly constants?: Constants;
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Values of the uniform `shape`, if the kernel has one. */
  readonly shape?: UniformValues;
  readonly workgroups: Workgroups;
  readonly label?: string;
}

interface Built {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** The error of the first scope that caught one, as ours. */
async function caught(
  device: GPUDevice,
  scopes: readonly Promise<GPUError | null>[],
  what: string,
): Promise<void> {
  const errors = await Promise.all(scopes);
  for (const error of errors) {
    if (!error) continue;
    const memory = error instanceof GPUOutOfMemoryError;
    throw new EngineError(
      memory ? "out-of-memory" : "validation",
      memory
        ? `${what}: the GPU (${device.label}) has no memory left for it`
        : `${what}: ${error.message}`,
    );
  }
}

/** Runs `work` and turns validation and memory errors of the device into an `EngineError`. */
export async function guarded<T>(
  device: GPUDevice,
  what: string,
  work: () => T,
): Promise<T> {
  device.pushErrorScope("validation");
  device.pushErrorScope("out-of-memory");
  let result: T;
  let scopes: Promise<GPUError | null>[];
  try {
    result = work();
  } finally {
    scopes = [device.popErrorScope(), device.popErrorScope()];
  }
  await caught(device, scopes, what);
  return result;
}

function compileMessage(
  { name, code }: Pick<Kernel, "name" | "code">,
  messages: readonly GPUCompilationMessage[],
): string {
  const lines = code.split("\n");
  return messages
    .map((message) => {
      const at = `${name}.wgsl:${message.lineNum}:${message.linePos}`;
      return `${at} ${message.message}\n  ${lines[message.lineNum - 1] ?? ""}`;
    })
    .join("\n");
}

/** Modules, layouts and pipelines of one device. */
export class KernelCache {
  readonly device: GPUDevice;
  readonly #modules = new Map<string, Promise<GPUShaderModule>>();
  readonly #pipelines = new Map<string, Promise<Built>>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  readonly #stepLayouts = new Map<number, GPUBindGroupLayout>();

  constructor(device: GPUDevice) {
    this.device = device;
  }

  /** Layout of group(1): a `step` uniform of `size` bytes with a dynamic offset. */
  stepLayout(size: number): GPUBindGroupLayout {
    let layout = this.#stepLayouts.get(size);
    if (!layout) {
      layout = this.device.createBindGroupLayout({
        label: "step",
        entries: [
          {
            binding: 0,
            visibility: GPUShaderStage.COMPUTE,
            buffer: {
              type: "uniform",
              hasDynamicOffset: true,
              minBindingSize: size,
            },
          },
        ],
      });
      this.#stepLayouts.set(size, layout);
    }
    return layout;
  }

  /** The compiled pipeline of `kernel` with `constants`, built once. */
  async pipeline(
    kernel: Kernel,
    constants: Constants = {},
  ): Promise<GPUComputePipeline> {
    return (await this.#build(kernel, constants)).pipeline;
  }

  /**
   * Binds tensors and shape.
   *
   * Throws an `EngineError` when the kernel does not compile or the device refuses the binding,
   * a plain `Error` when names do not match.
   */
  async prepare(spec: DispatchSpec): Promise<Dispatch> {
    const { kernel } = spec;
    const label = spec.label ?? kernel.name;
    const missing = kernel.bindings.filter(
      ({ name }) => !(name in spec.tensors),
    );
    const unknown = Object.keys(spec.tensors).filter(
      (name) => !kernel.bindings.some((binding) => binding.name === name),
    );
    if (missing.length + unknown.length > 0) {
      throw new Error(
        `${label}: tensors missing [${missing.map(({ name }) => name).join(", ")}], ` +
          `unknown [${unknown.join(", ")}]`,
      );
    }
    const { pipeline, layout } = await this.#build(
      kernel,
      spec.constants ?? {},
    );
    const entries: GPUBindGroupEntry[] = kernel.bindings.map(
      ({ name, binding }) => ({
        binding,
        resource: asBinding(spec.tensors[name]),
      }),
    );
    let shape: GPUBuffer | undefined;
    const group = await guarded(this.device, label, () => {
      if (kernel.shape) {
        const bytes = packUniform(kernel.shape, spec.shape ?? {});
        shape = this.device.createBuffer({
          label: `${label} shape`,
          size: bytes.byteLength,
          usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
        });
        this.device.queue.writeBuffer(shape, 0, bytes);
        entries.push({
          binding: kernel.shape.binding,
          resource: { buffer: shape },
        });
      }
      return this.device.createBindGroup({ label, layout, entries });
    });
    return {
      label,
      pipeline,
      group,
      stepped: kernel.step !== undefined,
      workgroups: spec.workgroups,
      ...(shape ? { shape } : {}),
    };
  }

  #build(kernel: Kernel, constants: Constants): Promise<Built> {
    const key = JSON.stringify([kernel.name, kernel.entryPoint, constants]);
    let built = this.#pipelines.get(key);
    if (!built) {
      built = this.#compile(kernel, constants);
      this.#pipelines.set(key, built);
    }
    return built;
  }

  async #compile(kernel: Kernel, constants: Constants): Promise<Built> {
    const lacking = kernel.features.filter(
      (feature) => !this.device.features.has(feature),
    );
    if (lacking.length > 0) {
      throw new EngineError(
        "device",
        `${kernel.name} needs ${lacking.join(", ")}`,
      );
    }
    for (const name of Object.keys(constants)) {
      if (!kernel.overrides.includes(name)) {
        throw new Error(`kernel ${kernel.name} has no override ${name}`);
      }
    }
    const { name, code } = kernel;
    const module = await this.#module(
      name,
      kernel.unrolled ? unroll(code, constants) : code,
    );
    const layout = this.#layout(kernel);
    const groups = [layout];
    if (kernel.step) groups.push(this.stepLayout(kernel.step.size));
    const what = `${kernel.name} ${JSON.stringify(constants)}`;
    try {
      const pipeline = await this.device.createComputePipelineAsync({
        label: what,
        layout: this.device.createPipelineLayout({
          label: what,
          bindGroupLayouts: groups,
        }),
        compute: {
          module,
          entryPoint: kernel.entryPoint,
          ...(kernel.unrolled ? {} : { constants: { ...constants } }),
        },
      });
      return { pipeline, layout };
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      throw new EngineError("compile", `pipeline ${what}: ${text}`, {
        cause: error,
      });
    }
  }

  #module(name: string, code: string): Promise<GPUShaderModule> {
    const existing = this.#modules.get(code);
    if (existing) return existing;
    const compile = async (): Promise<GPUShaderModule> => {
      // The scope keeps the browser from reporting what is thrown below.
      this.device.pushErrorScope("validation");
      const module = this.device.createShaderModule({
        label: name,
        code,
      });
      const scope = this.device.popErrorScope();
      const [info, error] = await Promise.all([
        module.getCompilationInfo(),
        scope,
      ]);
      const errors = info.messages.filter(
        (message) => message.type === "error",
      );
      if (errors.length > 0 || error) {
        throw new EngineError(
          "compile",
          errors.length > 0
            ? compileMessage({ name, code }, errors)
            : `${name}.wgsl: ${error?.message ?? "not compiled"}`,
        );
      }
      return module;
    };
    const promise = compile();
    this.#modules.set(code, promise);
    return promise;
  }

  #layout(kernel: Kernel): GPUBindGroupLayout {
    const entries: GPUBindGroupLayoutEntry[] = kernel.bindings.map(
      ({ binding, access }) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: access === "read" ? "read-only-storage" : "storage" },
      }),
    );
    if (kernel.shape) {
      entries.push({
        binding: kernel.shape.binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: "uniform", minBindingSize: kernel.shape.size },
      });
    }
    const key = JSON.stringify(entries);
    let layout = this.#layouts.get(key);
    if (!layout) {
      layout = this.device.createBindGroupLayout({
        label: kernel.name,
        entries,
      });
      this.#layouts.set(key, layout);
    }
    return layout;
  }
}

/** A tensor as a buffer range. */
export function asBinding(tensor: Tensor): GPUBufferBinding {
  return "buffer" in tensor ? tensor : { buffer: tensor };
}

/** Sets one dispatch on a pass; the caller has bound group(1) where `stepped`. */
export function encodeDispatch(
  pass: GPUComputePassEncoder,
  dispatch: Dispatch,
): void {
  pass.setPipeline(dispatch.pipeline);
  pass.setBindGroup(0, dispatch.group);
  pass.dispatchWorkgroups(...dispatch.workgroups);
}
