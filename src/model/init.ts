/** The start of a run: a function of the settings alone, the same for every engine and lane. */
import type { Settings } from "../experiment/config.ts";
import { normal } from "../math/rng.ts";
import { MODELS } from "./models.ts";
import type { ParamSet } from "./ops.ts";

/** Draws reserved for one weight tensor; also the most entries one may have. */
const DRAWS_PER_TENSOR = 2 ** 24;

/** log variances of the k units at step 0. Throws if a list of stds has neither 1 nor k entries. */
export function initialLogVar(
  settings: Pick<Settings, "latents" | "encoderVariance">,
): number[] {
  const { latents, encoderVariance } = settings;
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
 * Weights are initScale * normal draws, biases (names ending in B) 0. Entries are counted unit
 * by unit, each tensor in a range of its own: with another k, the units both sizes have start
 * the same.
 */
export function initialParams(settings: Settings, columns: number): ParamSet {
  const { seed, initScale } = settings;
  const params: Record<string, Float32Array> = {};
  let first = 0;
  for (const { name, shape } of MODELS[settings.model].params(
    settings,
    columns,
  )) {
    const [rows, cols] = shape;
    const values = new Float32Array(rows * cols);
    params[name] = values;
    if (name === "logVar") {
      values.set(initialLogVar(settings));
    } else if (!name.endsWith("B")) {
      if (values.length > DRAWS_PER_TENSOR) {
        throw new Error(
          `${name} has ${values.length} entries, expected at most ${DRAWS_PER_TENSOR}`,
        );
      }
      // A decoder weight has its units in columns, an encoder weight in rows.
      const byColumn = name.startsWith("dec");
      for (let row = 0; row < rows; row++) {
        for (let col = 0; col < cols; col++) {
          const draw = byColumn ? col * rows + row : row * cols + col;
          values[row * cols + col] =
            initScale * normal(seed, 0, "init", first + draw);
        }
      }
      first += DRAWS_PER_TENSOR;
    }
  }
  return params;
}
