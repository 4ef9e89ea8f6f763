/**
 * One level of latents of a lane as the pictures show it: what is drawn as a mode's bar, what
 * stands beside it, and the KL of its units; measured and predicted, for every kind of model.
 *
 * A VAE and a conditional VAE have one level, whose bars are the decoder's singular values. At the
 * first level of a hierarchical model the bars are the encoder's, lambda, since the decoder
 * undoes it; at the second the decoder's again, omega. A network has no singular values: its
 * bars are the KL of its units, largest first, against the linear model's KL of each mode.
 */
import type { EncoderVariance, Settings } from "../experiment/config.ts";
import type { LevelReadout } from "../session/protocol.ts";
import type { LaneState } from "../session/store.ts";
import type { Criterion, LevelPrediction } from "../theory/prediction.ts";
import { guideOf, isNetwork } from "./networks.ts";
import { informative, waterline } from "./waterline.ts";

/** Singular values of one matrix. */
export interface Values {
  readonly symbol: string;
  /** Level's number written below the symbol, or 0. */
  readonly index: number;
  readonly spoken: string;
  /** Descending; null before the first measurement. */
  readonly measured: readonly number[] | null;
  /** In theta order; NaN where theory leaves a value free, null without a prediction. */
  readonly predicted: readonly number[] | null;
}

export interface LevelView {
  readonly lane: LaneState;
  /** 0 or 1. */
  readonly level: number;
  readonly latents: number;
  /** Modes of the data (of the residual in a conditional model) that latents may take, descending. */
  readonly theta: readonly number[];
  readonly variance: EncoderVariance;
  readonly bars: Values;
  /** Shown in the table only. */
  readonly beside: Values | null;
  /** Waterline of each mode in units of theta; null where theta does not decide. */
  readonly lines: readonly number[] | null;
  /** Length of a bar of value 1, in units of theta. */
  readonly scale: number;
  readonly measured: LevelReadout | null;
  readonly predicted: LevelPrediction | null;
  /** What theory says of the linear model, where it says nothing of this lane: `bars.predicted` is its. */
  readonly guide: LevelPrediction | null;
  /** Bars are the KL of units, in nats, not singular values in units of theta. */
  readonly network: boolean;
}

export function levelCount(settings: Settings): number {
  return settings.model === "mhvae" ? 2 : 1;
}

/** The most levels of any lane. */
export function mostLevels(lanes: readonly LaneState[]): number {
  return Math.max(1, ...lanes.map((lane) => levelCount(lane.settings)));
}

/** The first level is also in the read-out's own fields: what an older measurement has of it. */
function readoutOf(lane: LaneState, level: number): LevelReadout | null {
  const { readout } = lane;
  if (!readout) return null;
  if (levelCount(lane.settings) > 1) return readout.levels.at(level) ?? null;
  const { omega, lambda, std, klPerUnit, klPerAxis } = readout;
  return {
    encoder: lambda,
    decoder: omega,
    std,
    klPerUnit,
    klPerAxis,
    information: readout.levels.at(0)?.information ?? NaN,
    activeModes: readout.activeModes,
    activeUnits: readout.activeUnits,
    dead: readout.dead,
  };
}

function thetaOf(lane: LaneState, level: number): readonly number[] {
  const { settings } = lane;
  const known =
    lane.prediction?.theta ?? lane.guide?.theta ?? lane.data?.theta ?? [];
  const latents = level === 0 ? settings.latents : settings.latents2;
  if (isNetwork(settings) && known.length > 0)
    return Array.from({ length: latents }, (_, i) => known.at(i) ?? 0);
  if (level > 0 && latents > known.length) {
    // Latents beyond the first level's modes have no mode of the data.
    return [...known, ...new Array<number>(latents - known.length).fill(0)];
  }
  return known.slice(0, latents);
}

const descending = (values: readonly number[]) =>
  values.toSorted((a, b) => b - a);

