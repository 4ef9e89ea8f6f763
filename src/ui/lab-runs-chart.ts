/** One series of one lane of several runs over each other: color, dash and shape say which is which. */
import type { Chart as ChartType } from "chart.js";
import {
  css,
  html,
  LitElement,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import type { RunRecord } from "../session/runs-protocol.ts";
import { stepAxis, valueAxis } from "./chart-axes.ts";
import { readColors } from "./chart-colors.ts";
import { PixelSeries } from "./decimate.ts";
import { quantity } from "./format.ts";
import { dashOf, runColors, shapeOf } from "./run-marks.ts";
import { columnsOf } from "./runs-view.ts";
import type { SeriesKey } from "./series-table.ts";
import { runsText as words } from "./strings-runs.ts";
import { text } from "./strings.ts";
import { base } from "./styles.ts";
import { onTheme } from "./theme.ts";

interface Point {
  x: number;
  y: number;
}

/** Shapes along a line. */
const SHAPES = 6;

export class LabRunsChart extends LitElement {
  static override properties = {
    records: { attribute: false },
    series: {},
    lane: { type: Number },
  };
  static override styles = [
    base,
    runColors,
    css`
      :host {
        position: relative;
      }
      canvas {
        position: absolute;
        inset: 0;
      }
    `,
  ];

  /** Pinned, by pin. */
  declare records: readonly RunRecord[];
  declare series: SeriesKey;
  declare lane: number;
  #chart: ChartType<"line", Point[]> | null = null;
  #undo: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#undo = onTheme(() => {
      this.#paint();
    });
    if (this.hasUpdated) void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#undo?.();
    this.#chart?.destroy();
    this.#chart = null;
  }

  protected override firstUpdated(): void {
    void this.#load();
  }

  async #load(): Promise<void> {
    const { Chart } = await import("./chart-setup.ts");
    const canvas = this.renderRoot.querySelector("canvas");
    if (!this.isConnected || !canvas || this.#chart) return;
    this.#chart = new Chart(canvas, {
      type: "line",
      data: { datasets: [] },
      options: {
        animation: false,
        parsing: false,
        normalized: true,
        responsive: true,
        maintainAspectRatio: false,
        events: [],
        layout: { padding: { top: 8, right: 6 } },
        elements: { line: { borderWidth: 1.5, tension: 0 } },
        scales: {
          x: { type: "linear" },
          y: { type: "linear" },
        },
      },
    });
    this.#paint();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.#paint();
  }

  #color(pin: number): string {
    const probe = document.createElement("span");
    probe.style.color = `var(--run-${String(pin)})`;
    this.renderRoot.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }

  #points(record: RunRecord): Point[] {
    const lane = record.series.at(this.lane);
    if (!lane) return [];
    const { step, value } = columnsOf(lane, this.series);
    return Array.from(value, (y, i) => ({ x: step[i], y })).filter(({ y }) =>
      Number.isFinite(y),
    );
  }

  #paint(): void {
    const chart = this.#chart;
    if (!chart) return;
    const colors = readColors(this);
    const steps = Math.max(1, ...this.records.map(({ step }) => step));
    const lines = this.records.map((record) => {
      const pin = record.pin ?? 1;
      const points = this.#points(record);
      const series = new PixelSeries(Math.max(60, chart.width - 30), steps);
      series.take(
        points.map(({ x }) => x),
        points.map(({ y }) => y),
        points.length,
      );
      const color = this.#color(pin);
      return { name: record.name, pin, points, series, color };
    });
    chart.data.datasets = lines.map(({ pin, points, color }, index) => {
      const every = Math.max(1, Math.floor(points.length / SHAPES));
      // Shapes of runs that lie over each other are side by side.
      const from = Math.floor((every * index) / Math.max(1, lines.length));
      return {
        data: points,
        borderColor: color,
        borderDash: dashOf(pin),
        pointStyle: shapeOf(pin),
        pointBackgroundColor: color,
        pointBorderColor: color,
        pointRadius: points.map((_, i) => (i % every === from ? 4 : 0)),
      };
    });
    if (chart.options.scales) {
      chart.options.scales.x = stepAxis(steps, colors, chart.width);
      chart.options.scales.y = valueAxis(this.series, {
        lines: lines.map(({ name, series, color }) => ({
          ...{ name, series, color, dashed: false, theory: null },
        })),
        seeds: [],
        colors,
        step: steps,
      });
    }
    chart.update("none");
    const said = lines.map(({ name, points }) => {
      const last = points.at(-1);
      return last
        ? words.chart.ends(name, quantity(last.y), last.x)
        : `${name}: ${words.chart.none}`;
    });
    this.renderRoot
      .querySelector("canvas")
      ?.setAttribute(
        "aria-label",
        `${text.series[this.series]}. ${said.join("; ")}.`,
      );
  }

  protected override render(): TemplateResult {
    return html`<canvas
      role="img"
      aria-label=${text.series[this.series]}
    ></canvas>`;
  }
}

customElements.define("lab-runs-chart", LabRunsChart);

declare global {
  interface HTMLElementTagNameMap {
    "lab-runs-chart": LabRunsChart;
  }
}
