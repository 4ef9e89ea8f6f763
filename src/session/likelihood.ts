/**
 * Log-likelihood of held-out examples by importance sampling: draws from q by forward passes, a few
 * thousand at a time, as training may go on beside it. Worker side.
 */
import { secondMoments } from "../data/moments.ts";
import type { Dataset, Moments } from "../data/dataset.ts";
import type { LaneInput } from "../engine/stepper.ts";
import type { ParamSet } from "../model/ops.ts";
import {
  ImportanceSums,
  logWeights,
  type ImportanceDraw,
} from "../reference/importance.ts";
import { meanLogLikelihood } from "../reference/likelihood.ts";
import type { LanePasses } from "./passes.ts";
import { chooseRows, gather, type Examples } from "./examples.ts";
import { repeated } from "./picture.ts";
import { toldByMoments } from "./posterior.ts";
import type { LikelihoodReadout } from "./protocol.ts";

/** Examples that an estimate is made of at most. */
export const MOST_EXAMPLES = 2000;
/** Examples worked on together. */
const BLOCK = 250;
/** Time that a request should take, ms: what waits behind it waits that long. */
const REQUEST_MS = 50;
const FIRST_REQUEST = 256;
const MOST_REQUEST = 2 ** 14;
/** Draws of importance samples begin at this step, which no training reaches. */
const SAMPLE_STEP = 0x80000000;

/** A trained lane whose likelihood is asked for. */
export interface LikelihoodLane {
  readonly lane: number;
  readonly step: number;
  readonly input: LaneInput;
  readonly params: ParamSet;
  readonly passes: LanePasses;
}

/** The examples that an estimate is made of. */
export interface LikelihoodExamples {
  readonly on: LikelihoodReadout["on"];
  readonly data: Dataset;
  readonly rows: Int32Array;
}

/** Those held out, or all where none are; `MOST_EXAMPLES` of them. */
export function likelihoodExamples(input: LaneInput): LikelihoodExamples {
  const { data, test, settings } = input;
  const from = test ?? data;
  return {
    on: test ? "test" : "training",
    data: from,
    rows: chooseRows(from.rows, MOST_EXAMPLES, settings.seed),
  };
}

/**
 * Tells how it goes, last with `progress` 1; nothing more once `left` says that nobody wants it.
 *
 * @param samples importance samples for each example, at least 1
 */
export async function estimateLikelihood(
  lane: LikelihoodLane,
  samples: number,
  tell: (readout: LikelihoodReadout) => void,
  left: () => boolean = () => false,
): Promise<void> {
  const { on, data, rows } = likelihoodExamples(lane.input);
  const examples = gather(data, rows);
  const exact = await exactLikelihood(lane, examples);
  const sums = new ImportanceSums(rows.length);
  const say = (done: number): void => {
    const { mean, error, monteCarloError, effectiveSamples } = sums.estimate();
    tell({
      lane: lane.lane,
      step: lane.step,
      on,
      examples: rows.length,
      samples,
      progress: done / rows.length,
      ...{ mean, error, monteCarloError, effectiveSamples },
      ...(exact !== null && { exact }),
    });
  };
  if (left()) return;
  say(0);
  const sampler = new Sampler(lane);
  for (let first = 0; first < rows.length; first += BLOCK) {
    const end = Math.min(rows.length, first + BLOCK);
    const block = gather(data, rows.subarray(first, end));
    for (let drawn = 0; drawn < samples;) {
      if (left()) return;
      const draws = await sampler.draw(block, samples - drawn);
      for (const weights of draws) sums.add(weights, first);
      drawn += draws.length;
    }
    if (left()) return;
    say(end);
  }
}

/** Importance weights of examples; requests grow or shrink to `REQUEST_MS`. */
class Sampler {
  readonly #lane: LikelihoodLane;
  #rows = FIRST_REQUEST;
  #requests = 0;

  constructor(lane: LikelihoodLane) {
    this.#lane = lane;
  }

