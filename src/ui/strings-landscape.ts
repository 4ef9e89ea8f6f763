/** Words of the loss along one mode. */
import { quantity } from "./format.ts";

export const landscapeText = {
  mode: "Mode",
  option: (mode: number, theta: number): string =>
    `${String(mode)}, θ ${quantity(theta)}`,
  x: "decoder’s singular value ω",
  y: "nats above collapse",
  lead: "With the encoder at its best for each ω. Bars mark theory.",
  two: (omega: number, gain: number): string =>
    `two minima, at ω = ±${quantity(omega)}, ${quantity(gain)} nats below collapse.`,
  one: "one minimum, at ω = 0. Collapse is the optimum.",
  meet: (beta: number): string => `They meet at β = ${quantity(beta)}.`,
  met: (beta: number): string => `There were two below β = ${quantity(beta)}.`,
  measured: (lane: string, omega: number): string =>
    `${lane} is at ${quantity(omega)}`,
  none: "The loss along one mode is drawn for linear models with one level of latents.",
  hidden: "Theory is hidden for now.",
} as const;
