/**
 * Opens an adapter and a device, and says what they are.
 *
 * Not a wrapper around WebGPU: kernels and plans use the `GPUDevice` directly.
 */
import { EngineError } from "./errors.ts";
import { countMemory } from "./memory.ts";

export interface Gpu {
  readonly device: GPUDevice;
  /** "software" adapters (SwiftShader, llvmpipe, WARP) want other kernel shapes than hardware. */
  readonly tier: "hardware" | "software";
  /** CPU cores, to which software adapters deal workgroups. */
  readonly cores: number;
  /** Adapter in its own words, for people. */
  readonly adapter: string;
  readonly subgroups: boolean;
  readonly timestamps: boolean;
}

/** Where nobody tells. */
const CORES = 4;

const SOFTWARE =
  /swiftshader|llvmpipe|lavapipe|warp|basic render|software|\bcpu\b/i;

/**
 * Requests a hardware adapter, else a software one, and a device with the adapter's own limits
 * on buffer sizes (everything else stays inside WebGPU's defaults).
 *
 * A new adapter is asked for each time: a device consumes its adapter.
 *
 * @param cores `navigator.hardwareConcurrency`
 * @throws EngineError "no-adapter" if there is none, "device" if it gives no device.
 */
export async function openGpu(
  gpu: GPU | undefined,
  cores?: number,
): Promise<Gpu> {
  if (!gpu) throw new EngineError("no-adapter", "This browser has no WebGPU.");
  const adapter =
    (await gpu.requestAdapter({ powerPreference: "high-performance" })) ??
    (await gpu.requestAdapter({ forceFallbackAdapter: true }));
  if (!adapter) {
    throw new EngineError(
      "no-adapter",
      "This browser has WebGPU but offers no graphics adapter.",
    );
  }
  const features = (["subgroups", "timestamp-query"] as const).filter((name) =>
    adapter.features.has(name),
  );
  let device: GPUDevice;
  try {
    device = await adapter.requestDevice({
      label: "collapse-lab",
      requiredFeatures: features,
      requiredLimits: {
        maxBufferSize: adapter.limits.maxBufferSize,
        maxStorageBufferBindingSize: adapter.limits.maxStorageBufferBindingSize,
      },
    });
  } catch (cause) {
    throw new EngineError(
      "device",
      "The graphics adapter did not give a device.",
      { cause },
    );
  }
  countMemory(device);
  return describeDevice(device, adapter.info, cores);
}

/** Describes a device the caller opened (library use). */
export function describeDevice(
  device: GPUDevice,
  info: GPUAdapterInfo = device.adapterInfo,
  cores = CORES,
): Gpu {
  const words = [info.vendor, info.architecture, info.device, info.description]
    .filter((word) => word !== "")
    .join(" ");
  return {
    device,
    tier:
      info.isFallbackAdapter || SOFTWARE.test(words) ? "software" : "hardware",
    cores,
    adapter: summarize(info) || "unnamed adapter",
    subgroups: device.features.has("subgroups"),
    timestamps: device.features.has("timestamp-query"),
  };
}

/** The shortest telling name: the description if there is one, else vendor and architecture. */
function summarize(info: GPUAdapterInfo): string {
  const short = [info.vendor, info.architecture]
    .filter((word) => word !== "")
    .join(" ");
  if (info.description !== "" && info.description.length <= 48)
    return info.description;
  return short;
}
