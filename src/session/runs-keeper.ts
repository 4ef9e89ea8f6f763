/**
 * Watches the page's store and keeps every run: a calm while into it, at its end, and as a last act.
 *
 * A run is kept once it has trained for a second or come to rest; what a slider starts and the next
 * of its steps replaces was no run to anyone.
 */
import type { ExperimentConfig } from "../experiment/config.ts";
import { parseLink } from "../experiment/link.ts";
import type { RunList } from "./runs-list.ts";
import {
  RUN_FORM,
  type RunChange,
  type RunRecord,
  type SavedState,
  type UnfinishedRun,
} from "./runs-protocol.ts";
import {
  FINE_POINTS,
  keepLanes,
  keepSeries,
  POINTS,
  withoutTheory,
} from "./runs-summary.ts";
import { changesBetween, defaultName } from "./runs-words.ts";
import type { LabState, LaneSeries } from "./store.ts";

/** Training, and again and again after, until a record is written. */
const FIRST_MS = 1000;
const WRITE_MS = 2500;
/** After coming to rest: the last measurements are on their way. */
const REST_MS = 150;
/** Changes closer than this are one. */
const DRAG_MS = 1000;
/** Between looks at the engine's state, where it is small and where it is not. */
const SMALL_MS = 500;
const LARGE_MS = 6000;
const SMALL_BYTES = 2 ** 18;
/** States beyond this are not kept: writing them would be felt. */
export const MOST_BYTES = 32 * 2 ** 20;

/** What the keeper asks of the page's store. */
export interface WatchedStore {
  readonly state: LabState;
  readonly series: readonly LaneSeries[];
  subscribe(listener: (state: LabState) => void): () => void;
  save(most: number): Promise<SavedState | null>;
}

export interface KeeperOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
  /** This page's. */
  readonly page: string;
  /** A run is under way that a reload would cut off; null: none is. */
  readonly remember: (id: string | null) => void;
}

/** A run under way. */
interface Watched {
  readonly id: string;
  readonly name: string;
  readonly changed: readonly string[] | null;
  readonly began: number;
  readonly changes: RunChange[];
  /** Seconds it trained before it last went on. */
  seconds: number;
  /** Since when it trains; null at rest. */
  since: number | null;
  /** The latest change of settings, which may go on. */
  dragged: {
    readonly at: number;
    readonly from: ExperimentConfig;
    readonly step: number;
  } | null;
  saved: SavedState | null;
  /** The state last written. */
  wroteSaved: SavedState | null;
  saveAt: number;
  writeAt: number;
  written: boolean;
}

export class RunKeeper {
  readonly #store: WatchedStore;
  readonly #list: RunList;
  readonly #options: KeeperOptions;
  /** The state last seen that was of the present, not looked back at. */
  #present: LabState;
  #seen: LabState;
  #run: Watched | null = null;
  /** A run that is gone on with takes its record along. */
  #adopted: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #undo: () => void;

