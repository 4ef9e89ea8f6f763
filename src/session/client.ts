/**
 * The page's side: a `Store` over the training worker, in step with the address bar.
 *
 * Predictions for data whose spectrum the link states are made here at once, so that theory is on
 * screen before worker and GPU are ready.
 */
import * as Comlink from "comlink";
import {
  allLanes,
  type ExperimentConfig,
  type Notice,
} from "../experiment/config.ts";
import { parseLink } from "../experiment/link.ts";
import { laneName } from "../experiment/names.ts";
import { isLiveChange } from "../experiment/schema.ts";
import { freshState, predictedHere, stateOf } from "./store-state.ts";
import { milestonesBetween } from "./milestones.ts";
import {
  TERM_COLUMNS,
  type ImportResult,
  type TrainerApi,
  type TrainerEvent,
  type TrainerMessage,
} from "./protocol.ts";
import { SeriesBuffer } from "./series.ts";
import { SlowRuns } from "./slow-run.ts";
import type { LabState, LaneSeries, LaneState, Store } from "./store.ts";
import type { WorkerEntry } from "./worker-entry.ts";

const LINK_DEBOUNCE_MS = 300;

export interface StoreOptions {
  readonly worker: Worker;
  /** "cpu" skips the GPU. */
  readonly engine: "auto" | "cpu";
  /** Starts training as soon as the engine is ready. */
  readonly autoplay: boolean;
  /** The link to begin with, e.g. location.href. */
  readonly link: string;
  /** Writes the address: `push` makes a step for the Back button. */
  readonly writeAddress: (link: string, push: boolean) => void;
}

