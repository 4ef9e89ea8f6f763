/**
 * Which engine trains: a hardware adapter, else a software one, else the float64 reference; and
 * the self-check that an adapter has to pass before it is trusted. Worker side.
 */
import { GpuBackend } from "../engine/gpu-backend.ts";
import { openGpu, type Gpu } from "../engine/gpu.ts";
import type { Checkpoint } from "../engine/scheduler.ts";
import { TERMS, type Backend, type LaneInput } from "../engine/stepper.ts";
import type { Network, Settings } from "../experiment/config.ts";
import { DEFAULT_CONFIG } from "../experiment/schema.ts";
import { ReferenceBackend } from "../reference/trainer.ts";
import type { EngineInfo } from "./protocol.ts";
import { LaneData } from "./lane-data.ts";

export type EnginePreference = "auto" | "cpu";

const CPU: Omit<EngineInfo, "reason"> = {
  kind: "cpu",
  tier: "cpu",
  adapter: "float64 on the CPU",
  selfCheck: "skipped",
};

/**
 * Relative difference of a loss allowed in the self-check. Float32 sums over at most a few
 * hundred terms differ from float64 by about 1e-5; a wrong kernel differs by far more.
 */
const SELF_CHECK_TOLERANCE = 1e-3;
const SELF_CHECK_STEPS = 3;
/** A device's loss is announced within this time of the first failing call. */
export const LOSS_GRACE_MS = 1000;

/** Two losses of the device within this time, and the CPU takes over. */
const LOSS_WINDOW_MS = 10_000;

/** Holds the device in use and opens another when it is lost. */
export class EngineChoice {
  readonly #navigatorGpu: GPU | undefined;
  readonly #onLost: () => void;
  #preference: EnginePreference;
  #gpu: Gpu | null = null;
  #info: EngineInfo | null = null;
  readonly #checked = new Set<CheckedKind>();
  #lastLoss = -Infinity;

  constructor(
    navigatorGpu: GPU | undefined,
    preference: EnginePreference,
    onLost: () => void,
  ) {
    this.#navigatorGpu = navigatorGpu;
    this.#preference = preference;
    this.#onLost = onLost;
  }

  /** The device in use; none on the CPU. */
  get gpu(): Gpu | null {
    return this.#gpu;
  }

  get info(): EngineInfo | null {
    return this.#info;
  }

  /** From now on the CPU reference, and why. */
  useCpu(reason: string, selfCheck: EngineInfo["selfCheck"] = "skipped"): void {
    this.#preference = "cpu";
    this.#gpu?.device.destroy();
    this.#gpu = null;
    this.#info = { ...CPU, reason, selfCheck };
  }

  /**
   * The lost device is gone; the next `createBackend` asks for another, or takes the CPU when that
   * keeps happening.
   */
  replaceLost(): void {
    const now = performance.now();
    const again = now - this.#lastLoss < LOSS_WINDOW_MS;
    this.#lastLoss = now;
    this.#gpu = null;
    this.#info = null;
    this.#checked.clear();
    if (again) this.useCpu("The GPU was lost twice within ten seconds.");
  }

  /**
   * Builds the lanes on the best engine there is; never fails for want of a GPU.
   *
   * @param checkpoint where a run that was cut off goes on. The GPU takes it up from a snapshot
   *   of its own; the CPU from these tensors, its optimizer moments beginning anew.
   */
  async createBackend(
    inputs: readonly LaneInput[],
    checkpoint: Checkpoint | null = null,
  ): Promise<Backend> {
    const onCpu = (): Backend =>
      checkpoint
        ? new ReferenceBackend(
            inputs.map((input, lane) => ({
              ...input,
              initial: checkpoint.params[lane],
            })),
            checkpoint.step,
          )
        : new ReferenceBackend(inputs);
    const gpu = await this.#open();
    if (!gpu) return onCpu();
    try {
      await this.#selfCheck(
        gpu,
        new Set(inputs.map(({ settings }) => kindOf(settings))),
      );
      if (this.#preference !== "cpu")
        return await GpuBackend.create(gpu, inputs);
    } catch (error) {
      const lost = await Promise.race([
        gpu.device.lost,
        new Promise<null>((resolve) =>
          setTimeout(resolve, LOSS_GRACE_MS, null),
        ),
      ]);
      if (lost) return this.createBackend(inputs, checkpoint);
      this.useCpu(`The GPU could not run this: ${messageOf(error)}`);
    }
    return onCpu();
  }

