/**
 * Log-likelihood of held-out examples by importance sampling: draws from q by forward passes, some
 * at a time, as training may go on beside it. Worker side.
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
/**
 * Examples and draws of each in a request: as many whatever the device, since noise goes by a row's
 * place in its request.
 */
const BLOCK = 256;
const DRAWS = 4;
/** Progress is told this often at most. */
const TELL_MS = 250;
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
  const say = (progress: number): void => {
    const { mean, error, monteCarloError, effectiveSamples } = sums.estimate();
    tell({
      lane: lane.lane,
      step: lane.step,
      on,
      examples: rows.length,
      samples,
      progress,
      ...{ mean, error, monteCarloError, effectiveSamples },
      ...(exact !== null && { exact }),
    });
  };
  if (left()) return;
  say(0);
  let told = performance.now();
  let done = 0;
  let step = SAMPLE_STEP;
  for (let first = 0; first < rows.length; first += BLOCK) {
    const block = gather(data, rows.subarray(first, first + BLOCK));
    for (let drawn = 0; drawn < samples; drawn += DRAWS) {
      const draws = Math.min(DRAWS, samples - drawn);
      const weights = await weightsOf(lane, block, draws, step++);
      if (left()) return;
      for (let draw = 0; draw < draws; draw++) {
        const from = draw * block.count;
        sums.add(weights.subarray(from, from + block.count), first);
      }
      done += draws * block.count;
      if (performance.now() - told < TELL_MS) continue;
      say(Math.min(done / (samples * rows.length), 1 - Number.EPSILON));
      told = performance.now();
    }
  }
  say(1);
}

/** ln w of every example for each of the draws, [draws * examples]. */
async function weightsOf(
  { input, params, passes }: LikelihoodLane,
  { count, inputs }: Examples,
  draws: number,
  step: number,
): Promise<Float64Array> {
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
    step,
    read: two
      ? ["mean", "logVar", "z", "mean2", "logVar2", "z2", "prior"]
      : ["mean", "logVar", "z"],
  });
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

function given<T>(value: T | undefined): T {
  if (value === undefined)
    throw new Error("a pass left out what was asked of it");
  return value;
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
