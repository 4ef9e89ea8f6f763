/** Links and seeded random experiments for tests. */
import { agree } from "./agree.ts";
import { checkValue } from "./check-value.ts";
import type {
  Condition,
  DataSource,
  EncoderVariance,
  ExperimentConfig,
  KlSchedule,
  Network,
  Settings,
} from "./config.ts";
import { clampNumber, type NumberRange } from "./numbers.ts";
import { NEUTRAL } from "./neutral.ts";
import {
  CHOICES,
  MAX_CHANNELS,
  MAX_HIDDEN,
  MAX_LANES,
  MAX_POINTS,
  PARTS,
  RANGES,
  SCHEDULE_KINDS,
} from "./ranges.ts";
import { configOf } from "./schema.ts";

/** The default experiment, as its link was first published. */
export const DEFAULT_LINK =
  "#v=1&m=lin&d=spec:3,2.4,1.9,1.5,1.2,0.8,0.6,0.4,0.2,0.2,0.2,0.2,0.2,0.2,0.2,0.2&rows=4096&sc=none" +
  "&k=8&b=1&ed=1&ee=1&s1=learn:1~fix:1&bias=0&est=sampled&o=adam:0.02&n=256&init=0.1&seed=7&t=1500" +
  "&pace=150&x=6ea2";

type Edit = readonly [from: string | RegExp, to: string];

/** The default link with edits and the right check value for them. */
export function edited(...edits: readonly Edit[]): string {
  return editedFrom(DEFAULT_LINK, ...edits);
}

/** A link with edits and the right check value for them. */
export function editedFrom(link: string, ...edits: readonly Edit[]): string {
  let body = link.slice(1, link.lastIndexOf("&x="));
  for (const [from, to] of edits) {
    const next = body.replace(from, to);
    if (next === body) throw new Error(`nothing to edit at ${String(from)}`);
    body = next;
  }
  return `#${body}&x=${checkValue(body)}`;
}

