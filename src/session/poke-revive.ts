/**
 * New life for what a trained lane does not use: fresh encoder rows and decoder columns of dead
 * units, or of the empty directions of a lane whose units are all in use. Pure functions.
 */
import type { LaneInput } from "../engine/stepper.ts";
import { eigh } from "../math/linear-algebra.ts";
import { normal } from "../math/rng.ts";
import { MODELS } from "../model/models.ts";
import type { ParamSet } from "../model/ops.ts";
import { dataShape, isLinear, type ModelParam } from "../model/param.ts";
import type { LaneReadout } from "./protocol.ts";

/** Of live units' root mean square: smaller ones might die of their start, larger ones upset others. */
const SIZE = 0.5;
/** Stds of a revived unit, at most this share of the prior's: it says something about x from the start. */
const STD_SHARE = 0.5;
/** Draws reserved for one tensor. */
const DRAWS = 2 ** 24;
/** Tensors that are revived at most: two levels, each with an encoder of two inputs and a decoder. */
const TENSORS = 8;

/** What of a level is revived. */
export interface Revival {
  /** 0 or 1. */
  readonly level: number;
  /** Units, from 0; empty where directions are. */
  readonly units: readonly number[];
  /** Directions without use of a level that has no dead units. */
  readonly directions: number;
}

/** What a lane has to revive, by level; dead units first, directions only where no unit is dead. */
export function revivals(
  { settings }: Pick<LaneInput, "settings">,
  { levels }: Pick<LaneReadout, "levels">,
): Revival[] {
  const dead = levels.map((level) =>
    level.dead.flatMap((is, unit) => (is ? [unit] : [])),
  );
  if (dead.some((units) => units.length > 0))
    return dead.flatMap((units, level) =>
      units.length > 0 ? [{ level, units, directions: 0 }] : [],
    );
  if (!isLinear(settings)) return [];
  return levels.flatMap(({ std, activeModes }, level) => {
    const directions = std.length - activeModes;
    return directions > 0 ? [{ level, units: [], directions }] : [];
  });
}

/** Tensors with a level's units on one side. */
interface Ends {
  readonly encoders: readonly ModelParam[];
  readonly decoders: readonly ModelParam[];
  /** Heads of a predicted log-variance: weights by row, and their bias. */
  readonly heads: readonly ModelParam[];
  readonly logVar: ModelParam | undefined;
  readonly headBias: ModelParam | undefined;
}

function endsOf({ settings, data }: LaneInput, level: number): Ends {
  const { model, latents, latents2 } = settings;
  const name = model === "mhvae" ? String(level + 1) : "";
  const units = level === 1 ? latents2 : latents;
  const specs = MODELS[model].params(settings, dataShape(data));
  const matching = (pattern: string): ModelParam[] => {
    const own = new RegExp(`^${pattern}$`);
    return specs.filter((spec) => own.test(spec.name));
  };
  return {
    encoders: matching(`encW${name}[xy]?`),
    decoders: matching(`dec(${name}z?[.].*[^B]|U${name}z?)`)
      .filter(({ shape }) => shape[1] === units)
      .slice(0, 1),
    heads: matching(`encV${name}[xy]?`),
    logVar: matching(`logVar${name}`).find(({ trained }) => trained),
    headBias: matching(`encVB${name}`).at(0),
  };
}

/** Root mean square of the entries at which `of` is true; 0 of none. */
function rms(
  values: ArrayLike<number>,
  of: (at: number) => boolean = () => true,
): number {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < values.length; at++) {
    if (!of(at)) continue;
    sum += values[at] ** 2;
    count++;
  }
  return count === 0 ? 0 : Math.sqrt(sum / count);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Infinity;
}

/**
 * What to add to a lane's tensors; zero wherever nothing is revived. Drawn anew from the lane's
 * seed at each step, so that a poke can be repeated.
 *
 * @param step steps done
 * @param attempt counts from 0: each draws anew, and half as large again
 */
