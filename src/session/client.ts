/**
 * The page's side: a `Store` over the training worker, in step with the address bar.
 *
 * Predictions for data whose spectrum the link states are made here at once, so that theory is on
 * screen before worker and GPU are ready.
 */
import {
  allLanes,
  type ExperimentConfig,
  type Notice,
} from "../experiment/config.ts";
import { parseLink } from "../experiment/link.ts";
import { isLiveChange, samePath } from "../experiment/schema.ts";
import type { View, ViewKey } from "../experiment/view.ts";
import {
  changedState,
  freshState,
  reached,
  stateOf,
  withoutUnfinished,
} from "./store-state.ts";
import { changeBy, withNotice } from "./events.ts";
import type { Landscape } from "./landscape-protocol.ts";
import { landscapes } from "./landscape.ts";
import type { ProfileReadout } from "./profile-protocol.ts";
import type { ImportResult, PictureRequest, TrainerEvent } from "./protocol.ts";
import type { Runs, SavedState, UnfinishedRun } from "./runs-protocol.ts";
import { SeriesBuffer } from "./series.ts";
import { SlowRuns } from "./slow-run.ts";
import { WorkerLine } from "./store-line.ts";
import { isMapEvent, MapStore } from "./store-map.ts";
import type { StoreOptions } from "./store-options.ts";
import { isSweepEvent, SweepStore } from "./store-sweep.ts";
import {
  isAsking,
  isLockedOut,
  isTheoryHidden,
  LOCKED,
  NEW_CLASSROOM,
  shownState,
  viewAfter,
  type Classroom,
} from "./store-view.ts";
import type { LabState, LaneSeries, Store } from "./store.ts";
import type { WeightsReadout } from "./weights-protocol.ts";

const LINK_DEBOUNCE_MS = 300;

export class LabStore implements Store {
  readonly sweeps: SweepStore;
  readonly maps: MapStore;
  readonly #options: StoreOptions;
  readonly #line: WorkerLine;
  readonly #listeners = new Set<(state: LabState) => void>();
  readonly #seriesListeners = new Set<() => void>();
  #state: LabState;
  /** As the page may show it. */
  #shown: LabState;
  #series: SeriesBuffer[] = [];
  #linkTimer: ReturnType<typeof setTimeout> | undefined;
  #playWhenReady: boolean;
  readonly #slow = new SlowRuns();
  /** Counts opens: the number of the present run. */
  #opening = 0;
  #updating: Promise<unknown> = Promise.resolve();
  /** Counts likelihood estimates: the latest decides what becomes of unfinished ones. */
  #estimate = 0;
  #runs: Promise<Runs> | undefined;

