/** The start of a run: a function of the settings alone, the same for every engine and lane. */
import type { EncoderVariance, Settings } from "../experiment/config.ts";
import { normal } from "../math/rng.ts";
import { MODELS } from "./models.ts";
import type { ParamSet } from "./ops.ts";
import type { DataShape, Init, ModelParam } from "./param.ts";

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
 * Drawn tensors count their entries each in a range of its own, those of `normal` start unit by
 * unit: with other numbers of units, those both sizes have start the same.
 */
export function initialParams(settings: Settings, shape: DataShape): ParamSet {
  const { latents, latents2, encoderVariance, encoderVariance2 } = settings;
  const params: Record<string, Float32Array> = {};
  let first = 0;
  for (const spec of MODELS[settings.model].params(settings, shape)) {
    const { name, init } = spec;
    const values = new Float32Array(spec.shape[0] * spec.shape[1]);
    params[name] = values;
    if (init.kind === "logVar") {
      values.set(
        init.level === 2
          ? initialLogVar(latents2, encoderVariance2)
          : initialLogVar(latents, encoderVariance),
      );
    } else if (init.kind !== "zero") {
      if (init.kind === "normal") draw(values, spec, init, settings, first);
      else drawFanIn(values, spec, init, settings.seed, first);
      first += DRAWS_PER_TENSOR;
    }
  }
  return params;
}

/** Fills a tensor with draws `first`, `first` + 1, ... by unit. */
function draw(
  values: Float32Array,
  { name, shape }: ModelParam,
  { units: axis, between = false }: Init & { kind: "normal" },
  { seed, initScale }: Settings,
  first: number,
): void {
  const [rows, cols] = shape;
  const byColumn = axis === "columns";
  const [units, inner] = byColumn ? [cols, rows] : [rows, cols];
  // Between levels the other side is made of units, too.
  const stride = between ? DRAWS_PER_UNIT : inner;
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

function drawFanIn(
  values: Float32Array,
  { name }: ModelParam,
  { fanIn, gain }: Init & { kind: "fan-in" },
  seed: number,
  first: number,
): void {
  if (values.length > DRAWS_PER_TENSOR) {
    throw new Error(
      `${name} has ${values.length} entries, expected at most ${DRAWS_PER_TENSOR}`,
    );
  }
  const std = Math.sqrt(gain / fanIn);
  for (let at = 0; at < values.length; at++) {
    values[at] = std * normal(seed, 0, "init", first + at);
  }
}
