/** How the output changes along each unit of a lane, the others as they are for one example. Worker side. */
import {
  asImages,
  decode,
  decode2,
  encodeExamples,
  pictureNoise,
  repeated,
  shownExamples,
  type LaneView,
} from "./picture.ts";
import { gatherRows, type Examples } from "./examples.ts";
import type { PictureRequest, TraversalReadout } from "./protocol.ts";

const STOPS = [-3, -2, -1, 0, 1, 2, 3];
/** Draws that mean and std of the first of two levels are estimated from. */
const PRIOR_DRAWS = 256;
/** Outputs decoded at a time. */
const ROWS = 512;

export type TraversalRequest = NonNullable<PictureRequest["traversals"]>;

/** Null where rows are no images, or the model has no such level. */
export async function readTraversals(
  step: number,
  lane: LaneView,
  { lane: index, example, level }: TraversalRequest,
): Promise<TraversalReadout | null> {
  const { input } = lane;
  const { image } = input.data;
  const { model, latents, latents2 } = input.settings;
  if (!image || (level === 2 && model !== "mhvae")) return null;
  const one = exampleOf(shownExamples(input), example);
  const units = level === 2 ? latents2 : latents;
  const encoded = await encodeExamples(lane, one);
  const at = (level === 2 ? encoded.mean2 : encoded.mean) ?? encoded.mean;
  const walk = walkUnits(at, await priorOf(lane, level));
  const images = await decodeWalk(lane, walk, level, one.inputs.x);
  return {
    step,
    lane: index,
    level,
    width: image.width,
    height: image.height,
    stops: STOPS,
    images,
    change: changes(images, units),
  };
}

function exampleOf({ count, inputs }: Examples, index: number): Examples {
  const row = [Math.min(Math.max(0, index), count - 1)];
  const of = (values: Float32Array): Float32Array =>
    gatherRows(values, values.length / count, row);
  return {
    count: 1,
    inputs: { x: of(inputs.x), ...(inputs.y && { y: of(inputs.y) }) },
  };
}

interface Prior {
  readonly mean: Float32Array;
  readonly std: Float32Array;
}

/** Mean and std of each unit before anything is seen; z1 of two levels depends on z2, which is drawn. */
async function priorOf(lane: LaneView, level: 1 | 2): Promise<Prior> {
  const { input } = lane;
  const { model, latents, latents2, etaEnc, etaDec } = input.settings;
  if (model !== "mhvae" || level === 2) {
    const units = level === 2 ? latents2 : latents;
    return {
      mean: new Float32Array(units),
      std: new Float32Array(units).fill(etaEnc),
    };
  }
  const z2 = pictureNoise(input, "latent2", PRIOR_DRAWS, latents2);
  const { prior } = await decode2(
    lane,
    z2.map((draw) => etaEnc * draw),
  );
  const mean = new Float32Array(latents);
  const square = new Float32Array(latents);
  prior.forEach((value, at) => (mean[at % latents] += value / PRIOR_DRAWS));
  prior.forEach((value, at) => {
    square[at % latents] += (value - mean[at % latents]) ** 2 / PRIOR_DRAWS;
  });
  return { mean, std: square.map((value) => Math.sqrt(value + etaDec ** 2)) };
}

/** Latents [units * stops, units]: rows of unit i differ from `at` in column i. */
function walkUnits(at: Float32Array, { mean, std }: Prior): Float32Array {
  const units = at.length;
  const walk = repeated(at, units * STOPS.length);
  for (let unit = 0; unit < units; unit++) {
    STOPS.forEach((stop, index) => {
      walk[(unit * STOPS.length + index) * units + unit] =
        mean[unit] + stop * std[unit];
    });
  }
  return walk;
}

async function decodeWalk(
  lane: LaneView,
  walk: Float32Array,
  level: 1 | 2,
  x: Float32Array,
): Promise<Float32Array> {
  const { input } = lane;
  const { latents, latents2 } = input.settings;
  const units = level === 2 ? latents2 : latents;
  const parts: Float32Array[] = [];
  for (let from = 0; from < walk.length; from += ROWS * units) {
    const z = walk.slice(from, from + ROWS * units);
    const given = repeated(x, z.length / units);
    const output =
      level === 2
        ? (await decode2(lane, z)).output
        : await decode(lane, z, input.data.y ? given : undefined);
    parts.push(asImages(input, output, given));
  }
  return joinParts(parts);
}

function joinParts(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Largest range of a pixel over each unit's stops. */
function changes(images: Float32Array, units: number): number[] {
  const row = images.length / units;
  const pixels = row / STOPS.length;
  return Array.from({ length: units }, (_, unit) => {
    let most = 0;
    for (let pixel = 0; pixel < pixels; pixel++) {
      let low = Infinity;
      let high = -Infinity;
      for (let stop = 0; stop < STOPS.length; stop++) {
        const value = images[unit * row + stop * pixels + pixel];
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
      most = Math.max(most, high - low);
    }
    return most;
  });
}
