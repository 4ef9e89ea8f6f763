/**
 * What a lane that no moments tell of (a network, a Bernoulli likelihood) does with examples: terms of its
 * loss and what its levels carry, from passes over them. Worker side.
 */
import type { LaneInput } from "../engine/stepper.ts";
import type { Mark } from "../model/ops.ts";
import { isLinear } from "../model/param.ts";
import {
  summarizeFirstLevel,
  summarizePosterior,
  summarizeSecondLevel,
  type FirstLevelDraw,
  type Posteriors,
  type PosteriorSummary,
} from "../reference/posterior.ts";
import type { Examples } from "./examples.ts";
import type { LaneView } from "./picture.ts";

/** Whether the data's moments tell all of a lane: a linear model with Gaussian noise. */
export function toldByMoments({
  settings,
}: Pick<LaneInput, "settings">): boolean {
  return isLinear(settings) && settings.likelihood === "gaussian";
}

export interface PosteriorMeasurement {
  readonly examples: number;
  /** Unweighted terms, nats per example. */
  readonly reconstruction: number;
  readonly kl: number;
  readonly kl2: number;
  /** One or two, the first nearest the data. */
  readonly levels: readonly PosteriorSummary[];
}

/** Draws of z1 for each example: a second level's data is told from its noise by them. */
const DRAWS = 2;
/** Examples of a pass, before others get a turn. */
const SLICE = 512;
/** Draws of the passes that measure; no training reaches this step. */
const MEASURE_STEP = 0xfffffff0;

type Columns = Partial<Record<Mark, Float32Array>>;

/** A pass over all `examples`, as columns put together. */
class Draw {
  readonly #count: number;
  readonly values: Columns = {};
  reconstruction = 0;

  constructor(count: number) {
    this.#count = count;
  }

  add(from: number, values: Columns, nats: Float32Array): void {
    for (const [name, part] of Object.entries(values)) {
      const mark = name as Mark;
      const all = this.values[mark];
      const width = part.length / nats.length;
      const column = all ?? new Float32Array(this.#count * width);
      column.set(part, from * width);
      this.values[mark] = column;
    }
    for (const one of nats) this.reconstruction += one / this.#count;
  }

  of(mark: Mark): Float32Array {
    const values = this.values[mark];
    if (!values) throw new Error(`a pass left out "${mark}"`);
    return values;
  }

  get first(): FirstLevelDraw {
    const [mean, logVar] = [this.of("mean"), this.of("logVar")];
    return { mean, logVar, z: this.of("z"), prior: this.of("prior") };
  }

  get second(): Posteriors {
    return { mean: this.of("mean2"), logVar: this.of("logVar2") };
  }
}

/** Null if `left` says meanwhile that nobody wants it any more. */
export async function measureExamples(
  { input, params, passes }: LaneView,
  { count, inputs }: Examples,
  left: () => boolean = () => false,
): Promise<PosteriorMeasurement | null> {
  const { model, seed } = input.settings;
  const two = model === "mhvae";
  const draws = Array.from({ length: two ? DRAWS : 1 }, () => new Draw(count));
  for (let from = 0; from < count; from += SLICE) {
    const to = Math.min(count, from + SLICE);
    for (const [index, draw] of draws.entries()) {
      if (left()) return null;
      const { values, reconstruction } = await passes.evaluate({
        pass: "forward",
        params,
        count: to - from,
        inputs: slice(inputs, count, from, to),
        // Every slice and draw has noise of its own.
        seed: (seed + from) >>> 0,
        step: MEASURE_STEP + index,
        read: two
          ? ["mean", "logVar", "z", "prior", "mean2", "logVar2"]
          : ["mean", "logVar"],
      });
      draw.add(from, values, reconstruction ?? new Float32Array(to - from));
    }
  }
  return left() ? null : summarizeDraws(input, count, draws);
}

function slice(
  { x, y }: Examples["inputs"],
  count: number,
  from: number,
  to: number,
): Examples["inputs"] {
  const part = (all: Float32Array): Float32Array => {
    const width = all.length / count;
    return all.subarray(from * width, to * width);
  };
  return { x: part(x), ...(y && { y: part(y) }) };
}

function summarizeDraws(
  { settings }: LaneInput,
  count: number,
  draws: readonly Draw[],
): PosteriorMeasurement {
  const { model, latents, latents2, etaDec, etaEnc } = settings;
  const levels =
    model === "mhvae"
      ? [
          summarizeFirstLevel(
            draws.map(({ first }) => first),
            count,
            latents,
            etaDec ** 2,
          ),
          summarizeSecondLevel(
            draws.map(({ second }) => second),
            count,
            latents2,
            etaEnc ** 2,
          ),
        ]
      : [
          summarizePosterior(
            { mean: draws[0].of("mean"), logVar: draws[0].of("logVar") },
            count,
            latents,
            etaEnc ** 2,
          ),
        ];
  const sums = levels.map(({ klPerUnit }) =>
    klPerUnit.reduce((sum, value) => sum + value, 0),
  );
  return {
    examples: count,
    reconstruction:
      draws.reduce((sum, draw) => sum + draw.reconstruction, 0) / draws.length,
    kl: sums[0],
    kl2: sums.at(1) ?? 0,
    levels,
  };
}
