/**
 * The worker's side of the protocol: opens experiments, drives the scheduler, turns read-backs
 * into events. Holds one run at a time; everything it says to the page is a `TrainerEvent`.
 */
import {
  Scheduler,
  type Divergence,
  type SchedulerStatus,
} from "../engine/scheduler.ts";
import type { LaneInput, Readback } from "../engine/stepper.ts";
import {
  allLanes,
  type ExperimentConfig,
  type Settings,
} from "../experiment/config.ts";
import { samePath } from "../experiment/schema.ts";
import type { Prediction } from "../theory/prediction.ts";
import {
  EngineChoice,
  LOSS_GRACE_MS,
  type EnginePreference,
} from "./engine-choice.ts";
import { branchHere, lookAt } from "./history.ts";
import { importFile } from "./import-file.ts";
import { LaneData, guideLane, predictLane, summarize } from "./lane-data.ts";
import { MapHost } from "./map-host.ts";
import type { MapSpec } from "./map-protocol.ts";
import { pokeRun } from "./poke-run.ts";
import { profileRun } from "./profile.ts";
import type { ProfileReadout } from "./profile-protocol.ts";
import {
  FIRST_PICTURES,
  type ImportResult,
  type PictureRequest,
  type Status,
  type TrainerApi,
  type TrainerMessage,
} from "./protocol.ts";
import type { Emit } from "./run-reporter.ts";
import {
  fromLost,
  fromSaved,
  saveState,
  stopLane,
  type Origin,
} from "./run-state.ts";
import { closeRun, configOf, createRun, type Run } from "./run.ts";
import type { SavedState } from "./runs-protocol.ts";
import { divergedMessage, resumedMessage } from "./run-messages.ts";
import { SeedsHost } from "./seeds-host.ts";
import { SweepHost } from "./sweep-host.ts";
import type { SweepSpec } from "./sweep-protocol.ts";
import { weightsOf } from "./weights.ts";
import type { WeightsReadout } from "./weights-protocol.ts";

