/**
 * Passes through the lanes of a run: an evaluator for each kind of model among them, made when
 * first asked for. On the GPU where there is one; else, and where it refuses, in float64. Worker side.
 */
import type {
  EvaluateRequest,
  Evaluation,
  Evaluator,
} from "../engine/evaluator.ts";
import { GpuEvaluator } from "../engine/evaluate.ts";
import type { Gpu } from "../engine/gpu.ts";
import type { LaneInput } from "../engine/stepper.ts";
import { dataShape, isLinear } from "../model/param.ts";
import { ReferenceEvaluator } from "../reference/evaluator.ts";

/** A request but for what the lane's settings say. */
export type LaneRequest = Omit<EvaluateRequest, "settings">;

export interface LanePasses {
  readonly computedOn: "webgpu" | "cpu";
  /** Rejects when the run is over, or the device is lost. */
  evaluate(request: LaneRequest): Promise<Evaluation>;
}

export class Evaluators {
  readonly #gpu: Gpu | null;
  readonly #known = new Map<string, Promise<Held>>();
  #destroyed = false;

  /** @param gpu none: everything in float64 */
  constructor(gpu: Gpu | null) {
    this.#gpu = gpu;
  }

  /** For much work. */
  of(input: LaneInput): Promise<LanePasses> {
    return this.#passes(input, this.#gpu);
  }

  /** For a few rows: a linear model is quicker on the CPU than the way to the GPU and back. */
  forFew(input: LaneInput): Promise<LanePasses> {
    return this.#passes(input, isLinear(input.settings) ? null : this.#gpu);
  }

  /** Passes under way are rejected. */
  destroy(): void {
    this.#destroyed = true;
    for (const held of this.#known.values()) {
      held.then(
        ({ evaluator }) => {
          evaluator.destroy();
        },
        () => undefined,
      );
    }
    this.#known.clear();
  }

  async #passes(input: LaneInput, gpu: Gpu | null): Promise<LanePasses> {
    if (this.#destroyed)
      throw new Error("the run whose passes these are is over");
    const key = `${gpu ? "gpu" : "cpu"} ${structureOf(input)}`;
    const made = this.#known.get(key) ?? create(input, gpu);
    this.#known.set(key, made);
    const { evaluator, computedOn } = await made;
    const { etaDec } = input.settings;
    return {
      computedOn,
      evaluate: (request) =>
        evaluator.evaluate({ ...request, settings: { etaDec } }),
    };
  }
}

interface Held {
  readonly evaluator: Evaluator;
  readonly computedOn: LanePasses["computedOn"];
}

async function create(input: LaneInput, gpu: Gpu | null): Promise<Held> {
  const { settings, data } = input;
  if (gpu) {
    try {
      return {
        evaluator: await GpuEvaluator.create(gpu, settings, dataShape(data)),
        computedOn: "webgpu",
      };
    } catch {
      // No room, say: slower, but the same numbers.
    }
  }
  return {
    evaluator: new ReferenceEvaluator(settings, dataShape(data)),
    computedOn: "cpu",
  };
}

/** Equal of lanes whose passes differ in tensors' values only. */
function structureOf({ settings, data }: LaneInput): string {
  const {
    model,
    network,
    activation,
    maps,
    likelihood,
    latents,
    latents2,
    biases,
    encoderVariance,
    encoderVariance2,
  } = settings;
  return JSON.stringify([
    [model, network, activation, maps, likelihood, latents, latents2, biases],
    [encoderVariance.kind, encoderVariance2.kind],
    dataShape(data),
  ]);
}