export function revive(
  input: LaneInput,
  params: ParamSet,
  readout: Pick<LaneReadout, "levels">,
  step: number,
  attempt = 0,
): ParamSet {
  const difference = Object.fromEntries(
    Object.entries(params).map(([name, values]) => [
      name,
      new Float32Array(values.length),
    ]),
  );
  let first = attempt * TENSORS * DRAWS;
  const size = SIZE * 1.5 ** attempt;
  const { seed } = input.settings;
  const draw = (at: number): number => normal(seed, step + 1, "init", at);
  for (const revival of revivals(input, readout)) {
    const ends = endsOf(input, revival.level);
    const axes =
      revival.directions > 0
        ? emptyAxes(ends.decoders, params, revival.directions)
        : null;
    for (const [specs, unitsAreRows] of [
      [ends.encoders, true],
      [ends.decoders, false],
    ] as const) {
      for (const { name, shape } of specs) {
        const place = { shape, unitsAreRows };
        const from = first;
        const fresh = (at: number): number => draw(from + at);
        if (axes) {
          const used = readout.levels[revival.level].activeModes > 0;
          const like = rms(used ? params[name] : input.initial[name]);
          addAxes(difference[name], place, axes, size * like, fresh);
        } else {
          const own = ownUnits(place, revival.units);
          const live = rms(params[name], (at) => !own(at));
          const like = live > 0 ? live : rms(input.initial[name]);
          params[name].forEach((value, at) => {
            if (own(at)) difference[name][at] = size * like * fresh(at) - value;
          });
        }
        first += DRAWS;
      }
    }
    if (!axes) sharpen(input, params, readout, revival, ends, difference);
  }
  return difference;
}

interface Place {
  readonly shape: readonly [rows: number, columns: number];
  readonly unitsAreRows: boolean;
}

/** Whether an entry of a matrix is one of these units'. */
function ownUnits(
  { shape: [, columns], unitsAreRows }: Place,
  units: readonly number[],
): (at: number) => boolean {
  const own = new Set(units);
  return (at) =>
    own.has(unitsAreRows ? Math.floor(at / columns) : at % columns);
}

/** Unit vectors of latents that the decoder uses least, [count][latents]. */
function emptyAxes(
  decoders: readonly ModelParam[],
  params: ParamSet,
  count: number,
): number[][] {
  const [{ name, shape }] = decoders;
  const [rows, latents] = shape;
  const values = params[name];
  const gram = new Float64Array(latents * latents);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < latents; i++) {
      for (let j = 0; j < latents; j++)
        gram[i * latents + j] +=
          values[row * latents + i] * values[row * latents + j];
    }
  }
  // Eigenvalues descend: the last are the least.
  const { vectors } = eigh(gram, latents);
  return Array.from({ length: count }, (_, axis) =>
    Array.from(
      { length: latents },
      (_unused, i) => vectors[i * latents + latents - 1 - axis],
    ),
  );
}

/** Adds something random along each axis of the latents. */
function addAxes(
  out: Float32Array,
  { shape: [rows, columns], unitsAreRows }: Place,
  axes: readonly (readonly number[])[],
  size: number,
  draw: (at: number) => number,
): void {
  const others = unitsAreRows ? columns : rows;
  axes.forEach((axis, number) => {
    for (let other = 0; other < others; other++) {
      const value = size * draw(number * others + other);
      axis.forEach((share, unit) => {
        const at = unitsAreRows
          ? unit * columns + other
          : other * columns + unit;
        out[at] += share * value;
      });
    }
  });
}

/** A dead unit's std is the prior's: below it, its gradient tells signal from noise. */
function sharpen(
  { settings }: LaneInput,
  params: ParamSet,
  readout: Pick<LaneReadout, "levels">,
  { level, units }: Revival,
  { heads, logVar, headBias }: Ends,
  difference: ParamSet,
): void {
  const { std, dead } = readout.levels[level];
  const lower = settings.model === "mhvae" && level === 0;
  const prior = lower ? settings.etaDec : settings.etaEnc;
  const live = median(std.filter((_, unit) => !dead[unit]));
  const wanted = 2 * Math.log(Math.min(live, STD_SHARE * prior));
  const tensor = logVar ?? headBias;
  if (tensor)
    for (const unit of units)
      difference[tensor.name][unit] = wanted - params[tensor.name][unit];
  for (const { name, shape } of heads) {
    const own = ownUnits({ shape, unitsAreRows: true }, units);
    params[name].forEach((value, at) => {
      if (own(at)) difference[name][at] = -value;
    });
  }
}
