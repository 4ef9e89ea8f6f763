/**
 * The global minimum of the two-level linear Markovian VAE's expected loss, where there is one in
 * closed form: Sigma1 isotropic and fixed, or learnable (see `mhvae-fixed.ts`, `mhvae-learnable.ts`).
 * Any numbers of latents. At y = x.
 */
import type { EncoderVariance } from "../experiment/config.ts";
import { fixedFirstLevel } from "./mhvae-fixed.ts";
import { kindOfBothLearnable, learnableFirstLevel } from "./mhvae-learnable.ts";
import { fillSlot } from "./mhvae-slots.ts";
import type { MhvaeSettings, Slot } from "./mhvae-slots.ts";
import {
  allEqual,
  ascends,
  criterion,
  klFloor,
  level,
  paddedTheta,
  PREDICTED,
  pairedStds,
  sum,
} from "./modes.ts";
import type { Spectrum } from "./modes.ts";
import type { LevelPrediction, Prediction } from "./prediction.ts";

const PAPER = "Dang et al., ICLR 2024";

const NOTES = {
  unbounded:
    "With both variances learnable and beta 2 below beta 1 the loss has no minimum: it keeps falling while z1 widens and z2 follows it, so the weights grow without end and there is nothing to converge to.",
  continuum:
    "With both variances learnable and beta 2 equal to beta 1 many optima share one loss, and where training starts decides which is reached: only the loss and how much each mode of z1 knows of x are predicted.",
  free: "The modes of z1 have unequal variances here, which leaves free how x is laid over them: z2, the loss and how much each mode of z1 knows of x are predicted, the weights of z1 are not.",
} as const;

/**
 * Throws unless all betas and etas are positive, lists of stds have 1 entry or one per latent, and
 * a fixed Sigma1 is isotropic; also where a variance is predicted from the input.
 */
export function predictMhvae(
  settings: MhvaeSettings,
  data: Spectrum,
): Prediction {
  const { beta, beta2, etaDec, encoderVariance } = settings;
  const slots = mhvaeSlots(settings, data);
  const kind = kindOf(settings);
  // With a learnable Sigma1 the values of z1 are those of S^(1/2) K, for K turned as it likes.
  const free =
    kind !== "optimum" ||
    (encoderVariance.kind === "learnable" &&
      !allEqual(slots.map(({ s }) => s)) &&
      !allEqual(slots.map(({ std1, s }) => std1 / Math.sqrt(s))));
  const first = firstLevel(slots, settings, free, kind);
  const second =
    kind === "optimum"
      ? secondLevel(slots, settings, free)
      : unknownLevel(settings.latents2);
  const squares = sum(slots.map(({ square, theta }) => square - theta * theta));
  const variance = etaDec * etaDec;
  const reconstruction =
    (data.columns / 2) * Math.log(2 * Math.PI * variance) +
    (data.energy + squares) / (2 * variance);
  const note = kind === "optimum" ? (free ? NOTES.free : null) : NOTES[kind];
  return {
    kind,
    ...(note !== null && { note }),
    levels: [first, second],
    theta: slots.map(({ theta }) => theta),
    threshold: first.criteria.map(({ threshold }) => threshold),
    omega: slots.map(({ omega }) => (kind === "optimum" ? omega : NaN)),
    lambda: first.encoder,
    std: first.std,
    klPerUnit: first.klPerUnit,
    unitsAligned: first.unitsAligned,
    activeUnits: first.activeUnits,
    collapsedUnits: first.collapsedUnits,
    loss:
      kind === "unbounded"
        ? -Infinity
        : // The minimizer the slots describe stands for all of a continuum.
          reconstruction +
          beta * sum(slots.map(({ kl1 }) => kl1)) +
          beta2 * secondKl(slots, settings),
    reconstruction: kind === "unbounded" ? NaN : reconstruction,
    kl: first.kl,
    kl2: second.kl,
    source: sourceOf(settings),
  };
}

/** A minimizer slot by slot, one slot for each z1 latent; also where it is not the only one. */
export function mhvaeSlots(settings: MhvaeSettings, data: Spectrum): Slot[] {
  const { beta, beta2, etaDec, etaEnc, latents, latents2 } = settings;
  if (!(beta > 0 && beta2 > 0 && etaDec > 0 && etaEnc > 0)) {
    throw new Error(
      `prediction: beta ${beta}, beta2 ${beta2}, etaDec ${etaDec}, etaEnc ${etaEnc}; expected all of them positive`,
    );
  }
  const std1 = fixedStds(settings.encoderVariance, latents);
  if (std1 && !allEqual(std1)) {
    throw new Error(
      `prediction: fixed stds ${std1.join(", ")} of z1; expected all of them equal`,
    );
  }
  const theta = paddedTheta(data, latents);
  const std2 = fixedStds(settings.encoderVariance2, latents2);
  const choices = std1
    ? fixedFirstLevel(theta, std1[0], std2, settings)
    : learnableFirstLevel(theta, std2, settings);
  return choices.map((choice) => fillSlot(choice, settings));
}

