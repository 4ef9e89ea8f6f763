/** Judges networks and KL schedules. */
import * as v from "valibot";
import { type Checked, limited, type Problem, shaped } from "./check-shape.ts";
import type { KlSchedule, Network } from "./config.ts";
import { describeRange, formatNumber } from "./numbers.ts";
import { MAX_CHANNELS, MAX_HIDDEN, MAX_POINTS, PARTS } from "./ranges.ts";

const Widths = v.array(v.number());
const NetworkShape = v.variant("kind", [
  v.object({ kind: v.literal("dense"), hidden: Widths }),
  v.object({
    kind: v.literal("conv"),
    channels: v.pipe(Widths, v.minLength(1)),
    hidden: Widths,
  }),
]);
const ScheduleShape = v.variant("kind", [
  v.object({ kind: v.literal("constant") }),
  v.object({ kind: v.literal("warmup"), steps: v.number() }),
  v.object({
    kind: v.literal("cyclical"),
    period: v.number(),
    ramp: v.number(),
  }),
  v.object({
    kind: v.literal("points"),
    points: v.pipe(v.array(v.tuple([v.number(), v.number()])), v.minLength(1)),
  }),
]);

const EXPECTED = {
  network:
    "lin, mlp: with the widths of hidden layers, or conv: with channels and, after a slash, widths",
  klSchedule:
    "const, warm: with steps, cyc: with a period and a share of it, or pts: with pairs of step and factor",
} as const;

/** At most `most` entries, the first ones. */
function cut<T>(
  values: readonly T[],
  most: number,
  what: string,
  problems: Problem[],
): readonly T[] {
  if (values.length <= most) return values;
  problems.push({
    code: "clamped",
    message: `at most ${formatNumber(most)} ${what}; the first ones are used`,
  });
  return values.slice(0, most);
}

function channelsOf(given: readonly number[], problems: Problem[]): number[] {
  const inside = limited(
    PARTS.channels,
    "a number of channels",
    given,
    problems,
  );
  const used = inside.map((value) => 4 * Math.max(1, Math.round(value / 4)));
  if (used.some((value, index) => value !== inside[index])) {
    problems.push({
      code: "clamped",
      message: `channels come in fours, ${describeRange(PARTS.channels)}`,
    });
  }
  return used;
}

export function checkNetwork(raw: unknown): Checked<Network> {
  const { value, problems } = shaped(NetworkShape, raw, EXPECTED.network);
  if (value === undefined) return { value, problems };
  const all = [...problems];
  const hidden = limited(
    PARTS.width,
    "the width of a layer",
    cut(value.hidden, MAX_HIDDEN, "hidden layers", all),
    all,
  );
  if (value.kind === "dense")
    return { value: { kind: "dense", hidden }, problems: all };
  const channels = channelsOf(
    cut(value.channels, MAX_CHANNELS, "convolutions", all),
    all,
  );
  return { value: { kind: "conv", channels, hidden }, problems: all };
}

type Points = Extract<KlSchedule, { kind: "points" }>["points"];

/** Points in order of their steps, the last of those at one step. */
function pointsOf(given: Points, problems: Problem[]): Points {
  const kept = cut(given, MAX_POINTS, "points", problems);
  const steps = limited(
    PARTS.scheduleStep,
    "the step of a point",
    kept.map(([step]) => step),
    problems,
  );
  const factors = limited(
    PARTS.factor,
    "the factor of a point",
    kept.map(([, factor]) => factor),
    problems,
  );
  const sorted = [...new Map(steps.map((step, i) => [step, factors[i]]))].sort(
    ([a], [b]) => a - b,
  );
  if (
    sorted.length !== steps.length ||
    sorted.some(([step], index) => step !== steps[index])
  ) {
    problems.push({
      code: "clamped",
      message: "points have steps of their own, in order; they were sorted",
    });
  }
  return sorted;
}

export function checkSchedule(raw: unknown): Checked<KlSchedule> {
  const { value, problems } = shaped(ScheduleShape, raw, EXPECTED.klSchedule);
  if (value === undefined) return { value, problems };
  const all = [...problems];
  const steps = (given: number, what: string): number =>
    limited(PARTS.scheduleSteps, what, [given], all)[0];
  switch (value.kind) {
    case "constant":
      return { value, problems: all };
    case "warmup":
      return {
        value: { kind: "warmup", steps: steps(value.steps, "a warm-up") },
        problems: all,
      };
    case "cyclical": {
      const period = steps(value.period, "a period");
      const [ramp] = limited(PARTS.ramp, "a ramp", [value.ramp], all);
      return { value: { kind: "cyclical", period, ramp }, problems: all };
    }
    case "points":
      return {
        value: { kind: "points", points: pointsOf(value.points, all) },
        problems: all,
      };
  }
}
