/**
 * One time series of all lanes. Repaints imperatively when the series grew, at most 10 times a
 * second (2 with reduced motion), and only while on screen.
 */
import type { Chart as ChartType, ChartConfiguration } from "chart.js";
import {
  html,
  LitElement,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import type { LaneSeries, LaneState } from "../session/store.ts";
import { stepAxis, valueAxis } from "./chart-axes.ts";
import { readColors } from "./chart-colors.ts";
import { type LaneLine, type Marks, marksPlugin } from "./chart-marks.ts";
import type { Crosshair } from "./crosshair.ts";
import { PixelSeries } from "./decimate.ts";
import { quantity } from "./format.ts";
import { laneClass } from "./lane-text.ts";
import { seedsMarks } from "./seeds-marks.ts";
import { SERIES, type SeriesKey, titleOf } from "./series-table.ts";
import { nextTask } from "./slices.ts";
import { repaintInterval, StoreController } from "./store-controller.ts";
import { chartStyles } from "./chart-styles.ts";
import { text } from "./strings.ts";
import { base, lanes } from "./styles.ts";
import { onTheme } from "./theme.ts";

interface Point {
  x: number;
  y: number;
}

let last = Promise.resolve();

/** Resolves in a task of the caller's own, after those of all that asked before. */
function turn(): Promise<void> {
  return (last = last.then(nextTask));
}

export class LabChart extends LitElement {
  static override properties = { series: { type: String } };
  static override styles = [base, lanes, chartStyles];

  declare series: SeriesKey;
  #chart: ChartType<"line", Point[]> | null = null;
  #lines: PixelSeries[] = [];
  #marks: Marks | null = null;
  #crosshair: Crosshair | null = null;
  #visible = false;
  #loading: Promise<void> | null = null;
  #stale = true;
  #lastPaint = -Infinity;
  #timer = 0;
  #undo: (() => void)[] = [];
  readonly #state = new StoreController(
    this,
    (state) => [state.config, state.look, ...state.lanes] as const,
  );

  constructor() {
    super();
    this.series = "loss";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const { store } = this.#state;
    const seen = new IntersectionObserver((entries) => {
      this.#visible = entries[entries.length - 1].isIntersecting;
      if (!this.#visible) return;
      this.#loading ??= this.#load();
      if (this.#stale) this.#paint();
    });
    seen.observe(this);
    this.#undo = [
      store.onSeries(() => {
        this.#schedule();
      }),
      onTheme(() => {
        this.#restyle();
      }),
      () => {
        seen.disconnect();
      },
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const undo of this.#undo) undo();
    this.#undo = [];
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#crosshair?.remove();
    this.#crosshair = null;
    this.#chart?.destroy();
    this.#chart = null;
    this.#loading = null;
  }

  /** Makes the chart, once it is first seen. */
  async #load(): Promise<void> {
    const [{ Chart }, { Crosshair }] = await Promise.all([
      import("./chart-setup.ts"),
      import("./crosshair.ts"),
      this.updateComplete,
    ]);
    // Each chart takes tasks of its own: several at once would hold up the page.
    await turn();
    const canvas = this.renderRoot.querySelector("canvas");
    if (!this.isConnected || !canvas || this.#chart) return;
    this.#marks = { lines: [], seeds: [], colors: readColors(this), step: 0 };
    const chart = new Chart(canvas, this.#options(this.#marks));
    this.#chart = chart;
    await turn();
    if (this.#chart !== chart) return;
    if (this.#stale) this.#paint();
    this.#crosshair = new Crosshair(
      this,
      chart,
      this.#state.store,
      this.series,
    );
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.#schedule();
  }

  #options(marks: Marks): ChartConfiguration<"line", Point[]> {
    const log = this.series === "distance";
    const ticks = { callback: () => "" };
    return {
      type: "line",
      data: { datasets: [] },
      plugins: [marksPlugin(marks)],
      options: {
        animation: false,
        parsing: false,
        normalized: true,
        responsive: true,
        maintainAspectRatio: false,
        events: [],
        layout: { padding: { top: 8, right: 1 } },
        onResize: () => {
          this.#lines = [];
          this.#schedule();
        },
        elements: {
          point: { radius: 0 },
          line: { borderWidth: 1.5, tension: 0 },
        },
        // Both come with the first paint: the chart's making is a task of its own.
        scales: {
          x: { type: "linear", display: false, ticks },
          y: { type: log ? "logarithmic" : "linear", display: false, ticks },
        },
      },
    };
  }

  #restyle(): void {
    if (!this.#chart || !this.#marks) return;
    this.#marks.colors = readColors(this);
    this.#stale = true;
    this.#paint();
  }

  #schedule(): void {
    this.#stale = true;
    if (this.#timer || !this.#visible) return;
    const wait = this.#lastPaint + repaintInterval() - performance.now();
    this.#timer = window.setTimeout(
      () => {
        this.#timer = 0;
        this.#paint();
      },
      Math.max(0, wait),
    );
  }

  #paint(): void {
    const chart = this.#chart;
    const marks = this.#marks;
    if (!chart || !marks || !this.#visible || document.hidden) return;
    this.#lastPaint = performance.now();
    this.#stale = false;
    const { state, series } = this.#state.store;
    const { steps } = state.config.base;
    const width = Math.max(60, chart.width - 30);
    const fits =
      this.#lines.length === series.length &&
      this.#lines.every((line) => line.steps === steps);
    if (!fits)
      this.#lines = series.map(
        () =>
          new PixelSeries(
            this.series === "distance" ? width / 2 : width,
            steps,
          ),
      );
    series.forEach((columns, i) => {
      this.#take(this.#lines[i], columns);
    });
    marks.step = state.look ?? state.step;
    marks.lines = state.lanes
      .slice(0, series.length)
      .map((lane, i) => this.#line(lane, i, marks));
    marks.seeds = seedsMarks(state.lanes, this.series, marks.colors.lanes);
    chart.data.datasets = marks.lines.map((line) => ({
      data: points(line.series),
      borderColor: line.color,
      borderDash: line.dashed ? [5, 2] : [],
    }));
    if (chart.options.scales) {
      chart.options.scales.x = stepAxis(steps, marks.colors, chart.width);
      chart.options.scales.y = valueAxis(this.series, marks);
    }
    chart.update("none");
    this.#crosshair?.draw();
    this.#describe(state.lanes);
  }

  #take(line: PixelSeries, columns: LaneSeries): void {
    if (this.series === "distance")
      line.take(columns.distanceStep, columns.distance, columns.distanceLength);
    else line.take(columns.step, columns[this.series], columns.length);
  }

  #line(lane: LaneState, i: number, marks: Marks): LaneLine {
    const theory = SERIES[this.series].theory(lane);
    return {
      name: lane.name,
      series: this.#lines[i],
      color: marks.colors.lanes[i % 6],
      dashed: i > 0,
      theory,
    };
  }

  #describe(all: readonly LaneState[]): void {
    const canvas = this.renderRoot.querySelector("canvas");
    const entry = SERIES[this.series];
    const said = all.map((lane, i) => {
      const failed = this.#lines.at(i)?.notFinite ?? null;
      if (failed !== null)
        return `${lane.name}: ${text.series.notFinite(failed)}`;
      const [now, theory] = [entry.latest(lane), entry.theory(lane)];
      const end =
        theory === null
          ? ""
          : `, ${text.series.theory(lane.name)} ${quantity(theory)}`;
      return `${lane.name}: ${now === null ? text.series.empty : quantity(now)}${end}`;
    });
    canvas?.setAttribute(
      "aria-label",
      `${titleOf(this.series, all)}. ${said.join("; ")}.`,
    );
  }

  protected override render(): TemplateResult {
    const entry = SERIES[this.series];
    const { lanes: all } = this.#state.store.state;
    const title = titleOf(this.series, all);
    return html`<div class="head">
        <h3>${title}</h3>
        <span class="mute unit">${entry.unit}</span>
      </div>
      <p class="latest">
        ${all.map((lane, i) => {
          const value = entry.latest(lane);
          return value === null
            ? ""
            : html`<span
                ><span class="lane-text ${laneClass(i)}">${lane.name}</span>
                ${quantity(value)}</span
              >`;
        })}
      </p>
      <div class="box">
        <canvas role="img" aria-label=${title}></canvas>
      </div>`;
  }
}

function points(series: PixelSeries): Point[] {
  const found: Point[] = [];
  for (let i = 0; i < series.width; i += 1) {
    if (series.high[i] > -Infinity)
      found.push({ x: series.stepOf(i), y: series.last[i] });
  }
  if (found.length > 0) found[found.length - 1].x = series.lastStep;
  return found;
}

customElements.define("lab-chart", LabChart);

declare global {
  interface HTMLElementTagNameMap {
    "lab-chart": LabChart;
  }
}
