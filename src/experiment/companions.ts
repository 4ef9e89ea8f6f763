/**
 * What comes with a network. The defaults of the linear models suit a few numbers and an exact loss:
 * a network that is set where there was none brings settings that suit it.
 */
import type { Settings } from "./config.ts";
import { isHidden } from "./network-text.ts";
import { type SettingKey, writeSetting } from "./text.ts";

/** Adam at the rate its authors recommend, batches as networks are usually trained, no pace. */
const COMPANIONS = {
  estimator: "sampled",
  biases: true,
  optimizer: { kind: "adam", learningRate: 0.001 },
  batchSize: 128,
  initScale: 0.05,
  pace: 0,
} as const satisfies Partial<Settings>;

/**
 * The lanes after a change. Where one of them was linear and is a network now, every lane takes the
 * companions for what still is as its model opens with (`opens`), so that lanes go on differing
 * only in what is compared; what was set otherwise stays.
 */
export function withCompanions(
  before: readonly Settings[],
  after: readonly Settings[],
  opens: (lane: Settings) => Settings,
): Settings[] {
  const arrived = after.some(
    (lane, index) => isHidden(lane.network) && !isHidden(before[index].network),
  );
  if (!arrived) return [...after];
  return after.map((lane) => {
    const start = opens(lane);
    const keys = (
      Object.keys(COMPANIONS) as (keyof typeof COMPANIONS)[]
    ).filter((key) => same(key, lane, start));
    return {
      ...lane,
      ...Object.fromEntries(keys.map((key) => [key, COMPANIONS[key]])),
    };
  });
}

function same(key: SettingKey, a: Settings, b: Settings): boolean {
  return writeSetting(key, a[key]) === writeSetting(key, b[key]);
}
