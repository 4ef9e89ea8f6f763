/**
 * Passes through the lanes of a run: an evaluator for each kind of model among them, made when
 * first asked for. On the device where there is one; else, and where it refuses, in float64.
 */
import type {
  EvaluateRequest,
  Evaluation,
  Evaluator,
} from "../engine/evaluator.ts";
import type { LaneInput } from "../engine/stepper.ts";
import type { Settings } from "../experiment/config.ts";
import { dataShape, isLinear, type DataShape } from "../model/param.ts";
import { ReferenceEvaluator } from "../reference/evaluator.ts";

/** A request but for what the lane's settings say. */
export type LaneRequest = Omit<EvaluateRequest, "settings">;

export interface LanePasses {
  readonly computedOn: "webgpu" | "cpu";
  /** Rejects when the run is over, or the device is lost. */
  evaluate(request: LaneRequest): Promise<Evaluation>;
}

/** Makes an evaluator on the device; rejects when the device refuses. */
export type MakeEvaluator = (
  settings: Settings,
  shape: DataShape,
) => Promise<Evaluator>;

export class PassSource {
  readonly #make: MakeEvaluator | null;
  readonly #known = new Map<string, Promise<Held>>();
  #destroyed = false;
  #spent = 0;

  /** @param make none: everything in float64 */
  constructor(make: MakeEvaluator | null) {
    this.#make = make;
  }

  /** Milliseconds that passes have taken so far of what they were computed on. */
  get spent(): number {
    return this.#spent;
  }

  /** For much work. */
  of(input: LaneInput): Promise<LanePasses> {
    return this.#passes(input, this.#make);
  }

  /** For a few rows: a linear model is quicker on the CPU than the way to the GPU and back. */
  forFew(input: LaneInput): Promise<LanePasses> {
    return this.#passes(input, isLinear(input.settings) ? null : this.#make);
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

  async #passes(
    input: LaneInput,
    make: MakeEvaluator | null,
  ): Promise<LanePasses> {
    if (this.#destroyed)
      throw new Error("the run whose passes these are is over");
    const key = `${make ? "gpu" : "cpu"} ${structureOf(input)}`;
    const made = this.#known.get(key) ?? create(input, make);
    this.#known.set(key, made);
    const { evaluator, computedOn } = await made;
    const { etaDec } = input.settings;
    return {
      computedOn,
      evaluate: async (request) => {
        const found = await evaluator.evaluate({
          ...request,
          settings: { etaDec },
        });
        this.#spent += found.milliseconds;
        return found;
      },
    };
  }
}

interface Held {
  readonly evaluator: Evaluator;
  readonly computedOn: LanePasses["computedOn"];
}

async function create(
  input: LaneInput,
  make: MakeEvaluator | null,
): Promise<Held> {
  const { settings, data } = input;
  if (make) {
    try {
      return {
        evaluator: await make(settings, dataShape(data)),
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
