/** What pictures of a lane are made with: its examples as images, and passes to outputs as images. Worker side. */
import type { LaneInput } from "../engine/stepper.ts";
import { normal, type Stream } from "../math/rng.ts";
import type { ParamSet } from "../model/ops.ts";
import type { LanePasses } from "./passes.ts";
import { gather, type Examples } from "./examples.ts";

/** Examples shown. */
const COUNT = 10;
/** Draws for pictures come from here, the same in every lane and at every step of training. */
const PICTURE_STEP = 0xffffffff;

/** A lane at one step of its training. */
export interface LaneView {
  readonly input: LaneInput;
  readonly params: ParamSet;
  readonly passes: LanePasses;
}

/** The examples shown: the first of each label, or the first few. */
export function shownExamples({ data }: LaneInput): Examples {
  const { rows, labels } = data;
  const all = Array.from(
    { length: Math.min(rows, COUNT) },
    (_, index) => index,
  );
  const first = labels
    ? all.map((label) => labels.indexOf(label)).filter((row) => row >= 0)
    : [];
  return gather(data, first.length === COUNT ? first : all);
}

/** Standard normal draws [count, width], `copy` telling one such set from another. */
export function pictureNoise(
  { settings }: LaneInput,
  stream: Stream,
  count: number,
  width: number,
  copy = 0,
): Float32Array {
  const first = copy * count * width;
  return Float32Array.from({ length: count * width }, (_, at) =>
    normal(settings.seed, PICTURE_STEP, stream, first + at),
  );
}

/** The forward pass of examples: posterior means of both levels, and outputs by a draw. */
export async function encodeExamples(
  { input, params, passes }: LaneView,
  { count, inputs }: Examples,
): Promise<{
  readonly mean: Float32Array;
  readonly mean2?: Float32Array;
  readonly output: Float32Array;
}> {
  const { settings } = input;
  const { values } = await passes.evaluate({
    pass: "forward",
    params,
    count,
    inputs,
    seed: settings.seed,
    step: PICTURE_STEP,
    read:
      settings.model === "mhvae"
        ? ["mean", "mean2", "output"]
        : ["mean", "output"],
  });
  return {
    mean: read(values.mean),
    ...(values.mean2 && { mean2: values.mean2 }),
    output: read(values.output),
  };
}

/** What latents (of the first level, with a conditional model's x) are decoded to. */
export async function decode(
  { input, params, passes }: LaneView,
  z: Float32Array,
  x?: Float32Array,
): Promise<Float32Array> {
  const { seed, latents } = input.settings;
  const { values } = await passes.evaluate({
    pass: "decode",
    params,
    count: z.length / latents,
    inputs: x ? { z, x } : { z },
    seed,
    step: PICTURE_STEP,
    read: ["output"],
  });
  return read(values.output);
}

/** What latents of the second level are decoded to, and the mean of the first level on the way. */
export async function decode2(
  { input, params, passes }: LaneView,
  z2: Float32Array,
): Promise<{ readonly prior: Float32Array; readonly output: Float32Array }> {
  const { seed, latents2 } = input.settings;
  const { values } = await passes.evaluate({
    pass: "decode2",
    params,
    count: z2.length / latents2,
    inputs: { z2 },
    seed,
    step: PICTURE_STEP,
    read: ["prior", "output"],
  });
  return { prior: read(values.prior), output: read(values.output) };
}

function read(values: Float32Array | undefined): Float32Array {
  if (!values) throw new Error("a pass left out what was asked of it");
  return values;
}

/**
 * Outputs as images [count, height * width]: probabilities of a Bernoulli likelihood, beside what
 * was given in a conditional model.
 *
 * @param given x of each output, [count, columns]
 */
export function asImages(
  { data, settings }: LaneInput,
  output: Float32Array,
  given: Float32Array,
): Float32Array {
  const mean =
    settings.likelihood === "bernoulli"
      ? output.map((logit) => 1 / (1 + Math.exp(-logit)))
      : output;
  return data.y ? joined(data, given, mean) : mean;
}

/** The examples themselves, [count, height * width]. */
export function originals(
  { data }: LaneInput,
  { inputs }: Examples,
): Float32Array {
  return inputs.y ? joined(data, inputs.x, inputs.y) : inputs.x;
}

/** x and y where they lie in the image. */
function joined(
  { parts, columns, y }: LaneInput["data"],
  given: Float32Array,
  completion: Float32Array,
): Float32Array {
  const outputs = y?.outputs ?? 0;
  const count = given.length / columns;
  const width = columns + outputs;
  const out = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    parts?.x.forEach((pixel, at) => {
      out[row * width + pixel] = given[row * columns + at];
    });
    parts?.y.forEach((pixel, at) => {
      out[row * width + pixel] = completion[row * outputs + at];
    });
  }
  return out;
}

/** `values` again and again. */
export function repeated(values: Float32Array, times: number): Float32Array {
  const out = new Float32Array(values.length * times);
  for (let copy = 0; copy < times; copy++)
    out.set(values, copy * values.length);
  return out;
}
