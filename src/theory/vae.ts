/**
 * The global minimum of the linear VAE's expected loss, in closed form.
 *
 * Learnable encoder variance: Theorem 1 of Dang, Tran, Nguyen and Ho (ICLR 2024). Fixed
 * variance: the same model with Sigma held, by von Neumann's trace inequality applied to the
 * loss with the encoder eliminated. With a = etaDec^2, e = etaEnc^2, b = beta a and
 * c = etaDec / etaEnc:
 *
 *   learnable   omega^2 = (theta^2 - b) / e, lambda^2 = e (theta^2 - b) / theta^2, std^2 = e b / theta^2
 *   fixed       g = [theta - sqrt(beta) c s]+, omega^2 = sqrt(beta) c g / s, lambda^2 = s g / (sqrt(beta) c)
 */
import type { Settings } from "../experiment/config.ts";
import type { Prediction } from "./prediction.ts";

export type VaeSettings = Pick<
  Settings,
  "beta" | "etaDec" | "etaEnc" | "encoderVariance" | "latents"
>;

/** Spectrum of the data: all singular values (descending), E||x||^2 and the number of columns. */
export interface Spectrum {
  readonly theta: readonly number[];
  readonly energy: number;
  readonly columns: number;
}

/**
 * A theta meant to equal its threshold is computed from float32 data, good to 2^-24 = 6e-8
 * relative; within 1e-7 it counts as equal, and equality means collapsed.
 */
const EQUAL = 1 + 1e-7;

/** One direction of the optimum; `reconstruction` is its doubled share beyond energy / a. */
interface Mode {
  readonly threshold: number;
  readonly omega: number;
  readonly lambda: number;
  readonly std: number;
  readonly kl: number;
  readonly reconstruction: number;
}

/** Throws unless beta and both etas are positive and a list of stds has 1 or `latents` entries. */
export function predictVae(settings: VaeSettings, data: Spectrum): Prediction {
  const { beta, etaDec, etaEnc, encoderVariance, latents } = settings;
  if (!(beta > 0 && etaDec > 0 && etaEnc > 0)) {
    throw new Error(
      `prediction: beta ${beta}, etaDec ${etaDec}, etaEnc ${etaEnc}; expected all of them positive`,
    );
  }
  const theta = Array.from({ length: latents }, (_, i) => data.theta[i] ?? 0);
  const modes =
    encoderVariance.kind === "learnable"
      ? theta.map((t) => learnableMode(t, settings))
      : pairedStds(encoderVariance.std, latents).map((s, i) =>
          fixedMode(theta[i], s, settings),
        );
  const activeUnits = modes.filter(({ omega }) => omega > 0).length;
  const variance = etaDec * etaDec;
  const kl = sum(modes.map((mode) => mode.kl));
  const reconstruction =
    (data.columns / 2) * Math.log(2 * Math.PI * variance) +
    (data.energy / variance + sum(modes.map((mode) => mode.reconstruction))) /
      2;
  return {
    theta,
    threshold: modes.map((mode) => mode.threshold),
    omega: modes.map((mode) => mode.omega),
    lambda: modes.map((mode) => mode.lambda),
    std: modes.map((mode) => mode.std),
    klPerUnit: modes.map((mode) => mode.kl),
    unitsAligned: unitsAligned(modes, encoderVariance.kind),
    activeUnits,
    collapsedUnits: latents - activeUnits,
    loss: reconstruction + beta * kl,
    reconstruction,
    kl,
    source:
      encoderVariance.kind === "learnable"
        ? "Theorem 1 (Dang et al., ICLR 2024)"
        : "Derived in this project: the model of Theorem 1 (Dang et al., ICLR 2024) with fixed encoder variance",
  };
}

function learnableMode(
  theta: number,
  { beta, etaDec, etaEnc }: VaeSettings,
): Mode {
  const threshold = Math.sqrt(beta) * etaDec;
  if (theta <= threshold * EQUAL) {
    return {
      threshold,
      omega: 0,
      lambda: 0,
      std: etaEnc,
      kl: 0,
      reconstruction: 0,
    };
  }
  const ratio = threshold / theta;
  const gap = (theta - threshold) * (theta + threshold);
  return {
    threshold,
    omega: Math.sqrt(gap) / etaEnc,
    lambda: (etaEnc * Math.sqrt(gap)) / theta,
    std: etaEnc * ratio,
    kl: -Math.log(ratio),
    reconstruction: -gap / (etaDec * etaDec),
  };
}

function fixedMode(
  theta: number,
  std: number,
  { beta, etaDec, etaEnc }: VaeSettings,
): Mode {
  const scale = (Math.sqrt(beta) * etaDec) / etaEnc;
  const threshold = scale * std;
  const gap = theta <= threshold * EQUAL ? 0 : theta - threshold;
  const lambda = Math.sqrt((std * gap) / scale);
  return {
    threshold,
    omega: Math.sqrt((scale * gap) / std),
    lambda,
    std,
    kl: (lambda / etaEnc) ** 2 / 2 + klFloor(std, etaEnc),
    reconstruction: -(gap * theta) / (etaDec * etaDec),
  };
}

/** KL in nats of a unit with this std that does not depend on x: 1/2 (s^2/e - 1 - ln(s^2/e)). */
export function klFloor(std: number, etaEnc: number): number {
  const ratio = (std / etaEnc) ** 2;
  return (ratio - 1 - Math.log(ratio)) / 2;
}

/** One std per latent, ascending: the i-th smallest std pairs with the i-th largest theta. */
function pairedStds(std: readonly number[], latents: number): number[] {
  if (std.length !== 1 && std.length !== latents) {
    throw new Error(
      `encoder std: got ${std.length} values, expected 1 or one per latent (${latents})`,
    );
  }
  return Array.from({ length: latents }, (_, i) => std[i % std.length]).sort(
    (a, b) => a - b,
  );
}

/**
 * Equal fixed stds leave a rotation of their units free, which moves KL between them. With a
 * learnable std only equal thetas do, and then all units concerned have the same KL: the split
 * is fixed even so.
 */
function unitsAligned(
  modes: readonly Mode[],
  kind: "learnable" | "fixed",
): boolean {
  return (
    kind === "learnable" ||
    modes.every(({ std }, i) => i === 0 || std > modes[i - 1].std)
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
