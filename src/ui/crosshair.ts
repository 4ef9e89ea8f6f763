/**
 * The step that every chart of the page reads: a line at it and what each lane had there, in place
 * of the latest numbers. Moved by a pointer over any chart, or by arrows on it; drawn once a frame,
 * beside Lit and without a repaint of the charts.
 */
import type { Chart } from "chart.js";
import type { Store } from "../session/store.ts";
import { quantity } from "./format.ts";
import { laneClass } from "./lane-text.ts";
import {
  type Columns,
  columnsOf,
  exact,
  readingAt,
  stepsOf,
} from "./reading.ts";
import { type SeriesKey, titleOf } from "./series-table.ts";
import { linkedText } from "./strings-linked.ts";

const all = new Set<Crosshair>();
let at: number | null = null;
let frame = 0;

function move(step: number | null): void {
  if (step === at) return;
  at = step;
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    for (const one of all) one.draw();
  });
}

function element(name: string, classes: string, words = ""): HTMLElement {
  const made = document.createElement(name);
  made.className = classes;
  made.textContent = words;
  return made;
}

export class Crosshair {
  readonly #host: HTMLElement;
  readonly #chart: Chart<"line", unknown[]>;
  readonly #store: Store;
  readonly #series: SeriesKey;
  readonly #area = element("div", "read");
  readonly #line = element("div", "cursor");
  readonly #step = element("span", "mute at-step");
  readonly #values = element("p", "latest values");

  /** Adds what it shows to the chart's own element, beside what Lit renders there. */
  constructor(
    host: HTMLElement,
    chart: Chart<"line", unknown[]>,
    store: Store,
    series: SeriesKey,
  ) {
    this.#host = host;
    this.#chart = chart;
    this.#store = store;
    this.#series = series;
    const area = this.#area;
    area.tabIndex = 0;
    area.role = "slider";
    const root = host.shadowRoot;
    root?.querySelector(".head")?.append(this.#step);
    root?.querySelector(".latest")?.after(this.#values);
    root?.querySelector(".box")?.append(this.#line, area);
    area.addEventListener("pointermove", this.#follow);
    area.addEventListener("pointerdown", this.#follow);
    area.addEventListener("pointerleave", ({ pointerType }) => {
      // A finger leaves with every tap: what it touched stays until another place is.
      if (pointerType !== "touch") move(null);
    });
    area.addEventListener("keydown", this.#key);
    area.addEventListener("focus", () => {
      if (area.matches(":focus-visible")) move(this.#range()?.[1] ?? null);
    });
    area.addEventListener("blur", () => {
      move(null);
    });
    all.add(this);
    this.draw();
  }

  /** No longer one of the page's charts. */
  remove(): void {
    all.delete(this);
    for (const part of [this.#step, this.#values, this.#line, this.#area])
      part.remove();
  }

  get #columns(): Columns[] {
    return this.#store.series.map((one) => columnsOf(one, this.#series));
  }

  /** Shows what is read now: after a move, and after the chart has been drawn anew. */
  draw(): void {
    const range = this.#range();
    const reading = at === null ? null : readingAt(this.#columns, at);
    this.#host.toggleAttribute("data-reading", reading !== null);
    const area = this.#area;
    const { lanes } = this.#store.state;
    area.ariaLabel = linkedText.read(titleOf(this.#series, lanes));
    area.ariaValueMin = String(range?.[0] ?? 0);
    area.ariaValueMax = String(range?.[1] ?? 0);
    area.ariaValueNow = String(at ?? range?.[1] ?? 0);
    area.ariaValueText = linkedText.noStep;
    if (at === null || !reading) return;
    const { top, bottom } = this.#chart.chartArea;
    this.#line.style.cssText = `top:${String(top)}px;height:${String(bottom - top)}px;transform:translateX(${String(Math.round(this.#chart.scales.x.getPixelForValue(at)))}px)`;
    const { step, values } = reading;
    this.#step.textContent = linkedText.atStep(step);
    // More than two lanes leave no room for more.
    const format = values.length > 2 ? quantity : exact;
    const words = values.map((value) =>
      value === null
        ? "–"
        : Number.isFinite(value)
          ? format(value)
          : linkedText.notFinite,
    );
    this.#values.replaceChildren(
      ...words.map((word, i) => {
        const { name } = lanes[i];
        const letter = element("span", `lane-text ${laneClass(i)}`, name);
        const both = element("span", "");
        both.append(letter, ` ${word}`);
        return both;
      }),
    );
    area.ariaValueText = [
      linkedText.atStep(step),
      ...words.map((word, i) => `${lanes[i].name} ${word}`),
    ].join(", ");
  }

  #range(): readonly [first: number, last: number] | null {
    return stepsOf(this.#columns);
  }

  #to(step: number): void {
    const range = this.#range();
    if (range) move(Math.min(range[1], Math.max(range[0], Math.round(step))));
  }

  readonly #follow = (event: PointerEvent): void => {
    const { left } = this.#area.getBoundingClientRect();
    this.#to(
      this.#chart.scales.x.getValueForPixel(event.clientX - left) ?? NaN,
    );
  };

  readonly #key = (event: KeyboardEvent): void => {
    const range = this.#range();
    if (!range || event.ctrlKey || event.metaKey || event.altKey) return;
    const [first, last] = range;
    const now = at ?? last;
    const far = Math.max(1, Math.round((last - first) / 20));
    const near = event.shiftKey ? 10 : 1;
    const to: Partial<Record<string, number>> = {
      ArrowLeft: now - near,
      ArrowDown: now - near,
      ArrowRight: now + near,
      ArrowUp: now + near,
      PageDown: now - far,
      PageUp: now + far,
      Home: first,
      End: last,
    };
    const step = to[event.key];
    if (step !== undefined) this.#to(step);
    else if (event.key === "Escape" && at !== null) move(null);
    else return;
    event.preventDefault();
  };
}