export class LabStore implements Store {
  readonly #options: StoreOptions;
  readonly #api: Promise<Comlink.Remote<TrainerApi>>;
  readonly #events: MessagePort;
  /** Calls that wait for the events before their echo. */
  readonly #echoes: (() => void)[] = [];
  readonly #listeners = new Set<(state: LabState) => void>();
  readonly #seriesListeners = new Set<() => void>();
  #state: LabState;
  #series: SeriesBuffer[] = [];
  #linkTimer: ReturnType<typeof setTimeout> | undefined;
  #playWhenReady: boolean;
  readonly #slow = new SlowRuns();
  /** Counts opens: the number of the present run. */
  #opening = 0;
  #updating: Promise<unknown> = Promise.resolve();

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#playWhenReady = options.autoplay;
    const parsed = parseLink(options.link);
    const { link } = options;
    this.#state = freshState(parsed.config, parsed.notices, null, link);
    this.#resetSeries();
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<TrainerMessage | null>) => {
      if (data === null) this.#echoes.shift()?.();
      // What is still under way from an experiment that was replaced is dropped.
      else if (data.run === this.#opening) this.#onEvent(data.event);
    };
    this.#events = port1;
    const entry = Comlink.wrap<WorkerEntry>(options.worker);
    this.#api = entry
      .connect(Comlink.transfer(port2, [port2]), options.engine)
      .then(() => entry as unknown as Comlink.Remote<TrainerApi>);
    void this.#openConfig(parsed.config);
  }

  get state(): LabState {
    return this.#state;
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
    const opened = this.follow(link);
    this.#options.writeAddress(this.#state.link, true);
    await opened;
  }

  /** Opens the link the address has changed to; the address stays as it is. */
  async follow(link: string): Promise<void> {
    const { config, notices } = parseLink(link);
    this.#playWhenReady ||= this.#state.status === "running";
    this.#replace(config, notices, link);
    await this.#openConfig(config);
  }

  change(config: ExperimentConfig): void {
    const before = this.#state.config;
    // What could not start (a file was missing, say) has no run to change.
    const failed = this.#state.status === "failed";
    if (!failed && isLiveChange(before, config)) this.#changeLive(config);
    else {
      const wasMoving =
        this.#state.status === "running" || this.#state.status === "done";
      this.#playWhenReady ||= wasMoving;
      this.#replace(config, []);
      void this.#openConfig(config);
    }
    clearTimeout(this.#linkTimer);
    this.#linkTimer = setTimeout(() => {
      this.#options.writeAddress(this.#state.link, false);
    }, LINK_DEBOUNCE_MS);
  }

  async play(): Promise<void> {
    if (this.#state.status === "loading") this.#playWhenReady = true;
    else if (this.#spent()) await this.#playAgain();
    else await this.#call((api) => api.play());
  }

  /** Resolves when the state shows what the call did: events have a port, and an order, of their own. */
  async #call(
    command: (api: Comlink.Remote<TrainerApi>) => Promise<void>,
  ): Promise<void> {
    await command(await this.#api);
    await new Promise<void>((resolve) => {
      this.#echoes.push(resolve);
      this.#events.postMessage(null);
    });
  }

  #spent(): boolean {
    const { status, step, config } = this.#state;
    return status === "done" && step >= config.base.steps;
  }

  async #playAgain(): Promise<void> {
    this.#playWhenReady = true;
    await this.restart();
  }

  async pause(): Promise<void> {
    this.#playWhenReady = false;
    await this.#call((api) => api.pause());
  }

  async step(count: number): Promise<void> {
    this.#playWhenReady = false;
    await this.#call((api) => api.step(count));
  }

  async restart(): Promise<void> {
    this.#playWhenReady ||= this.#state.status === "running";
    this.#replace(this.#state.config, this.#state.notices);
    await this.#openConfig(this.#state.config);
  }

  async importFile(file: File, labels?: File): Promise<ImportResult> {
    return (await this.#api).importFile(file, labels);
  }

  async measure(): Promise<void> {
    await this.#call((api) => api.measure());
  }

  async rotate(lane: number, on: boolean): Promise<void> {
    this.#set({
      rotated: this.#state.rotated.map((was, index) =>
        index === lane ? on : was,
      ),
    });
    await (await this.#api).rotate(lane, on);
  }

  dismissNotices(): void {
    this.#set({ notices: [] });
  }

  useSmaller(): void {
    const smaller = this.#slow.smaller(this.#state.config);
    if (smaller) this.change(smaller);
  }

  /** Opens the config in the worker; resolves when it is ready to train. */
  async #openConfig(config: ExperimentConfig): Promise<void> {
    const opening = ++this.#opening;
    const api = await this.#api;
    await this.#updating;
    if (opening !== this.#opening) return;
    await api.open(config, opening);
    await this.until(
      ({ status }) => opening !== this.#opening || status !== "loading",
    );
  }

  /** Resolves once the state satisfies `condition`. */
  async until(condition: (state: LabState) => boolean): Promise<void> {
    if (condition(this.#state)) return;
    await new Promise<void>((resolve) => {
      const unsubscribe = this.subscribe((state) => {
        if (!condition(state)) return;
        unsubscribe();
        resolve();
      });
    });
  }

  #changeLive(config: ExperimentConfig): void {
    const { step } = this.#state;
    const settings = allLanes(config);
    this.#set({
      ...stateOf(config),
      lanes: this.#state.lanes.map((lane, index) => ({
        ...lane,
        settings: settings[index],
        ...(lane.data && predictedHere(settings[index], lane.data.theta)),
      })),
      milestones:
        step > 0
          ? [
              ...this.#state.milestones,
              { step, lane: -1, kind: "changed", label: "changed" },
            ]
          : this.#state.milestones,
    });
    this.#updating = this.#api.then(async (api) => {
      await api.setPace(config.base.pace);
      await api.update(settings);
    });
  }

  #replace(
    config: ExperimentConfig,
    notices: readonly Notice[],
    given = this.#state.given,
  ): void {
    this.#set(freshState(config, notices, this.#state.engine, given));
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
    for (const listener of this.#listeners) listener(this.#state);
  }

  /** One that offers something takes the place of the one before that did. */
  #notice(notice: Notice | null): void {
    if (!notice) return;
    const kept = this.#state.notices.filter(
      ({ action }) => action === undefined || action !== notice.action,
    );
    this.#set({ notices: [...kept, notice] });
  }

  #setLane(index: number, change: Partial<LaneState>): void {
    const lanes = this.#state.lanes.map((lane, at) =>
      at === index ? { ...lane, ...change } : lane,
    );
    this.#set({ lanes });
  }

  #onEvent(event: TrainerEvent): void {
    switch (event.kind) {
      case "engine":
        this.#set({ engine: event.engine });
        break;
      case "status":
        this.#set({ status: event.status, step: event.step });
        this.#slow.status(event.status, performance.now());
        if (event.status === "idle" && this.#playWhenReady) {
          this.#playWhenReady = false;
          void this.#api.then((api) => api.play());
        }
        break;
      case "progress":
        this.#set({
          progress:
            event.label === ""
              ? null
              : { label: event.label, fraction: event.fraction },
        });
        break;
      case "notice":
        this.#notice(event.notice);
        break;
      case "ready":
        this.#set({
          lanes: this.#state.lanes.map((lane, index) => ({
            ...lane,
            data: event.data[index],
            prediction: event.predictions[index],
          })),
        });
        break;
      case "terms":
        this.#series.forEach((series, lane) => {
          series.appendTerms(event.firstStep, event.terms, event.lanes, lane);
        });
        this.#set({
          stepsPerSecond: event.stepsPerSecond,
          // Read-outs of wide data are rarer than terms.
          step:
            event.firstStep + event.terms.length / (event.lanes * TERM_COLUMNS),
        });
        this.#tellSeries();
        this.#notice(this.#slow.look(this.#state, performance.now()));
        break;
      case "readout": {
        const milestones = event.lanes.flatMap((readout, lane) =>
          milestonesBetween(lane, this.#state.lanes[lane].readout, readout),
        );
        event.lanes.forEach((readout, lane) => {
          this.#series[lane].appendDistance(readout.step, readout.distance);
        });
        this.#set({
          step: event.lanes[0].step,
          lanes: this.#state.lanes.map((lane, index) => ({
            ...lane,
            readout: event.lanes[index],
          })),
          ...(milestones.length > 0 && {
            milestones: [...this.#state.milestones, ...milestones],
          }),
        });
        this.#tellSeries();
        break;
      }
      case "tensors":
        this.#set({ tensors: event.lanes });
        break;
      case "metrics":
        this.#set({ metrics: event.lanes });
        break;
      case "images":
        this.#set({ images: event.images });
        break;
      case "diverged": {
        const { lane, step, message } = event;
        this.#setLane(lane, { diverged: { step, message } });
        this.#notice({ code: "run", message });
        this.#set({
          milestones: [
            ...this.#state.milestones,
            {
              step,
              lane,
              kind: "diverged",
              label: `${laneName(lane)} diverged`,
            },
          ],
        });
        break;
      }
    }
  }
}