  constructor(store: WatchedStore, list: RunList, options: KeeperOptions) {
    this.#store = store;
    this.#list = list;
    this.#options = options;
    this.#seen = store.state;
    this.#present = store.state;
    list.flush = () => this.keepNow();
    list.adopt = (id) => {
      this.#adopted = id;
    };
    this.#undo = store.subscribe((state) => {
      this.#hear(state);
    });
    this.#hear(store.state);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#undo();
  }

  /** Writes the run as it stands, with the engine's state of now. */
  async keepNow(): Promise<void> {
    const run = this.#run;
    if (!run) return;
    await this.#save(run);
    if (this.#run === run) await this.#write(run);
  }

  /** Writes what is known without asking the worker: the last act of a page. */
  flush(): void {
    if (this.#run) void this.#write(this.#run);
  }

  #hear(state: LabState): void {
    const before = this.#seen;
    this.#seen = state;
    if (state.status === "loading") {
      // Its series are still those of the run that ends; its state is the one before.
      this.#end();
      this.#present = state;
      return;
    }
    // Written when it came to rest to be looked back at; its series are cut by now.
    if (state.branched !== before.branched && state.branched) this.#end(false);
    if (state.look === null) this.#present = state;
    if (!this.#run && state.step > 0 && state.look === null) this.#begin(state);
    const run = this.#run;
    if (!run) return;
    this.#clock(run, state.status === "running");
    if (state.config !== before.config && state.branched === before.branched)
      this.#change(run, before, state);
    if (state.status === "running") this.#wait(run);
    else if (state.look === null && this.#differs(before, state))
      this.#rest(run);
  }

  #differs(before: LabState, after: LabState): boolean {
    return (
      before.status !== after.status ||
      before.step !== after.step ||
      before.lanes !== after.lanes ||
      before.config !== after.config
    );
  }

  #begin(state: LabState): void {
    const { now, newId } = this.#options;
    const { runs } = this.#list.state;
    const began = now();
    const times = {
      since: null,
      dragged: null,
      saved: null,
      wroteSaved: null,
      saveAt: began + SMALL_MS,
      writeAt: began + FIRST_MS,
      written: false,
    };
    const known = runs.find(({ id }) => id === this.#adopted);
    if (known) {
      const { id, name, changed, seconds, changes } = known;
      this.#run = {
        ...{ id, name, changed, began: known.began, seconds },
        changes: [...changes],
        ...times,
      };
    } else {
      const last = runs.at(0);
      const { branched } = state;
      const taken = runs.map(({ name }) => name);
      const changed = !last
        ? null
        : branched
          ? [`went on from step ${branched.step} of “${last.name}”`]
          : changesBetween(parseLink(last.link).config, state.config);
      const name = branched ? null : state.preset;
      this.#run = {
        id: newId(),
        name: defaultName(
          name,
          branched ? null : changed,
          last?.name ?? null,
          taken,
        ),
        changed,
        began,
        changes: [],
        seconds: 0,
        ...times,
      };
    }
    this.#adopted = null;
  }

  /** The run is over for this page: another takes its place, or it went back and on another way. */
  #end(write = true): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const run = this.#run;
    if (!run) return;
    this.#clock(run, false);
    this.#run = null;
    const lasting = run.written || run.seconds * 1000 >= FIRST_MS;
    if (write && lasting) void this.#write(run);
    this.#list.current(null);
    this.#options.remember(null);
  }

  #clock(run: Watched, running: boolean): void {
    const now = this.#options.now();
    if (run.since !== null) run.seconds += (now - run.since) / 1000;
    run.since = running ? now : null;
  }

  #change(run: Watched, { config }: LabState, after: LabState): void {
    const now = this.#options.now();
    // A slider that is dragged is one change.
    const dragged = run.dragged && now - run.dragged.at < DRAG_MS;
    const from = run.dragged && dragged ? run.dragged.from : config;
    const words = changesBetween(from, after.config);
    const step = run.dragged && dragged ? run.dragged.step : after.step;
    if (dragged) run.changes.pop();
    if (words.length > 0) run.changes.push({ step, words });
    run.dragged = words.length > 0 ? { at: now, from, step } : null;
  }

  #wait(run: Watched): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.#tick(run), SMALL_MS / 2);
  }

  async #tick(run: Watched): Promise<void> {
    this.#timer = undefined;
    const now = this.#options.now();
    if (now >= run.saveAt) await this.#save(run);
    if (this.#run !== run) return;
    if (now >= run.writeAt) await this.#write(run);
    if (this.#run === run && this.#seen.status === "running") this.#wait(run);
  }

  #rest(run: Watched): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#run === run) void this.keepNow();
    }, REST_MS);
  }

  async #save(run: Watched): Promise<void> {
    const started = this.#options.now();
    const saved = await this.#store.save(MOST_BYTES);
    const ended = this.#options.now();
    if (saved && saved.step > 0) run.saved = saved;
    const bytes = (saved?.arenas ?? []).reduce(
      (sum, { byteLength }) => sum + byteLength,
      0,
    );
    const small = saved !== null && bytes <= SMALL_BYTES;
    run.saveAt =
      ended + Math.max(small ? SMALL_MS : LARGE_MS, 20 * (ended - started));
  }

  get #finished(): boolean {
    return this.#present.status === "done";
  }

  /** Begins before it returns. */
  #write(run: Watched): Promise<void> {
    run.writeAt = this.#options.now() + WRITE_MS;
    run.written = true;
    const written = this.#list.put(this.#record(run), this.#unfinished(run));
    if (this.#run === run) {
      this.#list.current(run.id);
      this.#options.remember(!this.#finished && run.saved ? run.id : null);
    }
    return written;
  }

  #record(run: Watched): RunRecord {
    const { config, link, preset, step, engine } = this.#present;
    const { id, name, changed, changes, began, seconds, saved } = run;
    const { base } = config;
    const { lanes } = this.#present;
    const series = this.#store.series.map((one, lane) => {
      const kept = keepSeries(one, POINTS);
      return lanes[lane].theoryHidden ? withoutTheory(kept) : kept;
    });
    return {
      form: RUN_FORM,
      ...{ id, name, link, preset, changed, began, seconds, step, engine },
      changes: [...changes],
      steps: base.steps,
      seed: base.seed,
      finished: this.#finished,
      lanes: keepLanes(this.#present, series),
      pin: null,
      series,
      tensors: saved?.tensors ?? null,
      tensorsStep: saved?.step ?? null,
    };
  }

  /** Null: it came to its end. Undefined: nothing new. */
  #unfinished(run: Watched): UnfinishedRun | null | undefined {
    if (this.#finished) return null;
    const { saved } = run;
    if (!saved || saved === run.wroteSaved) return undefined;
    run.wroteSaved = saved;
    const { link, config } = this.#present;
    return {
      form: RUN_FORM,
      id: run.id,
      link,
      steps: config.base.steps,
      saved,
      series: this.#store.series.map((one) => keepSeries(one, FINE_POINTS)),
      page: this.#options.page,
      offered: false,
    };
  }
}
