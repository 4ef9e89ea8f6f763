/**
 * When the CPU engine is too slow for an experiment: what the run would take, and a smaller
 * version of it. Nothing here changes a run; the visitor does.
 */
import {
  allLanes,
  type ExperimentConfig,
  type Notice,
  type Settings,
} from "../experiment/config.ts";
import { changeSettings, differences } from "../experiment/schema.ts";
import type { Status } from "./protocol.ts";
import type { LabState } from "./store.ts";

/** Seconds that a step budget may take before the visitor hears of it. */
const PATIENCE = 120;
/** Seconds that a smaller version should take. */
const AIM = 60;
/** Milliseconds from a start in which code is still being compiled and no rate is trusted. */
const WARM_UP = 2000;
/** A version that takes more than half as long is not worth another run. */
const LEAST_GAIN = 2;
const LEAST = { batchSize: 16, latents: 2 } as const;
/** Columns of the digits that the page draws. */
const DIGITS = { digits8: 64, digits28: 784 } as const;

/** Watches the speed of runs; says once of each size of experiment that it is too slow. */
export class SlowRuns {
  #runningSince = Infinity;
  #seconds = 0;
  readonly #told = new Set<string>();

  /** @param now milliseconds, of the same clock as `look`'s */
  status(status: Status, now: number): void {
    if (status !== "running") this.#runningSince = Infinity;
    else if (this.#runningSince === Infinity) this.#runningSince = now;
  }

  /** What to tell of the run as measured, or null. */
  look(state: LabState, now: number): Notice | null {
    const seconds = slowSeconds(state);
    if (seconds === null || now - this.#runningSince < WARM_UP) return null;
    const size = sizeOf(state.config);
    if (this.#told.has(size)) return null;
    this.#told.add(size);
    this.#seconds = seconds;
    const smaller = smallerVersion(state.config, seconds);
    return {
      code: "engine",
      message:
        slowMessage(state, seconds) +
        (smaller ? ` A smaller version would use ${smaller.uses}.` : ""),
      ...(smaller && { action: "smaller" }),
    };
  }

  /** The smaller version of the experiment last told of, as its settings are now. */
  smaller(config: ExperimentConfig): ExperimentConfig | null {
    return smallerVersion(config, this.#seconds)?.config ?? null;
  }
}

type Speed = Pick<LabState, "engine" | "config" | "stepsPerSecond">;

/**
 * Seconds that the step budget takes at the measured rate where the CPU is why it takes long:
 * not where the pace asked for would take half of that or more. Null if that is no news.
 */
export function slowSeconds(state: Speed): number | null {
  const { engine, config, stepsPerSecond } = state;
  if (engine?.kind !== "cpu" || stepsPerSecond <= 0) return null;
  const { steps, pace } = config.base;
  const seconds = steps / stepsPerSecond;
  const asked = pace > 0 ? steps / pace : 0;
  return seconds > PATIENCE && seconds > 2 * asked ? seconds : null;
}

/**
 * The experiment with what a step on the CPU costs cut to about a minute's run, the least telling
 * cut first: smaller batches, then the page's digits at 8 x 8, then fewer latents. A step
 * costs in proportion to each of the three, of the exact estimator to the square of the latents
 * and nothing to the batch; rows cost nothing. Where lanes differ in a setting they still do.
 *
 * @returns null if no cut makes the run twice as fast
 */
export function smallerVersion(
  config: ExperimentConfig,
  seconds: number,
): { readonly config: ExperimentConfig; readonly uses: string } | null {
  let smaller = config;
  const uses: string[] = [];
  for (const { words, change } of CUTS) {
    const by = (seconds * cost(smaller)) / (cost(config) * AIM);
    if (by <= 1) break;
    const said = new Set<string>();
    let next = smaller;
    allLanes(smaller).forEach((lane, index) => {
      const less = change(lane, by);
      if (!less) return;
      for (const [key, value] of Object.entries(less))
        next = changeSettings(next, key as keyof Settings, value, index);
      said.add(words({ ...lane, ...less }));
    });
    if (cost(next) >= cost(smaller) || lostDifference(smaller, next)) continue;
    smaller = next;
    uses.push([...said].join(" or "));
  }
  if (cost(config) < LEAST_GAIN * cost(smaller)) return null;
  return { config: smaller, uses: listed(uses) };
}

interface Cut {
  /** What a lane that was cut has now. */
  readonly words: (lane: Settings) => string;
  /** What makes a lane's step cheaper by `by`, or as near as it can; null if nothing does. */
  readonly change: (lane: Settings, by: number) => Partial<Settings> | null;
}

/** The least telling first. */
const CUTS: readonly Cut[] = [
  {
    words: ({ batchSize }) => `batches of ${batchSize}`,
    change: ({ batchSize, estimator }, by) =>
      estimator === "sampled"
        ? {
            batchSize: atLeast(
              LEAST.batchSize,
              batchSize,
              2 ** Math.floor(Math.log2(batchSize / by)),
            ),
          }
        : null,
  },
  {
    words: () => "digits of 8 × 8",
    change: ({ data }) =>
      data.kind === "digits28" ? { data: { kind: "digits8" } } : null,
  },
  {
    words: ({ model, latents, latents2 }) =>
      model === "mhvae"
        ? `${latents} and ${latents2} latents`
        : `${latents} latents`,
    change: ({ estimator, model, latents, latents2 }, by) => {
      const share = 1 / (estimator === "exact" ? Math.sqrt(by) : by);
      const fewer = (count: number): number =>
        atLeast(LEAST.latents, count, Math.floor(count * share));
      return {
        latents: fewer(latents),
        ...(model === "mhvae" && { latents2: fewer(latents2) }),
      };
    },
  },
];

/** Not below `least`, unless the number was there already. */
function atLeast(least: number, given: number, wanted: number): number {
  return Math.min(given, Math.max(least, wanted));
}

/** Whether lanes that differed no longer do: the comparison would be gone. */
function lostDifference(
  before: ExperimentConfig,
  after: ExperimentConfig,
): boolean {
  const left = differences(after);
  return differences(before).some((key) => !left.includes(key));
}

/** What a step costs, in any unit; columns of data that does not change are taken for 1. */
function cost(config: ExperimentConfig): number {
  return allLanes(config).reduce((sum, lane) => {
    const { data, estimator, model, batchSize, latents, latents2 } = lane;
    const columns =
      data.kind === "digits8" || data.kind === "digits28"
        ? DIGITS[data.kind]
        : 1;
    const units = latents + (model === "mhvae" ? latents2 : 0);
    return (
      sum +
      columns * (estimator === "exact" ? units * units : batchSize * units)
    );
  }, 0);
}

/** What makes a run long: told of once. */
function sizeOf(config: ExperimentConfig): string {
  return JSON.stringify([
    config.base.steps,
    ...allLanes(config).map((lane) => [
      lane.model,
      lane.data,
      lane.estimator,
      lane.estimator === "sampled" && lane.batchSize,
      lane.latents,
      lane.latents2,
    ]),
  ]);
}

function slowMessage(
  { config, lanes, stepsPerSecond }: LabState,
  seconds: number,
): string {
  const most = (of: (lane: (typeof lanes)[number]) => number): number =>
    Math.max(...lanes.map(of));
  const columns = most(
    ({ data }) => (data?.columns ?? 0) + (data?.outputs ?? 0),
  );
  const latents = most(
    ({ settings: { model, latents: one, latents2: two } }) =>
      model === "mhvae" ? one + two : one,
  );
  const batch = most(({ settings: { estimator, batchSize } }) =>
    estimator === "sampled" ? batchSize : 0,
  );
  const rate =
    stepsPerSecond >= 10
      ? String(Math.round(stepsPerSecond))
      : String(Number(stepsPerSecond.toPrecision(2)));
  const size = listed([
    ...(columns > 0 ? [`${columns} columns`] : []),
    `${latents} latents`,
    ...(batch > 0 ? [`batches of ${batch}`] : []),
  ]);
  return `About ${duration(seconds)} on this CPU: ${config.base.steps} steps at ${rate} a second, with ${size}.`;
}

/** "3 minutes", "2 hours", "5 days". */
export function duration(seconds: number): string {
  const minutes = seconds / 60;
  if (minutes < 90) return `${Math.round(minutes)} minutes`;
  const hours = minutes / 60;
  if (hours < 36) return `${Math.round(hours)} hours`;
  return `${Math.round(hours / 24)} days`;
}

/** "a, b and c" */
function listed(words: readonly string[]): string {
  return words.length < 2
    ? words.join("")
    : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}
