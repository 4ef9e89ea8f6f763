/** What a kernel must know of a model of an ensemble: its settings as the WGSL `Model` struct. */
import type { Settings } from "../experiment/config.ts";

/** The settings that matter to the exact estimator. */
export type ExactSettings = Pick<
  Settings,
  "beta" | "etaDec" | "etaEnc" | "encoderVariance" | "optimizer" | "latents"
>;

/** One model of an ensemble. */
export interface EnsembleModel {
  readonly settings: ExactSettings;
  /** Which of the ensemble's spectra it trains on. */
  readonly spectrum: number;
  /** Number of columns of the data, D. */
  readonly columns: number;
  /** tr A over all directions, kept or not. */
  readonly energy: number;
}

/** Bytes of the struct; its fields in order, four bytes each. */
export const MODEL_BYTES = 48;
export const MODEL_FIELDS = [
  "running",
  "adam",
  "spectrum",
  "slot",
  "invA",
  "invE",
  "beta",
  "learningRate",
  "learnable",
  "latents",
  "reconstructionConstant",
  "klConstant",
] as const;

export type ModelRecord = Readonly<
  Record<(typeof MODEL_FIELDS)[number], number>
>;

const INTEGERS: ReadonlySet<string> = new Set([
  "running",
  "adam",
  "spectrum",
  "slot",
  "latents",
]);

/**
 * The struct's values.
 *
 * @param kept sum of the eigenvalues the kernel sees; the rest is a constant of the loss
 * @param offset first entry of the model's spectrum
 */
export function modelRecord(
  { settings, columns, energy }: EnsembleModel,
  at: {
    readonly kept: number;
    readonly offset: number;
    readonly slot: number;
    readonly running: boolean;
  },
): ModelRecord {
  const a = settings.etaDec ** 2;
  const e = settings.etaEnc ** 2;
  return {
    running: at.running ? 1 : 0,
    adam: settings.optimizer.kind === "adam" ? 1 : 0,
    spectrum: at.offset,
    slot: at.slot,
    invA: 1 / a,
    invE: 1 / e,
    beta: settings.beta,
    learningRate: settings.optimizer.learningRate,
    learnable: settings.encoderVariance.kind === "learnable" ? 1 : 0,
    latents: settings.latents,
    reconstructionConstant:
      (energy - at.kept) / (2 * a) + (columns / 2) * Math.log(2 * Math.PI * a),
    klConstant: (settings.latents / 2) * (Math.log(e) - 1),
  };
}

/** The struct's bytes. */
export function packModel(record: ModelRecord): ArrayBuffer {
  const bytes = new ArrayBuffer(MODEL_BYTES);
  const view = new DataView(bytes);
  MODEL_FIELDS.forEach((field, index) => {
    if (INTEGERS.has(field)) view.setUint32(4 * index, record[field], true);
    else view.setFloat32(4 * index, record[field], true);
  });
  return bytes;
}