export interface RandomSource {
  /** In [0, 1). */
  unit(): number;
  /** Whole, in [low, high]. */
  int(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
}

/** xorshift32 (Marsaglia, "Xorshift RNGs", 2003). */
export function randomSource(seed: number): RandomSource {
  let state = seed | 1;
  const unit = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const int = (low: number, high: number): number =>
    low + Math.floor(unit() * (high - low + 1));
  return { unit, int, pick: (items) => items[int(0, items.length - 1)] };
}

/** Spread over all magnitudes of the range, its ends and round numbers included. */
function within(random: RandomSource, range: NumberRange): number {
  const low = Math.max(range.min, 1e-9);
  const value = low * (range.max / low) ** random.unit();
  const shapes = [
    value,
    Number(value.toPrecision(2)),
    range.min,
    range.max,
    range.min + random.unit() * (range.max - range.min),
  ];
  return clampNumber(range, random.pick(shapes));
}

function list(
  random: RandomSource,
  count: number,
  range: NumberRange,
): number[] {
  return Array.from({ length: count }, () => within(random, range));
}

function randomData(random: RandomSource): DataSource {
  const kind = random.pick([
    "spectrum",
    "digits8",
    "digits28",
    "file",
  ] as const);
  if (kind === "spectrum") {
    const theta = list(random, random.int(1, 128), PARTS.theta);
    return { kind, theta: [1000, ...theta.slice(1)].sort((a, b) => b - a) };
  }
  if (kind !== "file") return { kind };
  const letters = Array.from("ab.Z 09~:,&=#%+?/'\"()é文😀");
  const name = Array.from({ length: random.int(1, 40) }, () =>
    random.pick(letters),
  ).join("");
  const hash = Array.from({ length: 16 }, () =>
    random.int(0, 15).toString(16),
  ).join("");
  return { kind, name, bytes: random.int(1, 2 ** 40), hash };
}

function randomVariance(
  random: RandomSource,
  latents: number,
): EncoderVariance {
  if (random.unit() < 0.6) {
    const kind = random.pick(["learnable", "learnable", "predicted"] as const);
    return { kind, std: within(random, PARTS.std) };
  }
  const count = random.pick([1, latents]);
  return { kind: "fixed", std: list(random, count, PARTS.std) };
}

function randomCondition(random: RandomSource): Condition {
  const kind = random.pick([
    "correlated",
    "quarter",
    "half",
    "columns",
  ] as const);
  if (kind !== "columns") return { kind };
  const columns = Array.from({ length: random.int(1, 20) }, () =>
    random.pick([random.int(0, 8), random.int(0, 3071)]),
  );
  return { kind, columns: [...new Set(columns)].sort((a, b) => a - b) };
}

function randomNetwork(random: RandomSource): Network {
  const hidden = list(random, random.int(0, MAX_HIDDEN), PARTS.width);
  if (random.unit() < 0.5) return { kind: "dense", hidden };
  const channels = Array.from(
    { length: random.int(1, MAX_CHANNELS) },
    () => 4 * random.int(1, 64),
  );
  return { kind: "conv", channels, hidden };
}

function randomSchedule(random: RandomSource): KlSchedule {
  const steps = within(random, PARTS.scheduleSteps);
  const kind = random.pick(SCHEDULE_KINDS).value;
  switch (kind) {
    case "constant":
      return { kind };
    case "warmup":
      return { kind, steps };
    case "cyclical":
      return { kind, period: steps, ramp: within(random, PARTS.ramp) };
    case "points": {
      const at = list(random, random.int(1, MAX_POINTS), PARTS.scheduleStep);
      const points = [...new Set(at)]
        .sort((a, b) => a - b)
        .map((step) => [step, within(random, PARTS.factor)] as const);
      return { kind, points };
    }
  }
}

/** Settings of networks; half of the time those of none. */
function randomNetworkSettings(
  random: RandomSource,
): Pick<
  Settings,
  | "testShare"
  | "network"
  | "activation"
  | "maps"
  | "likelihood"
  | "klSchedule"
  | "freeBits"
> {
  const drawn = {
    testShare: within(random, RANGES.testShare),
    network: randomNetwork(random),
    activation: random.pick(CHOICES.activation).value,
    maps: random.pick(CHOICES.maps).value,
    likelihood: random.pick(CHOICES.likelihood).value,
    klSchedule: randomSchedule(random),
    freeBits: within(random, RANGES.freeBits),
  };
  const some = Object.entries(drawn).filter(() => random.unit() < 0.4);
  return { ...NEUTRAL, ...(Object.fromEntries(some) as Partial<typeof drawn>) };
}

function randomSettings(random: RandomSource): Settings {
  const number = (key: keyof typeof RANGES): number =>
    within(random, RANGES[key]);
  const latents = number("latents");
  const latents2 = number("latents2");
  const data = randomData(random);
  const entries = data.kind === "spectrum" ? data.theta.length : 1;
  return {
    ...randomNetworkSettings(random),
    model: random.pick(CHOICES.model).value,
    data,
    rows: number("rows"),
    condition: randomCondition(random),
    correlation: list(random, random.pick([1, entries]), PARTS.correlation).map(
      (value) => random.pick([value, -value, 0]) || 0,
    ),
    latents2,
    beta2: number("beta2"),
    encoderVariance2: randomVariance(random, latents2),
    scaling: random.pick(CHOICES.scaling).value,
    latents,
    beta: number("beta"),
    etaDec: number("etaDec"),
    etaEnc: number("etaEnc"),
    encoderVariance: randomVariance(random, latents),
    biases: random.unit() < 0.5,
    estimator: random.pick(CHOICES.estimator).value,
    optimizer: {
      kind: random.pick(["adam", "sgd"]),
      learningRate: within(random, PARTS.learningRate),
    },
    batchSize: number("batchSize"),
    initScale: number("initScale"),
    seed: number("seed"),
    steps: number("steps"),
    pace: number("pace"),
  };
}

/** A valid experiment of 1 to 6 lanes that differ in none, some or all of what may differ. */
export function randomConfig(random: RandomSource): ExperimentConfig {
  const base = agree(randomSettings(random)).settings;
  const share = random.pick([0, 0.2, 1]);
  const lanes = Array.from({ length: random.int(0, MAX_LANES - 1) }, () => {
    const other = Object.entries(randomSettings(random));
    const lane: Settings = {
      ...base,
      ...Object.fromEntries(other.filter(() => random.unit() < share)),
    };
    const encoderVariance = randomVariance(random, lane.latents);
    return agree({ ...lane, encoderVariance }).settings;
  });
  return configOf([base, ...lanes]);
}
