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
import {
  allEqual,
  ascends,
  criterion,
  gaussianKl,
  level,
  paddedTheta,
  PREDICTED,
  pairedStds,
  sum,
} from "./modes.ts";
import type { Spectrum } from "./modes.ts";
import type { Criterion, Prediction } from "./prediction.ts";

export type VaeSettings = Pick<
  Settings,
  "beta" | "etaDec" | "etaEnc" | "encoderVariance" | "latents"
>;

/** One direction of the optimum; `reconstruction` is its doubled share beyond energy / a. */
interface Mode {
  readonly criterion: Criterion;
  readonly omega: number;
  readonly lambda: number;
  readonly std: number;
  readonly kl: number;
  readonly reconstruction: number;
}

/**
 * Throws unless beta and both etas are positive, a list of stds has 1 or `latents` entries and the
 * variance is not predicted from the input.
 */
export function predictVae(settings: VaeSettings, data: Spectrum): Prediction {
  const { beta, etaDec, etaEnc, encoderVariance, latents } = settings;
  if (!(beta > 0 && etaDec > 0 && etaEnc > 0)) {
    throw new Error(
      `prediction: beta ${beta}, etaDec ${etaDec}, etaEnc ${etaEnc}; expected all of them positive`,
    );
  }
  if (encoderVariance.kind === "predicted") throw new Error(PREDICTED);
  const theta = paddedTheta(data, latents);
  const modes =
    encoderVariance.kind === "learnable"
      ? theta.map((t, i) => learnableMode(i, t, settings))
      : fixedModes(theta, pairedStds(encoderVariance.std, latents), settings);
  const variance = etaDec * etaDec;
  const first = level(
    {
      criteria: modes.map((mode) => mode.criterion),
      encoder: modes.map((mode) => mode.lambda),
      decoder: modes.map((mode) => mode.omega),
      std: modes.map((mode) => mode.std),
      klPerUnit: modes.map((mode) => mode.kl),
      information: modes.map(
        ({ lambda, std }) => Math.log1p((lambda / std) ** 2) / 2,
      ),
      // Equal fixed stds leave a rotation of their units free, which moves KL between them. With
      // a learnable std only equal thetas do, and then all units concerned have the same KL: the
      // split is fixed even so.
      unitsAligned:
        encoderVariance.kind === "learnable" ||
        ascends(modes.map(({ std }) => std)),
    },
    modes.filter(({ omega }) => omega > 0).length,
  );
  const reconstruction =
    (data.columns / 2) * Math.log(2 * Math.PI * variance) +
    (data.energy / variance + sum(modes.map((mode) => mode.reconstruction))) /
      2;
  return {
    kind: "optimum",
    levels: [first],
    theta,
    threshold: first.criteria.map(({ threshold }) => threshold),
    omega: first.decoder,
    lambda: first.encoder,
    std: first.std,
    klPerUnit: first.klPerUnit,
    unitsAligned: first.unitsAligned,
    activeUnits: first.activeUnits,
    collapsedUnits: first.collapsedUnits,
    loss: reconstruction + beta * first.kl,
    reconstruction,
    kl: first.kl,
    kl2: 0,
    source:
      encoderVariance.kind === "learnable"
        ? "Theorem 1 (Dang et al., ICLR 2024)"
        : "Derived in this project: the model of Theorem 1 (Dang et al., ICLR 2024) with fixed encoder variance",
  };
}

function learnableMode(
  index: number,
  theta: number,
  { beta, etaDec, etaEnc }: VaeSettings,
): Mode {
  const threshold = Math.sqrt(beta) * etaDec;
  const passed = criterion(
    `\\theta_{${index + 1}}`,
    String.raw`\sqrt{\beta} \, \eta_{dec}`,
    theta,
    threshold,
  );
  if (!passed.alive) {
    return {
      criterion: passed,
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
    criterion: passed,
    omega: Math.sqrt(gap) / etaEnc,
    lambda: (etaEnc * Math.sqrt(gap)) / theta,
    std: etaEnc * ratio,
    kl: -Math.log(ratio),
    reconstruction: -gap / (etaDec * etaDec),
  };
}

function fixedModes(
  theta: readonly number[],
  stds: readonly number[],
  { beta, etaDec, etaEnc }: VaeSettings,
): Mode[] {
  const scale = (Math.sqrt(beta) * etaDec) / etaEnc;
  const isotropic = allEqual(stds);
  return stds.map((std, i) => {
    const threshold = scale * std;
    const name = isotropic ? String.raw`\sigma` : `\\sigma_{${i + 1}}`;
    const passed = criterion(
      `\\theta_{${i + 1}}`,
      String.raw`\sqrt{\beta} \, ${name} \, \eta_{dec} / \eta_{enc}`,
      theta[i],
      threshold,
    );
    const gap = passed.alive ? theta[i] - threshold : 0;
    const lambda = Math.sqrt((std * gap) / scale);
    return {
      criterion: passed,
      omega: Math.sqrt((scale * gap) / std),
      lambda,
      std,
      kl: gaussianKl(lambda * lambda, std, etaEnc),
      reconstruction: -(gap * theta[i]) / (etaDec * etaDec),
    };
  });
}
