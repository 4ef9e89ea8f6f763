/** The terms of the loss that models share. */
import type { Settings } from "../experiment/config.ts";
import type { Ops } from "./ops.ts";

/** -ln p(target given output), nats per example. */
export function reconstruction<T>(
  ops: Ops<T>,
  { likelihood, etaDec }: Pick<Settings, "likelihood" | "etaDec">,
  target: T,
  output: T,
): void {
  if (likelihood === "bernoulli")
    ops.bernoulliNll("reconstruction", target, output, 1);
  else ops.gaussianNll("reconstruction", target, output, etaDec * etaDec, 1);
}
