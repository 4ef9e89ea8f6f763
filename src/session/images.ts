/**
 * A few examples and what each lane makes of them: reconstructions by the posterior mean and by a
 * draw, and draws from the prior; in a conditional model, completions of the known part with z
 * drawn from the prior. Worker side.
 */
import type { LaneInput } from "../engine/stepper.ts";
import type { Examples } from "./examples.ts";
import {
  asImages,
  decode,
  decode2,
  encodeExamples,
  originals,
  pictureNoise,
  repeated,
  shownExamples,
  type LaneView,
} from "./picture.ts";
import type { ImageReadout } from "./protocol.ts";

/** Completions beyond the first. */
const FURTHER = 2;

interface LaneImages {
  readonly reconstructions: Float32Array;
  readonly draws: Float32Array;
  readonly samples?: Float32Array;
}

/** Null unless every lane's data are images of one size, split alike. */
export async function readImages(
  step: number,
  lanes: readonly LaneView[],
): Promise<ImageReadout | null> {
  const { input } = lanes[0];
  const { data } = input;
  const { image } = data;
  const shape = shapeOf(input);
  if (!image || lanes.some((lane) => shapeOf(lane.input) !== shape))
    return null;
  const given = data.parts && new Uint8Array(image.width * image.height);
  for (const pixel of data.parts?.x ?? []) given?.fill(1, pixel, pixel + 1);
  const drawn: LaneImages[] = [];
  for (const lane of lanes) drawn.push(await imagesOf(lane));
  const samples = drawn.flatMap((one) => (one.samples ? [one.samples] : []));
  return {
    step,
    width: image.width,
    height: image.height,
    ...(given && { given }),
    inputs: originals(input, shownExamples(input)),
    reconstructions: drawn.map(({ reconstructions }) => reconstructions),
    draws: drawn.map(({ draws }) => draws),
    ...(samples.length === lanes.length && { samples }),
  };
}

/** Only of images of one shape and split are lanes shown side by side. */
function shapeOf({ data }: LaneInput): string {
  return JSON.stringify([data.columns, data.image, data.parts?.x]);
}

async function imagesOf(lane: LaneView): Promise<LaneImages> {
  const examples = shownExamples(lane.input);
  return lane.input.data.y
    ? completions(lane, examples)
    : reconstructions(lane, examples);
}

async function completions(
  lane: LaneView,
  { count, inputs: { x } }: Examples,
): Promise<LaneImages> {
  const { input } = lane;
  const z = priorDraws(input, count * (1 + FURTHER));
  const given = repeated(x, 1 + FURTHER);
  const all = asImages(input, await decode(lane, z, given), given);
  const first = all.length / (1 + FURTHER);
  return { reconstructions: all.slice(0, first), draws: all.slice(first) };
}

async function reconstructions(
  lane: LaneView,
  examples: Examples,
): Promise<LaneImages> {
  const { input } = lane;
  const { x } = examples.inputs;
  const { mean, output } = await encodeExamples(lane, examples);
  return {
    reconstructions: asImages(input, await decode(lane, mean), x),
    draws: asImages(input, output, x),
    samples: asImages(input, await samplesOf(lane, examples.count), x),
  };
}

/** Outputs at draws from the prior. */
async function samplesOf(lane: LaneView, count: number): Promise<Float32Array> {
  const { input } = lane;
  const { model, latents, latents2, etaDec, etaEnc } = input.settings;
  if (model !== "mhvae") return decode(lane, priorDraws(input, count));
  const z2 = pictureNoise(input, "latent2", count, latents2);
  const { prior } = await decode2(
    lane,
    z2.map((draw) => etaEnc * draw),
  );
  const noise = pictureNoise(input, "latent", count, latents);
  return decode(
    lane,
    prior.map((mean, at) => mean + etaDec * noise[at]),
  );
}

/** z from N(0, etaEnc^2 I), [count, latents]. */
function priorDraws(input: LaneInput, count: number): Float32Array {
  const { latents, etaEnc } = input.settings;
  return pictureNoise(input, "latent", count, latents).map(
    (draw) => etaEnc * draw,
  );
}
