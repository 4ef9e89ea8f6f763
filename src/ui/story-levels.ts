/**
 * The story of hierarchical models, level by level, and of lanes that theory does not cover. Present
 * tense is prediction, past tense is measured and at theory, as in `story.ts`.
 */
import type { LaneState } from "../session/store.ts";
import { deadAt } from "./lane-text.ts";
import { levelCount, levelView, noiseModes } from "./levels.ts";
import type { Segment } from "./story.ts";

const plain = (text: string): Segment => ({ text });
const strong = (text: string): Segment => ({ text, strong: true });

interface Facts {
  readonly name: Segment;
  readonly lane: LaneState;
  readonly past: boolean;
  /** Alive modes and latents of each level; NaN where neither measured nor predicted. */
  readonly alive: readonly number[];
  readonly latents: readonly number[];
  /** Modes of the top level that live on noise alone. */
  readonly noise: number;
  /** Latents that are off at each level. */
  readonly dead: readonly number[];
}

function facts(lane: LaneState, index: number): Facts {
  const past = lane.readout?.verdict === "at-theory";
  const views = Array.from({ length: levelCount(lane.settings) }, (_, level) =>
    levelView(lane, level),
  );
  return {
    name: { text: lane.name, strong: true, lane: index },
    lane,
    past,
    alive: views.map(({ measured, predicted }) =>
      past || !predicted
        ? (measured?.activeModes ?? NaN)
        : predicted.activeUnits,
    ),
    latents: views.map((view) => view.latents),
    noise: noiseModes(lane),
    dead: views.map((view) =>
      deadAt(past ? view : { ...view, measured: null }),
    ),
  };
}

const of = ({ alive, latents }: Facts, level: number): Segment =>
  strong(`${String(alive[level])} of ${String(latents[level])}`);

/** A list of lanes, "A 2 of 5, B none". */
function lanesOf(
  all: readonly Facts[],
  level: number,
  verb: string,
): Segment[] {
  const known = all.filter(
    (lane) => level < lane.alive.length && !Number.isNaN(lane.alive[level]),
  );
  if (known.length === 0) return [];
  const same = known.every(
    (lane) =>
      lane.alive[level] === known[0].alive[level] &&
      lane.latents[level] === known[0].latents[level],
  );
  const where =
    known.length === 1
      ? [plain(" in "), known[0].name]
      : all.length === known.length && same
        ? [plain(known.length === 2 ? " in both" : " in all")]
        : [];
  const does = ` ${verb} `;
  if (known.length === 1 || same)
    return [plain(does), of(known[0], level), ...where];
  return known.flatMap((lane, i) => [
    plain(i === 0 ? does : ", "),
    of(lane, level),
    plain(" in "),
    lane.name,
  ]);
}

function levels(all: readonly Facts[]): Segment[] {
  const verb = all.every((lane) => lane.past) ? "kept" : "keeps";
  const top = lanesOf(all, 1, verb);
  const bottom = lanesOf(all, 0, verb);
  return [
    ...(top.length > 0 ? [plain("Top level"), ...top] : []),
    ...(bottom.length > 0
      ? [plain(top.length > 0 ? "; bottom level" : "Bottom level"), ...bottom]
      : []),
    ...(top.length + bottom.length > 0 ? [plain(". ")] : []),
  ];
}

/** What the counts do not say of a lane, or null. */
function remark(lane: Facts): Segment[] | null {
  const { prediction, noTheory } = lane.lane;
  if (noTheory !== undefined) return [plain("theory is silent")];
  if (prediction?.kind === "unbounded")
    return [plain("the loss "), strong("has no minimum")];
  if (prediction?.kind === "continuum")
    return [plain("the loss leaves the top level free")];
  if (lane.alive.length < 2 || Number.isNaN(lane.alive[1])) return null;
  if (lane.alive[1] === 0) return [plain("the top level collapses")];
  if (lane.noise === 0) return null;
  const informed = lane.alive[1] - lane.noise;
  return informed > 0
    ? [
        strong(String(lane.noise)),
        plain(
          ` of the top level’s ${String(lane.alive[1])} ${lane.noise === 1 ? "tracks" : "track"} only noise`,
        ),
      ]
    : [plain("the top level tracks only the noise of the bottom one")];
}

function remarks(all: readonly Facts[]): Segment[] {
  const said = all.map(remark);
  const words = said.map((segments) =>
    segments ? segments.map(({ text }) => text).join("") : "",
  );
  const groups = [...new Set(words.filter((word) => word !== ""))];
  return groups.flatMap((word, g) => {
    const first = words.indexOf(word);
    const names = all.filter((_, i) => words[i] === word);
    const where =
      names.length === all.length && all.length > 1
        ? [plain(all.length === 2 ? "In both lanes " : "In all lanes ")]
        : names.flatMap((lane, i) => [
            plain(i === 0 ? (g === 0 ? "In " : "in ") : ", "),
            lane.name,
            ...(i === names.length - 1 ? [plain(" ")] : []),
          ]);
    return [
      ...where,
      ...(said[first] ?? []),
      plain(g === groups.length - 1 ? "." : "; "),
    ];
  });
}

/** "1 bottom and 3 top latents off", or that all are on. */
function switched(lane: Facts): string {
  const [bottom, top = 0] = lane.dead;
  const parts = [
    ...(bottom > 0 ? [`${String(bottom)} bottom`] : []),
    ...(top > 0 ? [`${String(top)} top`] : []),
  ];
  if (parts.length === 0) return lane.past ? "left all on" : "leaves all on";
  const one = bottom + top === 1;
  return `${lane.past ? "switched" : "switches"} ${parts.join(" and ")} ${one ? "latent" : "latents"} off`;
}

/** Which latents go silent: said where nothing stranger is to be said. */
function silent(all: readonly Facts[]): Segment[] {
  if (all.some((lane) => lane.alive.some(Number.isNaN))) return [];
  const words = all.map(switched);
  if (all.length === 2 && words[0] === words[1])
    return [
      plain(
        `Both ${words[0].replace("switches", "switch").replace("leaves", "leave")}.`,
      ),
    ];
  return all.flatMap((lane, i) => [
    lane.name,
    plain(` ${words[i]}${i === all.length - 1 ? "." : "; "}`),
  ]);
}

/** Two lines: what each level keeps, and what is behind the counts. */
export function levelStory(lanes: readonly LaneState[]): {
  readonly first: readonly Segment[];
  readonly second: readonly Segment[];
} {
  const known = lanes.every(
    (lane) => lane.prediction !== null || lane.noTheory !== undefined,
  );
  if (!known) return { first: [], second: [] };
  const all = lanes.map(facts);
  const second = remarks(all);
  return {
    first: levels(all),
    second: second.length > 0 ? second : silent(all),
  };
}