  /** ln w of every example, for one draw or more, `most` at most. */
  async draw(examples: Examples, most: number): Promise<Float64Array[]> {
    const { count } = examples;
    const draws = Math.min(most, Math.max(1, Math.floor(this.#rows / count)));
    const started = performance.now();
    const weights = await this.#weights(examples, draws);
    const took = Math.max(1, performance.now() - started);
    const scale = Math.min(2, Math.max(0.25, REQUEST_MS / took));
    this.#rows = Math.min(MOST_REQUEST, Math.ceil(draws * count * scale));
    return Array.from({ length: draws }, (_, at) =>
      weights.subarray(at * count, (at + 1) * count),
    );
  }

  async #weights(
    { count, inputs }: Examples,
    draws: number,
  ): Promise<Float64Array> {
    const { input, params, passes } = this.#lane;
    const { settings } = input;
    const two = settings.model === "mhvae";
    const { values, reconstruction } = await passes.evaluate({
      pass: "forward",
      params,
      count: count * draws,
      inputs: {
        x: repeated(inputs.x, draws),
        ...(inputs.y && { y: repeated(inputs.y, draws) }),
      },
      seed: settings.seed,
      step: SAMPLE_STEP + this.#requests++,
      read: two
        ? ["mean", "logVar", "z", "mean2", "logVar2", "z2", "prior"]
        : ["mean", "logVar", "z"],
    });
    const given = <T>(value: T | undefined): T => {
      if (value === undefined)
        throw new Error("a pass left out what was asked of it");
      return value;
    };
    const draw: ImportanceDraw = {
      reconstruction: given(reconstruction),
      z: given(values.z),
      mean: given(values.mean),
      logVar: given(values.logVar),
      ...(two && {
        second: {
          z2: given(values.z2),
          mean2: given(values.mean2),
          logVar2: given(values.logVar2),
          prior: given(values.prior),
        },
      }),
    };
    return logWeights(settings, draw);
  }
}

/** Of the very examples that are sampled; null where there is no closed form. */
async function exactLikelihood(
  { input, params }: LikelihoodLane,
  { count, inputs: { x, y } }: Examples,
): Promise<number | null> {
  if (!toldByMoments(input)) return null;
  const { settings, data } = input;
  const { biases } = settings;
  if (!y || !data.y) {
    const moments = await momentsOf(x, count, biases);
    return meanLogLikelihood(params, { settings, moments });
  }
  // Given x, y - U2 x has the distribution of a VAE's x.
  const { outputs } = data.y;
  const residual = lessMap(y, params.decUx, x, count);
  return meanLogLikelihood(
    { ...params, decU: params.decUz },
    {
      settings: { ...settings, model: "vae" },
      moments: await momentsOf(residual, count, biases, outputs),
    },
  );
}

/** As much of the moments as the likelihood needs: no eigenbasis. */
async function momentsOf(
  values: Float32Array,
  rows: number,
  centered: boolean,
  columns = values.length / rows,
): Promise<Moments> {
  const { mean, matrix } = await secondMoments(
    rows,
    [{ columns, values }],
    centered,
  );
  let energy = 0;
  for (let c = 0; c < columns; c++) energy += matrix[c * (columns + 1)];
  const none = new Float64Array(0);
  return {
    rows,
    columns,
    centered,
    mean,
    matrix,
    energy,
    eigenvalues: none,
    eigenvectors: none,
    rank: 0,
  };
}

/** y - U x by rows; U is [outputs, inputs]. */
function lessMap(
  y: Float32Array,
  map: Float32Array,
  x: Float32Array,
  count: number,
): Float32Array {
  const [outputs, inputs] = [y.length / count, x.length / count];
  return y.map((value, at) => {
    const row = Math.floor(at / outputs);
    const output = at % outputs;
    let sum = 0;
    for (let j = 0; j < inputs; j++)
      sum += map[output * inputs + j] * x[row * inputs + j];
    return value - sum;
  });
}