function fixedStds(
  variance: EncoderVariance,
  latents: number,
): number[] | null {
  if (variance.kind === "predicted") throw new Error(PREDICTED);
  return variance.kind === "fixed" ? pairedStds(variance.std, latents) : null;
}

function kindOf(settings: MhvaeSettings): Prediction["kind"] {
  const { encoderVariance, encoderVariance2 } = settings;
  return encoderVariance.kind === "learnable" &&
    encoderVariance2.kind === "learnable"
    ? kindOfBothLearnable(settings)
    : "optimum";
}

/** Level 1; where `free`, only what its modes know of x, which are dead and the sum of their KL. */
function firstLevel(
  slots: readonly Slot[],
  settings: MhvaeSettings,
  free: boolean,
  kind: Prediction["kind"],
): LevelPrediction {
  // A dead mode's zeros are known of a free optimum too: the rank is.
  const known = (value: number): number =>
    !free || (kind === "optimum" && value === 0) ? value : NaN;
  const kl = slots.map(({ kl1 }) => kl1);
  return level(
    {
      criteria: slots.map(({ criterion1 }) => criterion1),
      encoder: slots.map(({ lambda }) => known(lambda)),
      decoder: slots.map(({ u1 }) => known(u1)),
      std: slots.map(({ std1 }) => (free ? NaN : std1)),
      klPerUnit: free ? kl.map(() => NaN) : kl,
      information: slots.map(({ information1 }) => information1),
      // An isotropic Sigma1 leaves a rotation of z1 free.
      unitsAligned:
        !free &&
        (settings.encoderVariance.kind === "learnable" || slots.length === 1),
    },
    slots.filter(({ criterion1 }) => criterion1.alive).length,
    kind === "optimum" ? sum(kl) : NaN,
  );
}

/** Level 2: a slot for each z2 latent, dead beyond the z1 latents. */
function secondLevel(
  slots: readonly Slot[],
  settings: MhvaeSettings,
  free: boolean,
): LevelPrediction {
  const { etaEnc, latents, latents2, encoderVariance2 } = settings;
  const spare = spareStds(settings);
  const used = slots.flatMap((slot) =>
    slot.second ? [{ ...slot, second: slot.second }] : [],
  );
  const zeros = spare.map(() => 0);
  const std = [...used.map(({ second }) => second.std), ...spare];
  return level(
    {
      criteria: [
        ...used.map(({ second }) => second.criterion),
        ...spare.map((_, i) =>
          criterion("d_1", String(latents + i), latents, latents + i),
        ),
      ],
      encoder: [...used.map(({ w2 }) => w2), ...zeros],
      decoder: [...used.map(({ omega }) => omega), ...zeros],
      std,
      klPerUnit: [
        ...used.map(({ kl2 }) => kl2),
        ...spare.map((s) => klFloor(s, etaEnc)),
      ],
      information: [
        // How x is laid over the modes of z1 decides what z2 sees of it.
        ...used.map(({ information2, omega }) =>
          free && omega > 0 ? NaN : information2,
        ),
        ...zeros,
      ],
      unitsAligned:
        encoderVariance2.kind === "learnable" || latents2 === 1 || ascends(std),
    },
    used.filter(({ omega }) => omega > 0).length,
  );
}

/** Stds of the z2 latents beyond the z1 latents: the widest, as none is used. */
function spareStds(settings: MhvaeSettings): number[] {
  const { etaEnc, latents, latents2, encoderVariance2 } = settings;
  const std = fixedStds(encoderVariance2, latents2);
  const count = Math.max(0, latents2 - latents);
  return std ? std.slice(latents2 - count) : Array<number>(count).fill(etaEnc);
}

function secondKl(slots: readonly Slot[], settings: MhvaeSettings): number {
  const spare = spareStds(settings).map((s) => klFloor(s, settings.etaEnc));
  return sum(slots.map(({ kl2 }) => kl2)) + sum(spare);
}

/** A second level of which theory says nothing. */
function unknownLevel(latents: number): LevelPrediction {
  const unknown = Array<number>(latents).fill(NaN);
  return level(
    {
      criteria: [],
      encoder: unknown,
      decoder: unknown,
      std: unknown,
      klPerUnit: unknown,
      information: unknown,
      unitsAligned: false,
    },
    NaN,
  );
}

function sourceOf({
  encoderVariance,
  encoderVariance2,
}: MhvaeSettings): string {
  if (encoderVariance.kind === "learnable") {
    return `Derived in this project: the hierarchical model of ${PAPER} with learnable variance of the first level`;
  }
  if (encoderVariance2.kind !== "fixed") return `Theorem 3 (${PAPER})`;
  return allEqual(encoderVariance2.std)
    ? `Theorem 5 (${PAPER})`
    : `Derived in this project: the model of Theorem 5 (${PAPER}) with distinct fixed variances of the second level`;
}