/** Level `level` of a lane, or its only one. */
export function levelView(lane: LaneState, wanted: number): LevelView {
  const { settings } = lane;
  const level = Math.min(wanted, levelCount(settings) - 1);
  const two = levelCount(settings) > 1;
  const measured = readoutOf(lane, level);
  const predicted = lane.prediction?.levels.at(level) ?? null;
  const guide = guideOf(lane)?.levels.at(level) ?? null;
  const theory = predicted ?? guide;
  const network = isNetwork(settings);
  // In the place of a Bernoulli likelihood the linear model is that of a quarter of the logits.
  const quarter = !two && settings.likelihood === "bernoulli";
  const encoder = {
    measured: measured?.encoder ?? null,
    predicted: theory?.encoder ?? null,
  };
  const decoder = {
    measured:
      measured?.decoder.map((omega) => (quarter ? omega / 4 : omega)) ?? null,
    predicted: theory?.decoder ?? null,
  };
  const latents = level === 0 ? settings.latents : settings.latents2;
  const theta = thetaOf(lane, level);
  const common = {
    lane,
    level,
    latents,
    theta,
    variance:
      level === 0 ? settings.encoderVariance : settings.encoderVariance2,
    lines:
      network || lane.theoryHidden
        ? null
        : waterline(settings, theta.length, level),
    scale: network || (two && level === 0) ? 1 : settings.etaEnc,
    measured,
    predicted,
    guide,
    network,
  };
  if (network) {
    return {
      ...common,
      bars: {
        symbol: "KL",
        index: two ? level + 1 : 0,
        spoken: "KL of the unit in nats",
        measured: measured ? descending(measured.klPerUnit) : null,
        predicted: guide ? descending(guide.klPerUnit) : null,
      },
      beside: null,
    };
  }
  if (!two) {
    return {
      ...common,
      bars: quarter
        ? { ...decoder, symbol: "ω/4", index: 0, spoken: "omega over four" }
        : { ...decoder, symbol: "ω", index: 0, spoken: "omega" },
      beside:
        settings.model === "cvae"
          ? { ...encoder, symbol: "λ", index: 0, spoken: "lambda" }
          : null,
    };
  }
  return level === 0
    ? {
        ...common,
        bars: { ...encoder, symbol: "λ", index: 0, spoken: "lambda" },
        beside: { ...decoder, symbol: "u", index: 1, spoken: "u 1" },
      }
    : {
        ...common,
        bars: { ...decoder, symbol: "ω", index: 0, spoken: "omega" },
        beside: { ...encoder, symbol: "w", index: 2, spoken: "w 2" },
      };
}

/** Whether theory says that mode `i` of the level lives; null where it does not say. */
export function predictedAlive(view: LevelView, i: number): boolean | null {
  const criterion: Criterion | undefined = view.predicted?.criteria[i];
  if (criterion) return criterion.alive;
  const value = view.bars.predicted?.[i];
  return value === undefined || Number.isNaN(value) ? null : value > 0;
}

/** Nats below which a number reads 0.00. */
const NOTHING = 0.005;

/**
 * Whether a second level spends nats on z1 that say next to nothing of x: it follows the first
 * level's noise. Measured, or predicted before the first measurement; null if it does not.
 */
export function noiseOnly(
  view: LevelView,
): { readonly kl: number; readonly information: number } | null {
  if (view.level === 0) return null;
  const { lane, measured, predicted } = view;
  const kl = measured ? (lane.readout?.kl2 ?? NaN) : (predicted?.kl ?? NaN);
  const information = measured
    ? measured.information
    : (predicted?.information.reduce((sum, x) => sum + x, 0) ?? NaN);
  const tracking = kl > 0.05 && information < Math.max(NOTHING, 0.02 * kl);
  return tracking ? { kl, information } : null;
}

/** Modes of the second level that live only on the first level's noise, at the optimum. */
export function noiseModes(lane: LaneState): number {
  const { settings, prediction } = lane;
  const second = prediction?.levels.at(1);
  if (!second) return 0;
  const theta = thetaOf(lane, 1);
  const tells = informative(settings, theta);
  return second.decoder.filter((omega, i) => omega > 0 && !tells[i]).length;
}
