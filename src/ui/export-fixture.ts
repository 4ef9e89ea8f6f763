/** A run as exports take it, for tests of this room. */
import type { ExperimentConfig } from "../experiment/config.ts";
import { writeLink } from "../experiment/link.ts";
import { SeriesBuffer } from "../session/series.ts";
import { freshState } from "../session/store-state.ts";
import type { RunExport } from "./export-series.ts";

/** Three steps of made-up numbers, a distance at steps 0 and 2; lane B is not finite at step 2. */
export function exportOf(config: ExperimentConfig): RunExport {
  const state = freshState(config, [], null, "");
  const series = state.lanes.map((_, lane) => {
    const one = new SeriesBuffer();
    const terms = new Float32Array(
      [0, 1, 2].flatMap((step) =>
        state.lanes.flatMap((__, i) => [
          i === 1 && step === 2 ? NaN : 20.1 - step + i,
          18 - step,
          2.5,
          0.25,
        ]),
      ),
    );
    one.appendTerms(0, terms, state.lanes.length, lane);
    one.appendDistance(0, 1.5);
    one.appendDistance(2, 0.1);
    return one;
  });
  const link = `https://example.org/${writeLink(config)}`;
  return { state: { ...state, step: 3 }, series, link };
}
