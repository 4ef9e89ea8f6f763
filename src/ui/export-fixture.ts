/** A run as exports take it, for tests of this room. */
import type { ExperimentConfig } from "../experiment/config.ts";
import { writeLink } from "../experiment/link.ts";
import { freshState } from "../session/store-state.ts";
import type { RunExport } from "./export-series.ts";

/** Three steps of made-up numbers, a distance at steps 0 and 2; lane B is not finite at step 2. */
export function exportOf(config: ExperimentConfig): RunExport {
  const state = freshState(config, [], null, "");
  const column = (value: (step: number) => number) =>
    Float32Array.from([0, 1, 2], value);
  const series = state.lanes.map((_, lane) => ({
    length: 3,
    step: Float64Array.of(0, 1, 2),
    loss: column((step) =>
      lane === 1 && step === 2 ? NaN : 20.1 - step + lane,
    ),
    reconstruction: column((step) => 18 - step),
    kl: column(() => 2.5),
    kl2: column(() => 0.25),
    distanceLength: 2,
    distanceStep: Float64Array.of(0, 2),
    distance: Float32Array.of(1.5, 0.1),
  }));
  const link = `https://example.org/${writeLink(config)}`;
  return { state: { ...state, step: 3 }, series, link };
}
