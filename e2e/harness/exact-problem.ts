/** Problems for the exact estimator; no GPU, so that tests outside the page can use them. */
import type {
  EncoderVariance,
  Optimizer,
  Settings,
} from "../../src/experiment/config.ts";
import { NEUTRAL } from "../../src/experiment/neutral.ts";

/** A lane whose data already is in its eigenbasis. */
export interface ExactProblem {
  /** Eigenvalues, descending; trailing zeros are null directions. */
  readonly phi: readonly number[];
  readonly latents: number;
  /** [k, D] and [D, k] */
  readonly encW: readonly number[];
  readonly decU: readonly number[];
  readonly logVar: readonly number[];
  readonly beta: number;
  readonly etaDec: number;
  readonly etaEnc: number;
  readonly encoderVariance: EncoderVariance;
  readonly optimizer: Optimizer;
}

export function settingsOf(problem: ExactProblem): Settings {
  const { phi, latents, beta, etaDec, etaEnc } = problem;
  return {
    ...NEUTRAL,
    model: "vae",
    data: { kind: "spectrum", theta: phi.map(Math.sqrt) },
    rows: 1000,
    scaling: "none",
    latents,
    beta,
    etaDec,
    etaEnc,
    encoderVariance: problem.encoderVariance,
    latents2: 1,
    beta2: 1,
    encoderVariance2: { kind: "learnable", std: 1 },
    condition: { kind: "correlated" },
    correlation: [0],
    biases: false,
    estimator: "exact",
    optimizer: problem.optimizer,
    batchSize: 1,
    initScale: 0.1,
    seed: 1,
    steps: 1000,
    pace: 0,
  };
}
