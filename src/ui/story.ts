/**
 * The story sentence. The present tense is prediction; the past tense is kept for what was
 * measured and is at theory.
 */
import type { LaneState } from "../session/store.ts";
import { quantity } from "./format.ts";
import { mostLevels } from "./levels.ts";
import { guided } from "./networks.ts";
import { guideStory } from "./story-guide.ts";
import { levelStory } from "./story-levels.ts";

/** A run of text: plain, strong, or a lane's name in its color. */
export interface Segment {
  readonly text: string;
  readonly strong?: boolean;
  readonly lane?: number;
}

/** Two lines of the outcome, and what went wrong, if anything. */
export interface Story {
  readonly first: readonly Segment[];
  readonly second: readonly Segment[];
  readonly trouble: readonly Segment[];
}

interface LaneFacts {
  readonly index: number;
  readonly name: string;
  readonly units: number;
  readonly alive: number;
  readonly dead: number;
  /** Whether each survivor has a unit of its own. */
  readonly aligned: boolean;
  readonly measured: boolean;
}

function facts(lane: LaneState, index: number): LaneFacts | null {
  const { readout, prediction, settings, name } = lane;
  if (!prediction) return null;
  const measured = readout?.verdict === "at-theory";
  const alive = measured ? readout.activeModes : prediction.activeUnits;
  const aligned = prediction.unitsAligned || alive === 0;
  const dead = measured
    ? readout.dead.filter(Boolean).length
    : aligned
      ? prediction.collapsedUnits
      : 0;
  return {
    index,
    name,
    units: settings.latents,
    alive,
    dead,
    aligned,
    measured,
  };
}

const name = (lane: LaneFacts): Segment => ({
  text: lane.name,
  lane: lane.index,
  strong: true,
});
const plain = (text: string): Segment => ({ text });
const strong = (text: string): Segment => ({ text, strong: true });

/** What directions are counted of. */
function ofWhat(lanes: readonly LaneState[]): string {
  return lanes.every((lane) => lane.settings.model === "cvae")
    ? " directions of y that x leaves open"
    : " directions";
}

function directions(
  all: readonly LaneFacts[],
  past: boolean,
  what: string,
): Segment[] {
  const same = all.every(
    (lane) => lane.alive === all[0].alive && lane.units === all[0].units,
  );
  const of = (lane: LaneFacts) =>
    strong(`${String(lane.alive)} of ${String(lane.units)}`);
  const [one, many] = past ? ["kept", "kept"] : ["keeps", "keep"];
  if (same && all.length > 1) {
    const who =
      all.length === 2 ? "Both models" : `All ${String(all.length)} models`;
    return [plain(`${who} ${many} `), of(all[0]), plain(`${what}. `)];
  }
  return all.flatMap((lane, i) => [
    ...(i === 0 ? [] : [plain(i === all.length - 1 ? "; " : ", ")]),
    name(lane),
    plain(i === 0 ? ` ${one} ` : " "),
    of(lane),
    ...(i === 0 ? [plain(what)] : []),
    ...(i === all.length - 1 ? [plain(". ")] : []),
  ]);
}

function latents(lane: LaneFacts, past: boolean): Segment[] {
  const n = lane.units;
  if (lane.dead > 0) {
    const what =
      lane.dead === n
        ? `all ${String(n)} latents off`
        : `${String(lane.dead)} ${lane.dead === 1 ? "latent" : "latents"} off`;
    return [plain(past ? "switched " : "switches "), strong(what)];
  }
  const on = plain(`${past ? "left" : "leaves"} all ${String(n)} on`);
  if (lane.aligned || lane.alive === n) return [on];
  return [
    on,
    plain(
      ` and ${past ? "spread" : "spreads"} the ${String(lane.alive)} across\u00a0them`,
    ),
  ];
}

function trouble(lanes: readonly LaneState[]): Segment[] {
  return lanes.flatMap((lane, index): Segment[] => {
    const label: Segment = { text: lane.name, lane: index, strong: true };
    if (lane.diverged) {
      const rate = lane.settings.optimizer.learningRate;
      return [
        label,
        plain(
          ` became non-finite at step ${String(lane.diverged.step)}. Its last good state is kept; try a learning rate of ${quantity(rate / 10)}. `,
        ),
      ];
    }
    if (lane.readout?.verdict === "away") {
      return [
        label,
        plain(
          ` is ${quantity(lane.readout.recentDistance)} from theory: not converged, or a saddle. Run longer. `,
        ),
      ];
    }
    return [];
  });
}

/** How much of y a given x explains, where the data's correlation is set. */
function explained({ settings }: LaneState): number | null {
  const { model, data, correlation } = settings;
  if (model !== "cvae" || data.kind !== "spectrum") return null;
  const energy = data.theta.reduce((sum, t) => sum + t * t, 0);
  const left = data.theta.reduce((sum, t, i) => {
    const rho = correlation[Math.min(i, correlation.length - 1)];
    return sum + (1 - rho * rho) * t * t;
  }, 0);
  return 1 - left / energy;
}

const share = (part: number) =>
  part === 0 ? "nothing" : `${String(Math.round(100 * part))}%`;

/** "x explains 81% of y in A, nothing in B. " */
function correlation(
  lanes: readonly LaneState[],
  all: readonly LaneFacts[],
): Segment[] {
  const parts = lanes.map(explained);
  if (parts.length === 0 || parts.some((part) => part === null)) return [];
  const said = parts.map((part) => share(part ?? 0));
  if (said.every((words) => words === said[0]))
    return [plain("x explains "), strong(said[0]), plain(" of y. ")];
  return [
    plain("x explains "),
    ...all.flatMap((lane, i) => [
      strong(said[i]),
      plain(i === 0 ? " of y in " : " in "),
      name(lane),
      plain(i === all.length - 1 ? ". " : ", "),
    ]),
  ];
}

/** The sentence for these lanes; empty before the first prediction. */
export function story(lanes: readonly LaneState[]): Story {
  if (guided(lanes)) return { ...guideStory(lanes), trouble: trouble(lanes) };
  const silent = lanes.some((lane) => lane.noTheory !== undefined);
  if (lanes.length > 0 && (mostLevels(lanes) > 1 || silent))
    return { ...levelStory(lanes), trouble: trouble(lanes) };
  const all = lanes.map(facts).filter((lane) => lane !== null);
  if (all.length === 0 || all.length !== lanes.length)
    return { first: [], second: [], trouble: [] };
  const past = all.every((lane) => lane.measured);
  const said = all.map((lane) => plainText(latents(lane, lane.measured)));
  const alike = said.every((words) => words === said[0]);
  const second =
    alike && all.length > 1
      ? [
          plain(all.length === 2 ? "Both " : "All "),
          ...plural(latents(all[0], past)),
          plain("."),
        ]
      : all.flatMap((lane, i) => [
          name(lane),
          plain(" "),
          ...latents(lane, lane.measured),
          plain(i === all.length - 1 ? "." : "; "),
        ]);
  return {
    first: directions(all, past, ofWhat(lanes)),
    second: [...correlation(lanes, all), ...second],
    trouble: trouble(lanes),
  };
}

function plural(segments: Segment[]): Segment[] {
  const [first, ...rest] = segments;
  const text = first.text
    .replace(/^switches/, "switch")
    .replace(/^leaves/, "leave");
  return [
    { ...first, text },
    ...rest.map((segment) => ({
      ...segment,
      text: segment.text.replace("spreads", "spread"),
    })),
  ];
}

/** Plain text of segments. */
export function plainText(segments: readonly Segment[]): string {
  return segments.map((segment) => segment.text).join("");
}
