/**
 * The story of lanes that no theorem covers: what is measured, and what the linear model would do.
 * The theory is never said to be theirs.
 */
import type { LaneState } from "../session/store.ts";
import { levelCount, levelView, mostLevels } from "./levels.ts";
import { guideOf } from "./networks.ts";
import type { Segment } from "./story.ts";
import { text } from "./strings.ts";

const plain = (text: string): Segment => ({ text });
const strong = (text: string): Segment => ({ text, strong: true });

interface Facts {
  readonly lane: LaneState;
  readonly name: Segment;
  /** Measured active units and all units of each level; null before the first measurement. */
  readonly active: readonly (number | null)[];
  readonly units: readonly number[];
  /** What linear theory keeps at each level; null where it does not say. */
  readonly linear: readonly (number | null)[];
}

function facts(lane: LaneState, index: number): Facts {
  const views = Array.from({ length: levelCount(lane.settings) }, (_, level) =>
    levelView(lane, level),
  );
  const known = (n: number | undefined) =>
    n === undefined || Number.isNaN(n) ? null : n;
  return {
    lane,
    name: { text: lane.name, strong: true, lane: index },
    active: views.map(({ measured }) => known(measured?.activeUnits)),
    units: views.map(({ latents }) => latents),
    linear: views.map(({ guide, predicted }) =>
      known((predicted ?? guide)?.activeUnits),
    ),
  };
}

/** "7 of 20 units active in A, 5 of 20 in B", or "in both"; `what` follows the first count. */
function measuredAt(
  all: readonly Facts[],
  level: number,
  what: string,
): Segment[] {
  const known = all.filter((lane) => (lane.active.at(level) ?? null) !== null);
  const said = known.map(
    (lane) => `${String(lane.active[level])} of ${String(lane.units[level])}`,
  );
  const same =
    known.length === all.length &&
    all.length > 1 &&
    said.every((words) => words === said[0]);
  if (same)
    return [
      strong(said[0]),
      plain(`${what}${all.length === 2 ? " in both" : " in all"}`),
    ];
  return known.flatMap((lane, i) => [
    ...(i === 0 ? [] : [plain(", ")]),
    strong(said[i]),
    ...(i === 0 ? [plain(what)] : []),
    ...(all.length > 1 ? [plain(" in "), lane.name] : []),
  ]);
}

function levelWords(two: boolean, level: number): string {
  return two ? (level === 0 ? "bottom level " : "top level ") : "";
}

function linearOf(lane: Facts): string | null {
  if (lane.linear.some((n) => n === null)) return null;
  const [bottom, top] = lane.linear;
  return lane.linear.length > 1
    ? `${String(top)} at the top and ${String(bottom)} below`
    : String(bottom);
}

/** "The linear model would keep 9 in both." and the like. */
function linear(all: readonly Facts[]): Segment[] {
  const guides = all.filter(({ lane }) => guideOf(lane) !== null);
  const proven = all.filter(({ lane }) => lane.prediction !== null);
  const said = guides.flatMap((lane) => {
    const words = linearOf(lane);
    return words === null ? [] : [{ lane, words }];
  });
  const same = said.every(({ words }) => words === said[0].words);
  const only = all.length === 1;
  const first =
    said.length === 0
      ? []
      : [
          plain("The linear model would keep "),
          ...(same
            ? [
                strong(said[0].words),
                ...(only
                  ? []
                  : said.length === all.length
                    ? [plain(said.length === 2 ? " in both" : " in all")]
                    : said.flatMap(({ lane }, i) => [
                        plain(i === 0 ? " in " : ", "),
                        lane.name,
                      ])),
              ]
            : said.flatMap(({ lane, words }, i) => [
                ...(i === 0 ? [] : [plain(", ")]),
                strong(words),
                plain(" in "),
                lane.name,
              ])),
          plain("; a guide here, not a theorem. "),
        ];
  const rest = proven.flatMap((lane) => {
    const words = linearOf(lane);
    return words === null
      ? []
      : [
          lane.name,
          plain(" is linear: "),
          plain(text.guide.itself(words)),
          plain(". "),
        ];
  });
  const none = all.filter(
    ({ lane }) => lane.prediction === null && guideOf(lane) === null,
  );
  const silent =
    said.length === 0 && none.length === all.length
      ? [
          plain(
            "No theorem covers this, and the linear model is no guide here.",
          ),
        ]
      : [];
  return [...first, ...rest, ...silent];
}

/** Two lines: what is measured, and what the linear model would keep. */
export function guideStory(lanes: readonly LaneState[]): {
  readonly first: readonly Segment[];
  readonly second: readonly Segment[];
} {
  const waiting = lanes.every(
    ({ prediction, guide, data, readout }) =>
      !prediction && !guide && !data && !readout,
  );
  if (waiting) return { first: [], second: [] };
  const all = lanes.map(facts);
  const two = mostLevels(lanes) > 1;
  // The top level first: it is the one that collapses.
  const levels = two ? [1, 0] : [0];
  const measured = levels
    .map((level, i) => ({
      level,
      said: measuredAt(all, level, i === 0 ? " units active" : ""),
    }))
    .filter(({ said }) => said.length > 0);
  const first =
    measured.length === 0
      ? [plain(`${text.guide.unmeasured}. `)]
      : [
          plain("Measured: "),
          ...measured.flatMap(({ level, said }, i) => [
            ...(i === 0 ? [] : [plain("; ")]),
            plain(levelWords(two, level)),
            ...said,
          ]),
          plain(". "),
        ];
  return { first, second: linear(all) };
}
