/** Posterior means of two units over some examples, coloured by label on the page. Worker side. */
import type { LaneInput } from "../engine/stepper.ts";
import { someExamples, type Examples } from "./examples.ts";
import type { LaneView } from "./picture.ts";
import type { PictureRequest, ScatterReadout } from "./protocol.ts";

const COUNT = 1000;

export type ScatterRequest = NonNullable<PictureRequest["scatter"]>;

/** Labels are sent where all lanes' points have the same. */
export async function readScatter(
  step: number,
  lanes: readonly LaneView[],
  { level, units }: ScatterRequest,
): Promise<ScatterReadout> {
  const points: Float32Array[] = [];
  for (const lane of lanes) points.push(await pointsOf(lane, level, units));
  const labels = commonLabels(lanes.map(({ input }) => examplesOf(input)));
  return { step, level, units, points, ...(labels && { labels }) };
}

function examplesOf({ data, settings }: LaneInput): Examples {
  return someExamples(data, COUNT, settings.seed);
}

async function pointsOf(
  { input, params, passes }: LaneView,
  level: 1 | 2,
  units: readonly [number, number],
): Promise<Float32Array> {
  const { model, latents, latents2, seed } = input.settings;
  const width = level === 2 ? latents2 : latents;
  const known = level === 1 || model === "mhvae";
  if (!known || units.some((unit) => unit < 0 || unit >= width))
    return new Float32Array(0);
  const { count, inputs } = examplesOf(input);
  const mark = level === 2 ? "mean2" : "mean";
  const { values } = await passes.evaluate({
    pass: "forward",
    params,
    count,
    inputs,
    seed,
    step: 0,
    read: [mark],
  });
  const means = values[mark] ?? new Float32Array(0);
  const out = new Float32Array(2 * count);
  for (let row = 0; row < count; row++) {
    out[2 * row] = means[row * width + units[0]];
    out[2 * row + 1] = means[row * width + units[1]];
  }
  return out;
}

function commonLabels(examples: readonly Examples[]): Uint8Array | undefined {
  const [{ labels }] = examples;
  const same = examples.every(
    (other) =>
      other.labels?.length === labels?.length &&
      other.labels?.every((label, at) => label === labels?.[at]) !== false,
  );
  return same ? labels : undefined;
}