export class TrainerHost implements TrainerApi {
  readonly #post: (message: TrainerMessage, transfer: Transferable[]) => void;
  readonly #engine: EngineChoice;
  readonly #data = new LaneData();
  readonly #emit: Emit = (event, transfer = []) => {
    this.#post({ run: this.#runNumber, event }, transfer);
  };
  readonly #sweeps = new SweepHost(this.#emit, this.#data);
  readonly #maps = new MapHost(this.#emit, this.#data);
  readonly #seeds = new SeedsHost((seeds) => {
    this.#emit({ kind: "seeds", seeds });
  });
  #run: Run | null = null;
  /** Lanes of the experiment last opened, whether or not it could start. */
  #opened: readonly Settings[] = [];
  /** Counts opens: a slow open that was overtaken gives up. */
  #generation = 0;
  /** The page's number of the present run. */
  #runNumber = 0;
  #pictures: PictureRequest = FIRST_PICTURES;
  /** The run was under way when its device was lost. */
  #goOn = false;

  constructor(
    gpu: GPU | undefined,
    preference: EnginePreference,
    post: (message: TrainerMessage, transfer: Transferable[]) => void,
  ) {
    this.#post = post;
    this.#engine = new EngineChoice(gpu, preference, () => void this.#onLost());
  }

  async open(config: ExperimentConfig, run: number, from?: SavedState) {
    const generation = ++this.#generation;
    this.#runNumber = run;
    this.#opened = allLanes(config);
    this.#goOn = false;
    await this.#seeds.drop();
    if (generation !== this.#generation) return;
    if (this.#run) closeRun(this.#run);
    this.#run = null;
    this.#status("loading", 0);
    try {
      const inputs = await this.#prepare(config, generation);
      const origin = from && fromSaved(from);
      if (inputs) await this.#start(config, inputs, generation, origin);
    } catch (error) {
      if (generation !== this.#generation) return;
      this.#notice("run", error);
      this.#status("failed", 0);
    }
  }

  async play(): Promise<void> {
    const run = this.#run;
    await lookAt(run, null);
    run?.scheduler.play();
  }

  look(step: number | null): Promise<void> {
    return lookAt(this.#run, step);
  }

  branch(): Promise<void> {
    return branchHere(this.#run);
  }

  async pause(): Promise<void> {
    this.#goOn = false;
    await this.#run?.scheduler.pause();
    await this.#run?.reporter.idle();
  }

  async step(count: number): Promise<void> {
    const run = this.#run;
    if (!run) return;
    await run.scheduler.advance(count);
    // Measurements are rationed while it runs; of the step it rests at they are always wanted.
    if (run.scheduler.status === "paused") await run.scheduler.readNow();
    await run.reporter.idle();
  }

  setPace(stepsPerSecond: number): Promise<void> {
    this.#run?.scheduler.setPace(stepsPerSecond);
    return Promise.resolve();
  }

  async update(lanes: readonly Settings[]): Promise<void> {
    const run = this.#run;
    if (!run) return;
    void this.#seeds.drop();
    const before = run.inputs.map(({ settings }) => settings);
    run.stoppedEarly &&= samePath(before, lanes);
    run.inputs = run.inputs.map((input, lane) => ({
      ...input,
      settings: lanes[lane],
    }));
    this.#predict(run.inputs);
    run.reporter.change(run.inputs, this.#predictions);
    await run.scheduler.update(lanes);
    if (run.scheduler.status === "running") return;
    await run.scheduler.readNow();
    await run.reporter.idle();
  }

  save(most: number): Promise<SavedState | null> {
    return Promise.resolve(saveState(this.#run, this.#engine.info, most));
  }

  async measure(): Promise<void> {
    await this.#run?.survey.measure();
  }

  profile(): Promise<ProfileReadout | null> {
    return profileRun(this.#run, this.#engine.gpu);
  }

  show(request: PictureRequest): Promise<void> {
    this.#pictures = request;
    this.#run?.reporter.show(request);
    return Promise.resolve();
  }

  async estimateLikelihood(samples: number): Promise<void> {
    await this.#run?.survey.estimateLikelihood(samples);
  }

  cancelLikelihood(): Promise<void> {
    this.#run?.survey.cancelLikelihood();
    return Promise.resolve();
  }

  async poke(lane: number, steps?: number): Promise<void> {
    await pokeRun(this.#run, lane, this.#predictions[lane], steps);
  }

  async seeds(lane: number, count: number): Promise<void> {
    await Promise.all([this.pause(), this.#sweeps.cancel()]);
    const of = { lane, count, prediction: this.#predictions[lane] };
    if (this.#run) await this.#seeds.run(this.#run, of, this.#engine.gpu);
  }

  readonly cancelSeeds = (): Promise<void> => this.#seeds.cancel();

  readonly weights = (): Promise<WeightsReadout | null> => weightsOf(this.#run);

  async sweep(spec: SweepSpec, sweep: number): Promise<void> {
    await Promise.all([this.pause(), this.#maps.cancel()]);
    await this.#sweeps.run(spec, sweep, this.#engine.gpu?.device);
  }

  readonly cancelSweep = (): Promise<void> => this.#sweeps.cancel();

  async map(spec: MapSpec, map: number, train: boolean): Promise<void> {
    if (train) await Promise.all([this.pause(), this.#sweeps.cancel()]);
    await this.#maps.run(spec, map, train, () => this.#engine.gpu);
  }

  pauseMap(paused: boolean): Promise<void> {
    this.#maps.pause(paused);
    return Promise.resolve();
  }

  cancelMap(): Promise<void> {
    return this.#maps.cancel();
  }

  rotate(lane: number, on: boolean): Promise<void> {
    this.#run?.reporter.rotate(lane, on);
    return Promise.resolve();
  }

  importFile(file: File, labels?: File): Promise<ImportResult> {
    this.#progress(`Reading ${file.name}`, null);
    const { files } = this.#data;
    return importFile(files, this.#opened, file, labels).finally(() => {
      this.#progress("", 1);
    });
  }

  readonly #progress = (label: string, fraction: number | null): void => {
    this.#emit({ kind: "progress", label, fraction });
  };

  #predictions: (Prediction | null)[] = [];

  async #prepare(
    config: ExperimentConfig,
    generation: number,
  ): Promise<LaneInput[] | null> {
    const overtaken = (): boolean => generation !== this.#generation;
    const inputs = await this.#data.prepareAll(
      allLanes(config),
      (label, fraction) => {
        if (!overtaken()) this.#progress(label, fraction);
      },
      overtaken,
    );
    if (inputs) this.#predict(inputs);
    return inputs;
  }

  /** Predicts and tells: theory is on screen before the engine is ready. */
  #predict(inputs: readonly LaneInput[]): void {
    this.#predictions = inputs.map(predictLane);
    this.#emit({
      kind: "ready",
      data: inputs.map(summarize),
      predictions: this.#predictions,
      guides: inputs.map(guideLane),
    });
  }

  /** @param from where it begins, if in the middle */
  async #start(
    config: ExperimentConfig,
    inputs: LaneInput[],
    generation: number,
    from?: Origin,
  ): Promise<Run | null> {
    const backend = await this.#engine.createBackend(inputs, from?.checkpoint);
    const origin = (await from?.begin(backend, this.#engine.info)) ?? {};
    if (generation !== this.#generation) {
      backend.destroy();
      return null;
    }
    if (this.#engine.info)
      this.#emit({ kind: "engine", engine: this.#engine.info });
    const scheduler = new Scheduler(
      backend,
      {
        ...config.base,
        ...origin.options,
        lanes: inputs.length,
      },
      {
        status: (status, step) => this.#onStatus(run, status, step),
        readback: (readback, rate) => this.#onReadback(run, readback, rate),
        diverged: (divergence) => this.#onDiverged(run, divergence),
        failed: (error) => this.#onFailed(run, error),
      },
    );
    const run = createRun({
      config,
      scheduler,
      inputs,
      predictions: this.#predictions,
      pictures: this.#pictures,
      gpu: this.#engine.gpu,
      emit: this.#emit,
      onError: (error) => {
        this.#complain(run, error);
      },
    });
    this.#run = run;
    for (const lane of origin.options?.stopped ?? []) stopLane(run, lane);
    if (origin.message) this.#notice("engine", origin.message);
    await scheduler.readNow();
    await run.reporter.measured();
    if (generation !== this.#generation) return null;
    this.#status("idle", scheduler.step);
    return run;
  }

  #notice(code: "engine" | "run", told: unknown): void {
    const message = told instanceof Error ? told.message : String(told);
    this.#emit({ kind: "notice", notice: { code, message } });
  }

  #status(status: Status, step: number): void {
    this.#emit({ kind: "status", status, step });
  }

  #onStatus(run: Run, status: SchedulerStatus, step: number): void {
    if (this.#run !== run) return;
    if (status === "done") void run.pokes.finish(run);
    if (status === "done" && run.reporter.measuring) {
      // Who waits for the end wants to see the end.
      void run.reporter.measured().then(() => {
        if (this.#run === run && run.scheduler.status === "done")
          this.#status(status, step);
      });
    } else this.#status(status, step);
  }

  #onReadback(run: Run, readback: Readback, stepsPerSecond: number): void {
    if (this.#run !== run) return;
    const { status } = run.scheduler;
    run.history.add(readback, run.inputs, status !== "running");
    run.reporter.report(readback, status, stepsPerSecond);
    run.survey.measureNowAndThen(
      status === "done" || readback.step >= run.steps,
    );
    if (status === "running" && !run.stoppedEarly && run.reporter.settled) {
      run.stoppedEarly = true;
      void run.scheduler.finish();
    }
  }

  /** Tells that measuring failed; not if the device is lost, which is told where it is dealt with. */
  #complain(run: Run, error: unknown): void {
    setTimeout(() => {
      if (this.#run !== run) return;
      const reason = error instanceof Error ? error.message : String(error);
      const message = `The run goes on, but it could not be measured: ${reason}`;
      this.#notice("run", message);
    }, LOSS_GRACE_MS);
  }

  #onDiverged(run: Run, { lane, step }: Divergence): void {
    if (this.#run !== run) return;
    stopLane(run, lane);
    const message = divergedMessage(run.inputs[lane].settings, lane, step);
    this.#emit({ kind: "diverged", lane, step, message });
  }

  #onFailed(run: Run, error: unknown): void {
    const report = (): void => {
      if (this.#run !== run) return;
      this.#notice("run", error);
      this.#status("failed", run.scheduler.step);
    };
    // A lost device rejects what is in flight before it says so; #onLost then replaces the run.
    if (this.#engine.info?.kind === "webgpu") setTimeout(report, LOSS_GRACE_MS);
    else report();
  }

  /** Another device, the last snapshot, and on; the CPU when that keeps failing. */
  async #onLost(): Promise<void> {
    const run = this.#run;
    this.#engine.replaceLost();
    if (!run) return;
    const generation = ++this.#generation;
    this.#goOn ||= run.scheduler.status === "running";
    closeRun(run);
    this.#status("lost", run.scheduler.step);
    const [config, from] = [configOf(run), fromLost(run)];
    const resumed = await this.#start(config, run.inputs, generation, from);
    if (!resumed) return;
    const { step } = resumed.scheduler;
    this.#notice("engine", resumedMessage(this.#engine.info, step));
    if (this.#goOn) resumed.scheduler.play();
    this.#goOn = false;
  }
}
