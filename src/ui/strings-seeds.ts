/** Words of many seeds of a lane. */
import type { SeedsReadout } from "../session/seeds-protocol.ts";
import { quantity } from "./format.ts";

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 90
    ? `${String(whole)} s`
    : `${String(Math.ceil(whole / 60))} min`;
}

const are = (n: number, words: string): string =>
  `${String(n)} ${n === 1 ? "is" : "are"} ${words}`;

/** "31 of 32 reach the theorem; 1 is still settling." */
function sentence({ seeds, counts, status }: SeedsReadout): string {
  const { reached, settling, away, diverged, untold } = counts;
  const rest = [
    ...(settling > 0 ? [are(settling, "still settling")] : []),
    ...(away > 0
      ? [`${String(away)} rest${away === 1 ? "s" : ""} elsewhere`]
      : []),
    ...(diverged > 0 ? [`${String(diverged)} diverged`] : []),
  ];
  const of = `${String(untold > 0 ? untold : reached)} of ${String(seeds)}`;
  const first =
    untold > 0
      ? `${of} trained; no theorem speaks of this lane`
      : status === "done"
        ? `${of} reach the theorem`
        : `${of} are at the theorem`;
  return `${[first, ...rest].join("; ")}.`;
}

/** "3", or "3 (2 to 4)" where a tenth of the seeds are outside. */
function spread(
  seeds: SeedsReadout,
  key: "activeModes" | "loss" | "kl",
): string {
  const { low, median, high } = seeds.bands[key];
  const [a, m, b] = [low, median, high].map((of) => of[of.length - 1]);
  const said = (value: number): string =>
    key === "activeModes" ? String(Number(value.toFixed(1))) : quantity(value);
  return said(a) === said(b)
    ? said(m)
    : `${said(m)} (${said(a)} to ${said(b)})`;
}

export const seedsText = {
  title: "Seeds",
  count: "How many",
  button: (count: number) => `${String(count)} seeds`,
  help: "Trains the lane from this many starts, with noise of their own, on the same data. The run pauses.",
  estimate: (seconds: number) => `about ${duration(seconds)}`,
  cancel: "Cancel",
  progress: (name: string) => `Seeds of lane ${name}`,
  running: ({ step, total, secondsLeft, label }: SeedsReadout) =>
    label === "Preparing"
      ? "Preparing"
      : `Step ${String(step)} of ${String(total)}${secondsLeft === null ? "" : `, ${duration(secondsLeft)} left`}`,
  failed: (why: string) => `The seeds could not be trained: ${why}`,
  cancelled: (step: number) => `Cancelled at step ${String(step)}.`,
  said: (seeds: SeedsReadout) =>
    seeds.steps.length === 0
      ? ""
      : `${sentence(seeds)} Median and 10–90 %: ${spread(seeds, "activeModes")} active modes, loss ${spread(seeds, "loss")}, KL ${spread(seeds, "kl")}.`,
  band: (name: string, seeds: number) =>
    `${name}: median and 10–90 % band of ${String(seeds)} seeds`,
} as const;
