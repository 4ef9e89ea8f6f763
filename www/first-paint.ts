/**
 * What a visitor sees before any script of the page has run: the default experiment as theory
 * predicts it, written when the site is built by what the page itself computes and says.
 */
import { describeLane } from "../src/experiment/names.ts";
import { presetOf } from "../src/experiment/presets.ts";
import { DEFAULT_CONFIG } from "../src/experiment/schema.ts";
import { freshState } from "../src/session/store-state.ts";
import { count, fixed2 } from "../src/ui/format.ts";
import { levelView, type LevelView } from "../src/ui/levels.ts";
import { modesMax } from "../src/ui/modes-view.ts";
import { type Segment, story } from "../src/ui/story.ts";
import { text } from "../src/ui/strings.ts";
import { reach } from "../src/ui/waterline.ts";

/** Share of the picture's width that the value axis takes, and of a column's room that it and its tick fill. */
const AXIS = 0.1;
const COLUMN = 0.55;
const TICK = 0.765;
/** Half the height of a tick, as a share of a picture of common height. */
const HALF_TICK = 0.008;

const MARKS = ["●", "■"];

const state = freshState(DEFAULT_CONFIG, [], null, "");
const views = state.lanes.map((lane) => levelView(lane, 0));

const percent = (share: number) =>
  `${String(Number((100 * share).toFixed(2)))}%`;

function said(segments: readonly Segment[]): string {
  return segments
    .map(({ text: words, strong, lane }) =>
      strong !== true
        ? words
        : `<b${lane === undefined ? "" : ` class="tone-${"ab"[lane]}"`}>${words}</b>`,
    )
    .join("");
}

/** The question, and both lines of the story. */
function lead(): string {
  const { first, second } = story(state.lanes);
  return `<p class="first-question">${presetOf(DEFAULT_CONFIG)?.question ?? ""}</p>
<p class="first-story">${said(first)}<br />${said(second)}</p>`;
}

/** Columns of the data, the waterline, and theory's ticks above it. */
function picture({ theta, lines, scale, bars }: LevelView): string {
  const max = modesMax(views);
  const y = (value: number) => 1 - value / max;
  const room = (1 - AXIS) / theta.length;
  const box = (
    kind: string,
    x: number,
    top: number,
    width: number,
    height: string,
  ) =>
    `<rect class="first-${kind}" x="${percent(x)}" y="${percent(top)}" width="${percent(width)}" height="${height}" />`;
  const line = lines?.[0] ?? 0;
  const columns = theta.map((value, mode) => {
    const middle = AXIS + room * (mode + 0.5);
    const omega = bars.predicted?.[mode] ?? 0;
    const at = (share: number) => middle - (share * room) / 2;
    const column = box(
      "column",
      at(COLUMN),
      y(value),
      COLUMN * room,
      percent(value / max),
    );
    const tick = box(
      "tick",
      at(TICK),
      y(reach(lines?.[mode] ?? 0, scale * omega)) - HALF_TICK,
      TICK * room,
      "4",
    );
    return omega > 0 ? column + tick : column;
  });
  const surface = `x1="${percent(AXIS)}" x2="100%" y1="${percent(y(line))}" y2="${percent(y(line))}"`;
  return `${box("water", AXIS, y(line), 1 - AXIS, percent(line / max))}
${columns.join("\n")}
<line class="first-line" ${surface} />`;
}

function lane(view: LevelView, index: number): string {
  const { name, settings } = view.lane;
  const [title] = describeLane(settings, DEFAULT_CONFIG).split(/, |; /);
  return `<section class="first-lane">
<h2><span class="tone-${"ab"[index]}">${MARKS[index]}</span> ${name}&ensp;${title}</h2>
<svg role="img" aria-label="${text.lane.predictedModes(name)}">
${picture(view)}
</svg>
</section>`;
}

/** How many survive, and the threshold in numbers. */
function why(): string {
  const [{ prediction, settings }] = state.lanes;
  const alive = prediction?.activeUnits ?? 0;
  const threshold = settings.beta * settings.etaDec ** 2;
  return `<div class="first-why">
<h2>${text.why.survive(count(alive), alive !== 1)}</h2>
<p><span class="math">θ</span>² &gt; <span class="math">β</span>&hairsp;<span class="math">η</span>² = ${fixed2(threshold)}</p>
</div>`;
}

/** What index.html leaves to be written, by name. */
export function firstPaint(): Readonly<
  Record<"lead" | "lanes" | "beginning", string>
> {
  return {
    lead: lead(),
    lanes: views.map(lane).join("\n") + why(),
    // What every link of the default experiment begins with.
    beginning: state.link.replace(/x=[0-9a-f]+$/, ""),
  };
}
