/** The start of a run: a function of the settings alone, the same for every engine and lane. */
import type { EncoderVariance, Settings } from "../experiment/config.ts";
import { normal } from "../math/rng.ts";
import { MODELS } from "./models.ts";
import type { ParamSet, ParamSpec } from "./ops.ts";

/** Draws reserved for one weight tensor; also the most entries one may have. */
const DRAWS_PER_TENSOR = 2 ** 24;
/** Draws reserved for a row or column between two levels: units both sizes have start the same. */
const DRAWS_PER_UNIT = 2 ** 12;

/** log variances of `latents` units at step 0. Throws if a list of stds has neither 1 nor as many entries. */
export function initialLogVar(
  latents: number,
  encoderVariance: EncoderVariance,
): number[] {
  const std =
    typeof encoderVariance.std === "number"
      ? [encoderVariance.std]
      : encoderVariance.std;
  if (std.length !== 1 && std.length !== latents) {
    throw new Error(
      `encoder std: got ${std.length} values, expected 1 or one per latent (${latents})`,
    );
  }
  return Array.from(
    { length: latents },
    (_, unit) => 2 * Math.log(std[unit % std.length]),
  );
}

/**
 * Initial tensors of a model, float32.
 *
 * Weights are initScale * normal draws, biases (names ending in B, B1 or B2) 0. Entries are counted
 * unit by unit, each tensor in a range of its own: with other numbers of units, those both
 * sizes have start the same.
 *
 * @param columns of x
 * @param outputs columns of y, where a conditional model has one
 */
export function initialParams(
  settings: Settings,
  columns: number,
  outputs = columns,
): ParamSet {
  const { latents, latents2, encoderVariance, encoderVariance2 } = settings;
  const params: Record<string, Float32Array> = {};
  let first = 0;
  for (const spec of MODELS[settings.model].params(
    settings,
    columns,
    outputs,
  )) {
    const { name, shape } = spec;
    const values = new Float32Array(shape[0] * shape[1]);
    params[name] = values;
    if (name === "logVar2") {
      values.set(initialLogVar(latents2, encoderVariance2));
    } else if (name.startsWith("logVar")) {
      values.set(initialLogVar(latents, encoderVariance));
    } else if (!/B[12]?$/.test(name)) {
      draw(values, spec, settings, first);
      first += DRAWS_PER_TENSOR;
    }
  }
  return params;
}

/** Fills a weight with draws `first`, `first` + 1, ... */
function draw(
  values: Float32Array,
  { name, shape }: ParamSpec,
  { seed, initScale }: Settings,
  first: number,
): void {
  const [rows, cols] = shape;
  // A decoder weight has its units in columns, an encoder weight in rows.
  const byColumn = name.startsWith("dec");
  const [units, inner] = byColumn ? [cols, rows] : [rows, cols];
  // Between levels the other side is made of units, too.
  const stride = name.endsWith("2") ? DRAWS_PER_UNIT : inner;
  if (units * stride > DRAWS_PER_TENSOR || inner > stride) {
    throw new Error(
      `${name} is [${rows}, ${cols}], expected at most ${DRAWS_PER_TENSOR} entries, and ${DRAWS_PER_UNIT} units a side between two levels`,
    );
  }
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const at = byColumn ? col * stride + row : row * stride + col;
      values[row * cols + col] =
        initScale * normal(seed, 0, "init", first + at);
    }
  }
}
