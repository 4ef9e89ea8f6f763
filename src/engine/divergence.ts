/** Where training stopped being finite. */
import { TERMS, type Readback } from "./stepper.ts";

export interface Divergence {
  readonly lane: number;
  /** First step (0-based) whose loss was not finite. */
  readonly step: number;
}

/** The first loss of a read-back that is not finite, of lanes that have not stopped. */
export function findDivergence(
  { firstStep, step, terms }: Readback,
  lanes: number,
  stopped: ReadonlySet<number>,
): Divergence | null {
  for (let at = firstStep; at < step; at++) {
    for (let lane = 0; lane < lanes; lane++) {
      if (stopped.has(lane)) continue;
      const loss = terms[((at - firstStep) * lanes + lane) * TERMS];
      if (!Number.isFinite(loss)) return { lane, step: at };
    }
  }
  return null;
}

/** Whether all tensors of lanes that have not stopped are finite. */
export function paramsFinite(
  { params }: Readback,
  stopped: ReadonlySet<number>,
): boolean {
  return params.every(
    (tensors, lane) =>
      stopped.has(lane) ||
      Object.values(tensors).every((tensor) => tensor.every(Number.isFinite)),
  );
}
