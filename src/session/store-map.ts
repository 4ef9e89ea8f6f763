/** The page's view of maps: the latest one, whatever experiment is open. Page side. */
import { MAP_NUMBERS, axisValues, cellCount } from "./map-plan.ts";
import type {
  MapApi,
  MapEvent,
  MapLines,
  MapProgress,
  MapSpec,
  MapTheory,
} from "./map-protocol.ts";

export interface MapState {
  /** Null before the first. */
  readonly spec: MapSpec | null;
  /** Numbers along each axis. */
  readonly values: readonly (readonly number[])[];
  readonly theory: MapTheory | null;
  readonly lines: MapLines | null;
  /** As `MapTheory.values`: [cells, MAP_NUMBERS], NaN where nothing was measured. Filled in place. */
  readonly measured: Float64Array;
  /** Steps each cell had taken when it was measured; 0 before. Filled in place. */
  readonly steps: Uint32Array;
  /** 1 for each cell that will not move again. Filled in place. */
  readonly ended: Uint8Array;
  readonly progress: MapProgress | null;
  /** A classroom link keeps theory out of sight for now: there are no lines, counts or distances here. */
  readonly theoryHidden?: true;
}

const NONE: MapState = {
  spec: null,
  values: [],
  theory: null,
  lines: null,
  measured: new Float64Array(0),
  steps: new Uint32Array(0),
  ended: new Uint8Array(0),
  progress: null,
};

/** Whether a map has anything measured. */
export function isTrained({ steps }: MapState): boolean {
  return steps.some((count) => count > 0);
}

const hidden = new WeakMap<MapState, MapState>();

/** A map without anything that theory says of it; the same object for the same map. */
function withoutTheory(state: MapState): MapState {
  const before = hidden.get(state);
  if (before) return before;
  const { theory } = state;
  const measured = state.measured.slice();
  const distance = MAP_NUMBERS.indexOf("distance");
  for (let at = distance; at < measured.length; at += MAP_NUMBERS.length)
    measured[at] = Number.NaN;
  const after: MapState = {
    ...state,
    theory: theory && {
      units: theory.units,
      values: new Float64Array(theory.values.length).fill(Number.NaN),
      linear: theory.linear,
    },
    lines: null,
    measured,
    theoryHidden: true,
  };
  hidden.set(state, after);
  return after;
}

export class MapStore {
  readonly #api: Promise<MapApi>;
  readonly #hides: () => boolean;
  readonly #listeners = new Set<() => void>();
  #state: MapState = NONE;
  #map = 0;

  /** @param hides whether theory is kept out of `state` at the moment */
  constructor(api: Promise<MapApi>, hides: () => boolean = () => false) {
    this.#api = api;
    this.#hides = hides;
  }

  /** As the page may show it. */
  get state(): MapState {
    return this.#hides() ? withoutTheory(this.#state) : this.#state;
  }

  /** Called after every change of `state` and of the numbers in it; returns the unsubscribe. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when the map is over, or another replaced it. Theory that is here already stays. */
  async run(spec: MapSpec, train: boolean): Promise<void> {
    const map = ++this.#map;
    const before = this.#state;
    const same =
      before.spec !== null &&
      JSON.stringify(before.spec) === JSON.stringify(spec);
    const cells = cellCount(spec);
    this.#set({
      ...NONE,
      spec,
      values: spec.axes.map(axisValues),
      measured: new Float64Array(cells * MAP_NUMBERS.length).fill(Number.NaN),
      steps: new Uint32Array(cells),
      ended: new Uint8Array(cells),
      ...(same && { theory: before.theory, lines: before.lines }),
      progress: {
        status: train ? "running" : "theory",
        done: 0,
        total: cells,
        fraction: 0,
        secondsLeft: null,
        modelStepsPerSecond: 0,
        label: "",
      },
    });
    const over = new Promise<void>((resolve) => {
      const unsubscribe = this.subscribe(() => {
        if (map === this.#map && isUnderWay(this.#state.progress)) return;
        unsubscribe();
        resolve();
      });
    });
    await (await this.#api).map(spec, map, train);
    await over;
  }

  async pause(paused: boolean): Promise<void> {
    const { progress } = this.#state;
    const status = paused ? "paused" : "running";
    if (progress && isUnderWay(progress))
      this.#set({ progress: { ...progress, status } });
    await (await this.#api).pauseMap(paused);
  }

  async cancel(): Promise<void> {
    await (await this.#api).cancelMap();
  }

  /** What the worker says of a map; of one that was replaced nothing is wanted. */
  hear(event: MapEvent): void {
    if (event.map !== this.#map) return;
    switch (event.kind) {
      case "map-theory":
        this.#set({ theory: event.theory });
        break;
      case "map-lines":
        this.#set({ lines: event.lines });
        break;
      case "map-progress":
        this.#set({ progress: event.progress });
        break;
      case "map-cells": {
        const { cells, values, steps, ended } = event.cells;
        const width = MAP_NUMBERS.length;
        cells.forEach((cell, i) => {
          const numbers = values.subarray(i * width, (i + 1) * width);
          this.#state.measured.set(numbers, cell * width);
          this.#state.steps[cell] = steps[i];
          this.#state.ended[cell] = ended ? 1 : 0;
        });
        this.#set({});
      }
    }
  }

  #set(change: Partial<MapState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of [...this.#listeners]) listener();
  }
}

export function isUnderWay(progress: MapProgress | null): boolean {
  const status = progress?.status;
  return status === "theory" || status === "running" || status === "paused";
}

export function isMapEvent<E extends { readonly kind: string }>(
  event: E,
): event is Extract<E, MapEvent> {
  return event.kind.startsWith("map-");
}
