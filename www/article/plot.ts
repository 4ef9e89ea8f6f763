/**
 * Small pictures as SVG text: scales, axes, marks. No colors here: classes, which article.css
 * colors by theme. Lengths are CSS pixels; a panel is never scaled up, so its text keeps its size.
 */

export type Point = readonly [x: number, y: number];

/** A constant stretch of a function of one variable. */
export interface Step {
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly log?: boolean;
  readonly ticks: readonly number[];
  /** Plain text, or markup of an SVG text. */
  readonly label: string;
}

export interface PanelOptions {
  /** Markup of the line above the picture. */
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** The picture in words. */
  readonly description: string;
}

const WIDTH = 312;
const HEIGHT = 230;
const INSET = { left: 34, right: 6, top: 42, bottom: 38 };

/** A symbol as the lab sets them. */
export const symbol = (name: string): string =>
  `<tspan class="math">${name}</tspan>`;

/** One decimal of a pixel is finer than any screen. */
function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;");
}

/** Where a number of an axis lies, from 0 to 1. */
function share({ from, to, log }: Axis, value: number): number {
  return log === true
    ? Math.log(value / from) / Math.log(to / from)
    : (value - from) / (to - from);
}

/** `count` numbers from one end of an axis to the other, evenly spaced as drawn. */
export function samples({ from, to, log }: Axis, count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const t = i / (count - 1);
    return log === true ? from * (to / from) ** t : from + (to - from) * t;
  });
}

/** The steps of a piecewise constant function over an axis, ends found by halving. */
export function staircase(axis: Axis, f: (at: number) => number): Step[] {
  const at = samples(axis, 257);
  const steps: Step[] = [{ from: at[0], to: at[0], value: f(at[0]) }];
  for (let i = 1; i < at.length; i++) {
    const last = steps[steps.length - 1];
    const value = f(at[i]);
    if (value === last.value) {
      steps[steps.length - 1] = { ...last, to: at[i] };
      continue;
    }
    const edge = crossing(at[i - 1], at[i], (x) => f(x) !== last.value);
    steps[steps.length - 1] = { ...last, to: edge };
    steps.push({ from: edge, to: at[i], value });
  }
  return steps;
}

/** Where a condition that is false at `low` and true at `high` becomes true. */
export function crossing(
  low: number,
  high: number,
  isTrue: (at: number) => boolean,
): number {
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (isTrue(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Corners of a staircase. */
export function corners(steps: readonly Step[]): Point[] {
  return steps.flatMap(({ from, to, value }): Point[] => [
    [from, value],
    [to, value],
  ]);
}

export class Panel {
  readonly #options: PanelOptions;
  readonly #marks: string[] = [];

  constructor(options: PanelOptions) {
    this.#options = options;
  }

  x(value: number): number {
    const width = WIDTH - INSET.left - INSET.right;
    return INSET.left + width * share(this.#options.x, value);
  }

  y(value: number): number {
    const height = HEIGHT - INSET.top - INSET.bottom;
    return INSET.top + height * (1 - share(this.#options.y, value));
  }

  #path(points: readonly Point[]): string {
    return points
      .map(
        ([x, y], i) =>
          `${i === 0 ? "M" : "L"}${px(this.x(x))} ${px(this.y(y))}`,
      )
      .join("");
  }

  line(name: string, points: readonly Point[]): this {
    this.#marks.push(`<path class="line ${name}" d="${this.#path(points)}"/>`);
    return this;
  }

  /** What lies between a line and the bottom, or another line from right to left. */
  area(name: string, points: readonly Point[], back?: readonly Point[]): this {
    const bottom = this.#options.y.from;
    const end = back ?? [
      [points[points.length - 1][0], bottom],
      [points[0][0], bottom],
    ];
    const path = `${this.#path([...points, ...end])}Z`;
    this.#marks.push(`<path class="${name}" d="${path}"/>`);
    return this;
  }

  /** A bar around `x` of a width in pixels, from `low` to `high`. */
  bar(name: string, x: number, low: number, high: number, width: number): this {
    const top = this.y(high);
    this.#marks.push(
      `<rect class="${name}" x="${px(this.x(x) - width / 2)}" y="${px(top)}" width="${px(width)}" height="${px(this.y(low) - top)}"/>`,
    );
    return this;
  }

  /** The hollow tick of a prediction. */
  tick(x: number, y: number): this {
    this.#marks.push(
      `<rect class="tick" x="${px(this.x(x) - 7)}" y="${px(this.y(y) - 2)}" width="14" height="4"/>`,
    );
    return this;
  }

  /** The sign of a lane: A a circle, B a square. */
  lane(name: "a" | "b", x: number, y: number): this {
    const [cx, cy] = [this.x(x), this.y(y)];
    this.#marks.push(
      name === "a"
        ? `<circle class="lane-a ring" cx="${px(cx)}" cy="${px(cy)}" r="5"/>`
        : `<rect class="lane-b ring" x="${px(cx - 4.5)}" y="${px(cy - 4.5)}" width="9" height="9"/>`,
    );
    return this;
  }

  /** Markup beside a point; `dx`, `dy` in pixels. */
  text(
    content: string,
    [x, y]: Point,
    { name = "", dx = 0, dy = 0 } = {},
  ): this {
    const classes = name === "" ? "" : ` class="${name}"`;
    this.#marks.push(
      `<text${classes} x="${px(this.x(x) + dx)}" y="${px(this.y(y) + dy)}">${content}</text>`,
    );
    return this;
  }

  toString(): string {
    const { title, x, y, description } = this.#options;
    const left = px(INSET.left);
    const right = px(WIDTH - INSET.right);
    const bottom = HEIGHT - INSET.bottom;
    const grid = y.ticks
      .map((tick) => `M${left} ${px(this.y(tick))}H${right}`)
      .join("");
    const yTicks = y.ticks
      .map(
        (tick) =>
          `<text class="end" x="${px(INSET.left - 7)}" y="${px(this.y(tick) + 4)}">${minus(tick)}</text>`,
      )
      .join("");
    const xTicks = x.ticks
      .map(
        (tick) =>
          `<text class="mid" x="${px(this.x(tick))}" y="${px(bottom + 16)}">${minus(tick)}</text>`,
      )
      .join("");
    return [
      `<svg class="panel" viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}" width="${String(WIDTH)}" height="${String(HEIGHT)}" role="img" aria-label="${escaped(description)}">`,
      `<path class="grid" d="${grid}"/>`,
      ...this.#marks,
      `<path class="axis" d="M${left} ${String(bottom)}H${right}"/>`,
      `<g class="scale">${yTicks}${xTicks}<text class="end" x="${right}" y="${String(HEIGHT - 6)}">${x.label}</text><text x="0" y="26">${y.label}</text></g>`,
      `<text class="title" x="0" y="12">${title}</text>`,
      "</svg>",
    ].join("");
  }
}

function minus(value: number): string {
  return String(value).replace("-", "−");
}
