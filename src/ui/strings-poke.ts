/** Words of the poke test. */
import type { PokeReadout } from "../session/poke-protocol.ts";
import { quantity } from "./format.ts";

const nats = (value: number | null): string =>
  value === null ? "–" : quantity(value);

const things = (n: number, what: PokeReadout["what"]): string => {
  const one = what === "units" ? "dead unit" : "empty direction";
  return n === 1 ? `the ${one}` : `${String(n)} ${one}s`;
};

/** "unit 3", "units 2, 5", "6 units"; by level where there are two. */
const MOST_NAMED = 4;

function named({ units, what }: PokeReadout): string {
  const of = (level: 1 | 2 | null): string => {
    const numbers = units
      .filter((unit) => unit.level === level)
      .map((unit) => unit.number);
    if (numbers.length === 0) return "";
    const word = what === "units" ? "unit" : "direction";
    const where = level === null ? "" : ` of z${"₁₂"[level - 1]}`;
    if (numbers.length > MOST_NAMED)
      return `${String(numbers.length)} ${word}s${where}`;
    return `${word}${numbers.length === 1 ? "" : "s"} ${numbers.join(", ")}${where}`;
  };
  return ([null, 1, 2] as const)
    .map(of)
    .filter((words) => words !== "")
    .join(" and ");
}

function sum(of: readonly (number | null)[]): number | null {
  return of.some((one) => one === null)
    ? null
    : of.reduce<number>((all, one) => all + (one ?? 0), 0);
}

const VERDICTS: Readonly<
  Record<NonNullable<PokeReadout["verdict"]>, (poke: PokeReadout) => string>
> = {
  dies: ({ used, theory }) =>
    `It dies again: ${String(used.after)} in use, as before${theory === null ? "" : `; theory keeps ${String(theory)}`}. Collapse is the optimum.`,
  lives: ({ modes, theory }) =>
    `It lives: ${String(modes.after)} modes in use after ${String(modes.before)}${theory === null ? "" : `; theory keeps ${String(theory)}`}. Training was stuck.`,
  shares: ({ used, modes }) =>
    `It lives on what others carried: ${String(used.after)} in use after ${String(used.before)}, still ${String(modes.after)} modes.`,
  open: ({ modes, theory, loss }) =>
    `Not settled: ${String(modes.after)} modes in use${theory === null ? "" : `, theory keeps ${String(theory)}`}, loss ${nats(loss.after)} after ${nats(loss.before)}. Train on and poke again.`,
};

export const pokeText = {
  title: "Poke test",
  button: (n: number, what: PokeReadout["what"], steps: number) =>
    `Revive ${things(n, what)} and train ${String(steps)} steps`,
  help: "Random weights in place of dead ones; then training decides.",
  wait: "Pause, or let it finish, to poke.",
  began: (poke: PokeReadout, done: number) =>
    `Revived ${named(poke)} at step ${String(poke.step)}: KL ${nats(sum(poke.units.map(({ before }) => before)))} to ${nats(sum(poke.units.map(({ poked }) => poked)))} nats. ${String(Math.max(0, Math.min(done, poke.steps)))} of ${String(poke.steps)} steps.`,
  ended: (poke: PokeReadout) =>
    poke.verdict === null
      ? ""
      : `Revived ${named(poke)} at step ${String(poke.step)}: KL ${nats(sum(poke.units.map(({ poked }) => poked)))} nats, ${nats(sum(poke.units.map(({ after }) => after)))} after ${String(poke.steps)} steps. ${VERDICTS[poke.verdict](poke)}`,
  mark: (step: number) => `poked, ${String(step)}`,
} as const;
