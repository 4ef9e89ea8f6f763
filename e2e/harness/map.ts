/** Maps in the page, through the worker's side of them: theory, cells as measured, memory held. */
import { openGpu, type Gpu } from "../../src/engine/gpu.ts";
import type { ExperimentConfig } from "../../src/experiment/config.ts";
import { parseLink } from "../../src/experiment/link.ts";
import { validateConfig } from "../../src/experiment/validate.ts";
import { LaneData } from "../../src/session/lane-data.ts";
import { MapHost } from "../../src/session/map-host.ts";
import type {
  MapEvent,
  MapProgress,
  MapSpec,
} from "../../src/session/map-protocol.ts";
import { MAP_NUMBERS } from "../../src/session/map-plan.ts";
import { account } from "./exact-ensemble.ts";

export interface MapRequest {
  readonly spec: MapSpec;
  readonly engine: "webgpu" | "cpu";
  /** Cancels at the first cells that are on their way. */
  readonly cancelLive?: boolean;
  /** Pauses for so many ms at the first report of training. */
  readonly pause?: number;
}

export interface MapCell {
  /** In the order of `MAP_NUMBERS`. */
  readonly theory: readonly number[];
  readonly measured: readonly number[] | null;
  readonly near: boolean;
  readonly steps: number;
  readonly ended: boolean;
}

export interface MapResult {
  readonly cells: readonly MapCell[];
  /** Theory is of the linear model. */
  readonly linear: boolean;
  /** Segments of each level's lines. */
  readonly lines: readonly (readonly number[])[];
  readonly progress: readonly MapProgress[];
  /** Cell events while the map was on its way, and while it was paused. */
  readonly live: number;
  readonly heardPaused: number;
  readonly memory: {
    readonly peak: number;
    readonly created: number;
    readonly left: number;
  };
  /** Between cancelling and the end, ms. */
  readonly stopMs: number;
  /** Longest time in which the thread did nothing else, ms. */
  readonly longestTask: number;
}

let shared: Promise<Gpu> | null = null;

async function map(request: MapRequest): Promise<MapResult> {
  const { spec, engine, cancelLive, pause } = request;
  const gpu =
    engine === "webgpu" ? await (shared ??= openGpu(navigator.gpu)) : null;
  const events: MapEvent[] = [];
  let asked = 0;
  let stopMs = 0;
  let heardPaused = 0;
  let begun = false;
  const host = new MapHost((event) => {
    events.push(event);
    if (cancelLive && asked === 0 && event.kind === "map-cells") {
      asked = performance.now();
      void host.cancel().then(() => {
        stopMs = performance.now() - asked;
      });
    }
    const training =
      event.kind === "map-progress" && event.progress.status === "running";
    if (!training || begun) return;
    begun = true;
    if (pause !== undefined) {
      const cellsHeard = (): number =>
        events.filter(({ kind }) => kind === "map-cells").length;
      host.pause(true);
      let before = 0;
      setTimeout(() => {
        before = cellsHeard();
      }, pause / 2);
      setTimeout(() => {
        heardPaused = cellsHeard() - before;
        host.pause(false);
      }, pause);
    }
  }, new LaneData());
  const held = gpu && account(gpu.device);
  let longestTask = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries())
      longestTask = Math.max(longestTask, duration);
  });
  observer.observe({ type: "longtask" });
  try {
    await host.run(spec, 1, true, () => gpu);
    await new Promise((resolve) => setTimeout(resolve));
  } finally {
    held?.restore();
    observer.disconnect();
  }
  return {
    ...collect(events),
    heardPaused,
    memory: {
      peak: held?.peak ?? 0,
      created: held?.created ?? 0,
      left: held?.held ?? 0,
    },
    stopMs,
    longestTask,
  };
}

function collect(
  events: readonly MapEvent[],
): Pick<MapResult, "cells" | "lines" | "progress" | "live" | "linear"> {
  const width = MAP_NUMBERS.length;
  const cells: MapCell[] = [];
  const lines: number[][] = [];
  const progress: MapProgress[] = [];
  let live = 0;
  let linear = false;
  for (const event of events) {
    if (event.kind === "map-progress") progress.push(event.progress);
    else if (event.kind === "map-theory") {
      const { values } = event.theory;
      linear = event.theory.linear;
      for (let at = 0; at < values.length; at += width)
        cells.push({
          theory: [...values.subarray(at, at + width)],
          measured: null,
          near: false,
          steps: 0,
          ended: false,
        });
    } else if (event.kind === "map-lines") {
      lines.push(...event.lines.levels.map((line) => [...line]));
      event.lines.near.forEach((near, cell) => {
        cells[cell] = { ...cells[cell], near: near === 1 };
      });
    } else {
      const { cells: which, values, steps, ended } = event.cells;
      if (!ended) live++;
      which.forEach((cell, i) => {
        cells[cell] = {
          ...cells[cell],
          measured: [...values.subarray(i * width, (i + 1) * width)],
          steps: steps[i],
          ended,
        };
      });
    }
  }
  return { cells, lines, progress, live, linear };
}

/** A link's experiment, or a plain one. Throws what notices say, if it is not used as given. */
function configGiven(given: unknown): ExperimentConfig {
  const { config, notices } =
    typeof given === "string" ? parseLink(given) : validateConfig(given);
  if (notices.length > 0)
    throw new Error(notices.map(({ message }) => message).join(" "));
  return config;
}

export const mapHarness = { map, configGiven };
