/** The worker's side of maps: one at a time, on the engine of the run. */
import type { Gpu } from "../engine/gpu.ts";
import type { LaneData } from "./lane-data.ts";
import { MapGrid } from "./map-grid.ts";
import type {
  MapEvent,
  MapProgress,
  MapSpec,
  MapTheory,
} from "./map-protocol.ts";
import { MAP_STEPS } from "./map-plan.ts";
import { Slices } from "../math/slices.ts";
import { mapLines, mapTheory } from "./map-theory.ts";
import { MapTrainer } from "./map-train.ts";

type Post = (event: MapEvent, transfer: Transferable[]) => void;

/** Progress is told at most this often while a map trains. */
const TELL_MS = 100;

/** A map whose theory the page has: it need not be found again to train. */
interface Known {
  readonly key: string;
  readonly grid: MapGrid;
}

export class MapHost {
  readonly #post: Post;
  readonly #laneData: LaneData;
  #stop = new AbortController();
  #underWay: Promise<void> = Promise.resolve();
  #trainer: MapTrainer | null = null;
  #known: Known | null = null;
  /** Also before there is anything to pause. */
  #paused = false;

  /** @param laneData where opened files are, and prepared data is kept */
  constructor(post: Post, laneData: LaneData) {
    this.#post = post;
    this.#laneData = laneData;
  }

  /**
   * Resolves when it is over, however it ended; that is said by its last progress.
   *
   * @param gpu asked for when training begins; none trains on the CPU
   */
  run(
    spec: MapSpec,
    map: number,
    train: boolean,
    gpu: () => Gpu | null,
  ): Promise<void> {
    this.#stop.abort();
    const stop = new AbortController();
    this.#stop = stop;
    this.#paused = false;
    this.#underWay = this.#underWay.then(() =>
      new MapRun(this.#post, map).guard(async (run) => {
        const grid = await this.#theory(spec, run, stop.signal);
        if (!grid) run.say("cancelled");
        else if (train) await this.#train(spec, grid, run, gpu(), stop.signal);
        else run.say("ready");
      }),
    );
    return this.#underWay;
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    if (paused) this.#trainer?.pause();
    else this.#trainer?.resume();
  }

  /** Resolves when nothing of it is under way any more. */
  cancel(): Promise<void> {
    this.#stop.abort();
    return this.#underWay;
  }

  async #theory(
    spec: MapSpec,
    run: MapRun,
    signal: AbortSignal,
  ): Promise<MapGrid | null> {
    const key = JSON.stringify(spec);
    if (this.#known?.key === key) return this.#known.grid;
    this.#known = null;
    run.say("theory");
    const slices = new Slices(signal);
    const grid = await MapGrid.create(spec, this.#laneData, slices);
    const theory = grid && (await mapTheory(grid, slices));
    if (!grid || !theory) return null;
    run.total = grid.inputs.length;
    // The grid stays here for the training: what goes is a copy.
    run.tell({ kind: "map-theory", theory }, [theory.values.buffer]);
    const lines = await this.#lines(grid, theory, slices);
    if (!lines) return null;
    const { levels, near } = lines;
    run.tell({ kind: "map-lines", lines }, [
      ...levels.map(({ buffer }) => buffer as ArrayBuffer),
      near.buffer as ArrayBuffer,
    ]);
    this.#known = { key, grid };
    return grid;
  }

  #lines(
    grid: MapGrid,
    { units }: MapTheory,
    slices: Slices,
  ): ReturnType<typeof mapLines> {
    return mapLines(grid, units.length, slices);
  }

  async #train(
    spec: MapSpec,
    grid: MapGrid,
    run: MapRun,
    gpu: Gpu | null,
    signal: AbortSignal,
  ): Promise<void> {
    run.total = grid.inputs.length;
    const trainer: MapTrainer = await MapTrainer.create({
      grid,
      steps: spec.steps ?? MAP_STEPS,
      ...(gpu && { gpu }),
      signal,
      onCells: (cells) => {
        run.tell({ kind: "map-cells", cells }, [
          cells.cells.buffer as ArrayBuffer,
          cells.values.buffer as ArrayBuffer,
          cells.steps.buffer as ArrayBuffer,
        ]);
      },
      onProgress: (progress) => {
        run.say(trainer.paused ? "paused" : "running", progress);
      },
    });
    this.#trainer = trainer;
    if (this.#paused) trainer.pause();
    try {
      run.say(this.#paused ? "paused" : "running");
      run.say((await trainer.run()) ? "done" : "cancelled");
    } finally {
      this.#trainer = null;
    }
  }
}

type WithoutNumber<T> = T extends MapEvent ? Omit<T, "map"> : never;

/** What one map says of itself. */
class MapRun {
  readonly #post: Post;
  readonly #map: number;
  total = 0;
  #last: MapProgress | null = null;
  #told = -Infinity;

  constructor(post: Post, map: number) {
    this.#post = post;
    this.#map = map;
  }

  tell(event: WithoutNumber<MapEvent>, transfer: Transferable[] = []): void {
    this.#post({ ...event, map: this.#map }, transfer);
  }

  say(status: MapProgress["status"], more: Partial<MapProgress> = {}): void {
    const { total } = this;
    const whole = status === "done" ? { done: total, fraction: 1 } : {};
    this.#last = {
      done: this.#last?.done ?? 0,
      fraction: this.#last?.fraction ?? 0,
      modelStepsPerSecond: this.#last?.modelStepsPerSecond ?? 0,
      secondsLeft: null,
      label: "",
      ...more,
      ...whole,
      total,
      status,
    };
    const now = performance.now();
    const first = more.done === undefined;
    if (!first && now - this.#told < TELL_MS) return;
    this.#told = now;
    this.tell({ kind: "map-progress", progress: this.#last });
  }

  /** Never rejects: what goes wrong is said. */
  async guard(work: (run: MapRun) => Promise<void>): Promise<void> {
    try {
      await work(this);
    } catch (error) {
      const label = error instanceof Error ? error.message : String(error);
      this.say("failed", { label });
    }
  }
}