  async #open(): Promise<Gpu | null> {
    if (this.#preference === "cpu") {
      this.#info ??= {
        ...CPU,
        reason: "Asked for in the address (engine=cpu).",
      };
      return null;
    }
    if (this.#gpu) return this.#gpu;
    try {
      const cores =
        "navigator" in globalThis ? navigator.hardwareConcurrency : undefined;
      const gpu = await openGpu(this.#navigatorGpu, cores);
      this.#gpu = gpu;
      this.#info = {
        kind: "webgpu",
        tier: gpu.tier,
        adapter: gpu.adapter,
        selfCheck: "skipped",
      };
      void gpu.device.lost.then(({ reason }) => {
        if (reason !== "destroyed" && this.#gpu === gpu) this.#onLost();
      });
      return gpu;
    } catch (error) {
      this.useCpu(messageOf(error));
      return null;
    }
  }

  /** Trains a tiny problem on the GPU and in float64; a wrong answer moves to the CPU. */
  async #selfCheck(gpu: Gpu, kinds: ReadonlySet<CheckedKind>): Promise<void> {
    for (const kind of kinds) {
      if (this.#checked.has(kind)) continue;
      const inputs = await tinyProblem(kind);
      const measured = await tinyLosses(await GpuBackend.create(gpu, inputs));
      const expected = await tinyLosses(new ReferenceBackend(inputs));
      const wrong = measured.findIndex(
        (loss, index) =>
          !(
            Math.abs(loss - expected[index]) <=
            SELF_CHECK_TOLERANCE * Math.abs(expected[index])
          ),
      );
      if (wrong >= 0) {
        this.useCpu(
          `This browser's GPU gave a wrong answer to a test sum (${measured[wrong]} instead of ${expected[wrong]}), so the CPU is used.`,
          "failed",
        );
        return;
      }
      this.#checked.add(kind);
    }
    if (this.#info) this.#info = { ...this.#info, selfCheck: "passed" };
  }
}

/** What runs by kernels of its own. */
type CheckedKind = "exact" | "sampled" | "dense" | "conv";

function kindOf({ estimator, network }: Settings): CheckedKind {
  if (estimator === "exact") return "exact";
  if (network.kind === "conv") return "conv";
  return network.hidden.length > 0 ? "dense" : "sampled";
}

const TINY_NETWORKS: Readonly<Record<CheckedKind, Network>> = {
  exact: { kind: "dense", hidden: [] },
  sampled: { kind: "dense", hidden: [] },
  dense: { kind: "dense", hidden: [6] },
  conv: { kind: "conv", channels: [4], hidden: [6] },
};

async function tinyProblem(kind: CheckedKind): Promise<LaneInput[]> {
  const hidden = kind === "dense" || kind === "conv";
  const base: Settings = {
    ...DEFAULT_CONFIG.base,
    data:
      kind === "conv"
        ? { kind: "digits8" }
        : { kind: "spectrum", theta: [2, 1.5, 1, 0.7, 0.3] },
    rows: 33,
    latents: 3,
    batchSize: 7,
    estimator: kind === "exact" ? "exact" : "sampled",
    network: TINY_NETWORKS[kind],
    biases: hidden,
  };
  const data = new LaneData();
  const lanes: Settings[] = [
    { ...base, encoderVariance: { kind: "learnable", std: 0.8 } },
    {
      ...base,
      encoderVariance: hidden
        ? { kind: "predicted", std: 0.5 }
        : { kind: "fixed", std: [0.5] },
    },
  ];
  return Promise.all(
    lanes.map((settings) => data.prepare(settings, () => undefined)),
  );
}

async function tinyLosses(backend: Backend): Promise<number[]> {
  try {
    await backend.run(0, SELF_CHECK_STEPS);
    const { terms } = await backend.read(0);
    return Array.from(terms).filter((_, index) => index % TERMS === 0);
  } finally {
    backend.destroy();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
