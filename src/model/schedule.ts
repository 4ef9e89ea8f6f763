/** KL weights that change as training goes on. */
import type { KlSchedule, Settings } from "../experiment/config.ts";

/** What the KL weights are multiplied with at a step (0-based). */
export function klFactor(schedule: KlSchedule, step: number): number {
  switch (schedule.kind) {
    case "constant":
      return 1;
    case "warmup":
      return Math.min(1, step / schedule.steps);
    case "cyclical": {
      const share = (step % schedule.period) / schedule.period;
      return schedule.ramp === 0 ? 1 : Math.min(1, share / schedule.ramp);
    }
    case "points":
      return between(schedule.points, step);
  }
}

function between(
  points: readonly (readonly [number, number])[],
  step: number,
): number {
  const next = points.findIndex(([at]) => at > step);
  if (next === 0) return points[0][1];
  const last = points.at(-1);
  if (next < 0) return last ? last[1] : 1;
  const [[fromStep, from], [toStep, to]] = [points[next - 1], points[next]];
  return from + ((to - from) * (step - fromStep)) / (toStep - fromStep);
}

/** The settings as they are at a step. */
export function scheduled<
  S extends Pick<Settings, "beta" | "beta2" | "klSchedule">,
>(settings: S, step: number): S {
  const factor = klFactor(settings.klSchedule, step);
  if (factor === 1) return settings;
  const { beta, beta2 } = settings;
  return { ...settings, beta: beta * factor, beta2: beta2 * factor };
}
