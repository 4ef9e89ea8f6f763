/** Words of what is linked across the page: the mode or unit picked, the step read, how lanes differ. */
import { fixed2, quantity } from "./format.ts";

/** "theory 1.10", or nothing where theory leaves it open. */
const theory = (name: string, value: number | undefined) =>
  value === undefined || Number.isNaN(value)
    ? ""
    : `, ${name} ${quantity(value)}`;

export const linkedText = {
  modes: "Modes, to be picked",
  units: (lane: string) => `Units of lane ${lane}, to be picked`,
  mode: (n: number) => `Mode ${String(n)}`,
  rank: (n: number) => `Unit of rank ${String(n)} by KL`,
  theta: (value: number) => `θ ${fixed2(value)}`,
  bar: (
    symbol: string,
    measured: number | undefined,
    predicted: number | undefined,
    name: string,
  ) =>
    `${symbol} ${measured === undefined ? "not measured yet" : quantity(measured)}${theory(name, predicted)}`,
  unit: (
    axis: boolean,
    n: number,
    mode: number | null,
    kl: number | null,
    dead: string,
    predicted: number | undefined,
    name: string,
  ) =>
    `${axis ? "Axis" : "Unit"} ${String(n)}${mode === null ? "" : `, mode ${String(mode)} by rank`}: ${dead ? `${dead}, ` : ""}KL ${kl === null ? "not measured yet" : `${quantity(kl)} nats`}${theory(name, predicted)}`,
  read: (series: string) => `${series}, step read`,
  atStep: (step: number) => `step ${String(step)}`,
  noStep: "no step read",
  notFinite: "not finite",
  swap: "Swap lanes",
  swapTitle: "Lane A takes lane B’s settings and B takes A’s; the run restarts",
  equal: "Make B equal A",
  equalTitle: "Lane B takes lane A’s settings, to be set apart anew",
  things: (n: number) => `${String(n)} things differ:`,
  thingsNote: "What tells the lanes apart cannot be put down to one of them.",
  remove: (label: string) => `Give up the difference in ${label}`,
} as const;
