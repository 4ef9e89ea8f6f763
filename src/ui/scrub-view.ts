/** The scrub line: how far the run is, and the moments worth a mark. */
import { svg, type SVGTemplateResult } from "lit";
import type { LaneReadout } from "../session/protocol.ts";
import type { Milestone } from "../session/store.ts";
import { laneClass } from "./lane-text.ts";
import { pokeText } from "./strings-poke.ts";
import { text } from "./strings.ts";

interface Label {
  readonly x: number;
  readonly lane: number;
  readonly name: string;
  readonly words: string;
  readonly above: boolean;
}

const MIDDLE = 19;
const half = (x: number) => Math.round(x) + 0.5;

function labels(
  milestones: readonly Milestone[],
  x: (step: number) => number,
  name: (lane: number) => string,
): Label[] {
  const found: Label[] = [];
  for (const lane of new Set(milestones.map((milestone) => milestone.lane))) {
    const own = milestones.filter((m) => m.lane === lane);
    const of = (kind: Milestone["kind"]) =>
      own.filter((m) => m.kind === kind).map((m) => m.step);
    for (const level of [null, 1, 2] as const) {
      const deaths = own.filter(({ died }) => died?.level === level);
      if (deaths.length === 0) continue;
      const at = deaths.map(({ step }) => step);
      const [from, to] = [Math.min(...at), Math.max(...at)];
      const steps =
        from === to ? String(from) : `${String(from)}–${String(to)}`;
      const count = deaths.reduce(
        (sum, { died }) => sum + (died?.units.length ?? 0),
        0,
      );
      found.push({
        x: x(from),
        lane,
        name: name(lane),
        words: text.transport.unitsDie(count, steps, level),
        above: false,
      });
    }
    for (const step of of("at-theory").slice(0, 1))
      found.push({
        x: x(step),
        lane,
        name: name(lane),
        words: text.transport.atTheory(step),
        above: true,
      });
    for (const step of of("poked").slice(-1))
      found.push({
        x: x(step),
        lane,
        name: name(lane),
        words: pokeText.mark(step),
        above: false,
      });
    for (const step of of("diverged"))
      found.push({
        x: x(step),
        lane,
        name: name(lane),
        words: text.transport.diverged(step),
        above: true,
      });
  }
  return found.sort((a, b) => a.x - b.x);
}

/** Labels that do not run into one another or out of the line; the ticks of the others stay. */
function placed(
  all: readonly Label[],
  width: number,
): (Label & { end: boolean })[] {
  const free = [0, 0];
  return all.flatMap((label) => {
    const size = 6.1 * (label.words.length + 2);
    const row = label.above ? 0 : 1;
    const right = label.above ? width : width - 40;
    const end = label.x + size > right;
    const from = end ? Math.min(label.x, right) - size : label.x;
    if (from < free[row]) return [];
    free[row] = from + size + 12;
    return [{ ...label, x: end ? Math.min(label.x, right) : label.x, end }];
  });
}

/**
 * Deaths that lasted, each unit's latest, and everything else: a unit that lives again has no mark.
 *
 * @param readouts latest of each lane
 */
export function lasting(
  milestones: readonly Milestone[],
  readouts: readonly (Pick<LaneReadout, "levels"> | null)[],
): Milestone[] {
  const seen = new Set<string>();
  return milestones
    .toReversed()
    .flatMap((milestone) => {
      const { lane, died } = milestone;
      if (!died) return [milestone];
      const { level } = died;
      const dead = readouts.at(lane)?.levels.at((level ?? 1) - 1)?.dead;
      const units = died.units.filter((unit) => {
        const key = [lane, level, unit].join();
        const lasts = dead?.[unit - 1] === true && !seen.has(key);
        seen.add(key);
        return lasts;
      });
      return units.length > 0 ? [{ ...milestone, died: { level, units } }] : [];
    })
    .reverse();
}

export function scrubMarks(
  width: number,
  step: number,
  steps: number,
  milestones: readonly Milestone[],
  name: (lane: number) => string,
  look: number | null = null,
): SVGTemplateResult {
  const x = (s: number) => (Math.min(s, steps) / steps) * width;
  return svg`
    <line class="axis-line" x1="0" x2=${width} y1=${MIDDLE} y2=${MIDDLE} />
    <line class="done" x1="0" x2=${x(step)} y1=${MIDDLE} y2=${MIDDLE} />
    ${milestones.map((m) => {
      const up = m.kind !== "unit-died";
      const down = m.kind === "unit-died" || m.kind === "changed";
      return svg`<line class="event-line" x1=${half(x(m.step))} x2=${half(x(m.step))} y1=${up ? MIDDLE - 6 : MIDDLE} y2=${down ? MIDDLE + 6 : MIDDLE}><title>${m.label}</title></line>`;
    })}
    ${placed(labels(milestones, x, name), width).map(
      (label) =>
        svg`<text class=${label.end ? "end" : ""} x=${label.x} y=${label.above ? MIDDLE - 10 : MIDDLE + 17}><tspan class="${laneClass(label.lane)} lane-label strong">${label.name}</tspan> ${label.words}</text>`,
    )}
    ${look === null ? svg`` : svg`<circle class="present" cx=${x(step)} cy=${MIDDLE} r="3" />`}
    <circle class="knob" cx=${x(look ?? step)} cy=${MIDDLE} r="7" />
    <text class="end" x=${width} y=${MIDDLE + 17}>${steps}</text>`;
}