  constructor(options: StoreOptions) {
    this.#options = options;
    const { config, notices, view } = parseLink(options.link);
    this.#state = freshState(config, notices, null, options.link, view);
    this.#playWhenReady = options.autoplay && !isAsking(this.#state);
    this.#shown = shownState(this.#state);
    this.#resetSeries();
    const { worker, engine } = options;
    this.#line = new WorkerLine(worker, engine, ({ run, event }) => {
      if (isSweepEvent(event)) this.sweeps.hear(event);
      else if (isMapEvent(event)) this.maps.hear(event);
      // What is still under way from an experiment that was replaced is dropped.
      else if (run === this.#opening) this.#onEvent(event);
    });
    const hides = () => isTheoryHidden(this.#state);
    this.sweeps = new SweepStore(this.#line.api, hides);
    this.maps = new MapStore(this.#line.api, hides);
    void this.#openConfig(config);
  }

  get state(): LabState {
    return this.#shown;
  }

  get series(): readonly LaneSeries[] {
    return this.#series;
  }

  subscribe(listener: (state: LabState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onSeries(listener: () => void): () => void {
    this.#seriesListeners.add(listener);
    return () => this.#seriesListeners.delete(listener);
  }

  async open(link: string): Promise<void> {
    // What is open on the page stays open.
    const { map } = this.#state.view;
    const opened = this.#follow(link, map === undefined ? {} : { map });
    this.#options.writeAddress(this.#state.link, true);
    await opened;
  }

  /** Opens the link the address has changed to; the address stays as it is. */
  follow(link: string): Promise<void> {
    return this.#follow(link);
  }

  async #follow(link: string, kept: View = {}): Promise<void> {
    const { config, notices, view } = parseLink(link);
    this.#playWhenReady ||= this.#state.status === "running";
    this.#replace(config, notices, { ...kept, ...view }, link);
    this.#playWhenReady &&= !isAsking(this.#state);
    await this.#openConfig(config);
  }

  setView(key: ViewKey, value: string | null): void {
    const { config, view } = this.#state;
    if ((view[key] ?? null) === value) return;
    const { [key]: _, ...others } = view;
    const next = value === null ? others : { ...others, [key]: value };
    this.#set(stateOf(config, next));
    this.#writeLater();
  }

  runs(): Promise<Runs> | undefined {
    return (this.#runs ??= this.#options.keepRuns?.(this));
  }

  /** How many runs are kept. */
  setRuns(runs: number): void {
    this.#set({ runs });
  }

  /** The run's latest state, to go on from; null if it would take more than `most` bytes. */
  async save(most: number): Promise<SavedState | null> {
    await this.#updating;
    return (await this.#line.api).save(most);
  }

  /** Goes on with a run that was cut off, paused; at step 0 if this engine cannot (the notices say why). */
  async resume({ link, saved, series }: UnfinishedRun): Promise<void> {
    const { config, notices, view } = parseLink(link);
    this.#replace(config, notices, view, link);
    this.#series.forEach((one, lane) => one.restore(series[lane]));
    this.#options.writeAddress(this.#state.link, true);
    await this.#openConfig(config, saved);
    if (this.#state.step !== saved.step) this.#resetSeries();
  }

  change(config: ExperimentConfig): void {
    const before = this.#state.config;
    if (isLockedOut(this.#state, config)) {
      if (!this.#state.notices.includes(LOCKED)) this.tell(LOCKED);
      return;
    }
    // What could not start (a file was missing, say), or has not yet, has no run to change.
    const { status, step } = this.#state;
    const none = status === "failed" || status === "loading";
    // A run that had arrived trains on to its new end; one that is spent, from the start.
    const goesOn =
      status === "done" && !samePath(allLanes(before), allLanes(config));
    const spent = goesOn && step >= config.base.steps;
    if (!none && !spent && isLiveChange(before, config)) {
      this.#changeLive(config, goesOn);
    } else {
      const wasMoving =
        this.#state.status === "running" || this.#state.status === "done";
      this.#playWhenReady ||= wasMoving;
      this.#replace(config, [], viewAfter(this.#state, config));
      void this.#openConfig(config);
    }
    this.#writeLater();
  }

  #writeLater(): void {
    clearTimeout(this.#linkTimer);
    this.#linkTimer = setTimeout(() => {
      this.#options.writeAddress(this.#state.link, false);
    }, LINK_DEBOUNCE_MS);
  }

  async play(): Promise<void> {
    this.#options.wake?.();
    const { status, step, config } = this.#state;
    if (status === "loading") this.#playWhenReady = true;
    else if (status === "done" && step >= config.base.steps) {
      this.#playWhenReady = true;
      await this.restart();
    } else await this.#line.call((api) => api.play());
  }

  pause(): Promise<void> {
    this.#playWhenReady = false;
    return this.#line.call((api) => api.pause());
  }

  async step(count: number): Promise<void> {
    this.#options.wake?.();
    this.#playWhenReady = false;
    await this.#line.call((api) => api.step(count));
  }

  async restart(): Promise<void> {
    this.#playWhenReady ||= this.#state.status === "running";
    this.#replace(this.#state.config, this.#state.notices, this.#state.view);
    await this.#openConfig(this.#state.config);
  }

  async importFile(file: File, labels?: File): Promise<ImportResult> {
    return (await this.#line.api).importFile(file, labels);
  }

  readonly measure = (): Promise<void> =>
    this.#line.call((api) => api.measure());

  async profile(): Promise<ProfileReadout | null> {
    return (await this.#line.api).profile();
  }

  async rotate(lane: number, on: boolean): Promise<void> {
    this.#set({
      rotated: this.#state.rotated.map((was, index) =>
        index === lane ? on : was,
      ),
    });
    await (await this.#line.api).rotate(lane, on);
  }

  async show(request: PictureRequest): Promise<void> {
    const { images, traversals, scatter } = this.#state;
    this.#set({
      pictures: request,
      images: request.images ? images : null,
      traversals: request.traversals ? traversals : null,
      scatter: request.scatter ? scatter : null,
    });
    await (await this.#line.api).show(request);
  }

  async estimateLikelihood(samples: number): Promise<void> {
    const estimate = ++this.#estimate;
    await this.#line.call((api) => api.estimateLikelihood(samples));
    if (estimate === this.#estimate) this.#forgetUnfinished();
  }

  async cancelLikelihood(): Promise<void> {
    this.#estimate++;
    await this.#line.call((api) => api.cancelLikelihood());
    this.#forgetUnfinished();
  }

  look(step: number | null): Promise<void> {
    this.#playWhenReady = false;
    return this.#line.call((api) => api.look(step));
  }

  readonly branch = (): Promise<void> => this.#line.call((api) => api.branch());

  async seeds(lane: number, count: number): Promise<void> {
    this.#playWhenReady = false;
    await this.#line.call((api) => api.seeds(lane, count));
  }

  readonly weights = async (): Promise<WeightsReadout | null> =>
    (await this.#line.api).weights();

  readonly landscapes = (mode: number | null): readonly Landscape[] =>
    landscapes(this.#shown.lanes, mode);

  readonly cancelSeeds = (): Promise<void> =>
    this.#line.call((api) => api.cancelSeeds());

  readonly poke = (lane: number, steps?: number): Promise<void> =>
    this.#line.call((api) => api.poke(lane, steps));

  /** An estimate that will not be finished is none. */
  #forgetUnfinished(): void {
    this.#set({ lanes: this.#state.lanes.map(withoutUnfinished) });
  }

  setClassroom(change: Partial<Classroom>): void {
    this.#set({ classroom: { ...this.#state.classroom, ...change } });
  }

  tell(notice: Notice): void {
    this.#set({ notices: withNotice(this.#state.notices, notice) });
  }

  dismissNotices(): void {
    this.#set({ notices: [] });
  }

  useSmaller(): void {
    const smaller = this.#slow.smaller(this.#state.config);
    if (smaller) this.change(smaller);
  }

  /** Opens the config in the worker; resolves when it is ready to train. */
  async #openConfig(config: ExperimentConfig, from?: SavedState) {
    const opening = ++this.#opening;
    const api = await this.#line.api;
    await this.#updating;
    if (opening !== this.#opening) return;
    await api.show(this.#state.pictures);
    await api.open(config, opening, from);
    await this.until(
      ({ status }) => opening !== this.#opening || status !== "loading",
    );
  }

  /** Resolves once the state satisfies `condition`. */
  until(condition: (state: LabState) => boolean): Promise<void> {
    return reached(this, condition);
  }

  #changeLive(config: ExperimentConfig, goesOn: boolean): void {
    this.#set(changedState(this.#state, config));
    this.#updating = this.#line.api.then(async (api) => {
      await api.setPace(config.base.pace);
      await api.update(allLanes(config));
      if (goesOn) await api.play();
    });
  }

  #replace(
    config: ExperimentConfig,
    notices: readonly Notice[],
    view: View,
    given: string | null = null,
  ): void {
    const { engine, pictures, runs } = this.#state;
    const opened = given ?? this.#state.given;
    const classroom = given === null ? this.#state.classroom : NEW_CLASSROOM;
    // A walk along units of the experiment before says nothing of this one.
    const asked = { ...pictures, traversals: null };
    this.#set(
      freshState(config, notices, engine, opened, view, classroom, asked, runs),
    );
    this.#resetSeries();
  }

  #resetSeries(): void {
    this.#series = this.#state.lanes.map(() => new SeriesBuffer());
    this.#tellSeries();
  }

  #tellSeries(): void {
    for (const listener of this.#seriesListeners) listener();
  }

  #set(change: Partial<LabState>): void {
    this.#state = { ...this.#state, ...change };
    this.#shown = shownState(this.#state);
    for (const listener of this.#listeners) listener(this.#shown);
  }

  #onEvent(event: TrainerEvent): void {
    if (event.kind === "terms") {
      this.#series.forEach((series, lane) => {
        series.appendTerms(event.firstStep, event.terms, event.lanes, lane);
      });
    } else if (event.kind === "readout") {
      event.lanes.forEach((readout, lane) => {
        this.#series[lane].appendDistance(readout.step, readout.distance);
      });
    }
    if (event.kind === "branch")
      for (const series of this.#series) series.dropAfter(event.step);
    this.#set(changeBy(this.#state, event));
    if (event.kind === "branch") this.#tellSeries();
    if (event.kind === "terms" || event.kind === "readout") this.#tellSeries();
    this.#lookForSlowness(event);
    const ready = event.kind === "status" && event.status === "idle";
    if (ready && this.#playWhenReady) {
      this.#playWhenReady = false;
      void this.#line.api.then((api) => api.play());
    }
  }

  #lookForSlowness(event: TrainerEvent): void {
    const now = performance.now();
    if (event.kind === "status") this.#slow.status(event.status, now);
    if (event.kind !== "terms") return;
    const notice = this.#slow.look(this.#state, now);
    if (notice) this.#set({ notices: withNotice(this.#state.notices, notice) });
  }
}
