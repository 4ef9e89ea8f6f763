/**
 * Owns time: decides how many steps go in a chunk, when to read back, when to stop.
 *
 * Knows neither models nor pages, and drives the GPU and the CPU backend alike. At most two
 * chunks are in flight; a chunk's length adapts to hold it near 10 ms; read-backs happen at most
 * ten times a second and never stall the chunks behind them. The last tenth of a budget is read
 * ten times however fast it goes: what is said of a run's end must not depend on the clock.
 */
import type { Settings } from "../experiment/config.ts";
import { findDivergence, paramsFinite, type Divergence } from "./divergence.ts";
import { Pacer, Rate } from "./pacing.ts";
import type { Backend, Readback, Snapshot } from "./stepper.ts";

export type { Divergence };
export type SchedulerStatus = "idle" | "running" | "paused" | "done";

/** Tensors of every lane after `step` steps. */
export type Checkpoint = Pick<Readback, "step" | "params">;

export interface SchedulerEvents {
  status(status: SchedulerStatus, step: number): void;
  /** New terms and parameters; called in step order. */
  readback(readback: Readback, stepsPerSecond: number): void;
  /** The lane stopped; its state is the last finite one, reached again by replay. */
  diverged(divergence: Divergence): void;
  /** The backend failed (a lost device, say); the scheduler has stopped. */
  failed(error: unknown): void;
}

export interface SchedulerOptions {
  readonly lanes: number;
  /** Step budget. */
  readonly steps: number;
  /** Steps per second; 0 runs free. */
  readonly pace: number;
  /** Continue from here. */
  readonly snapshot?: Snapshot;
  /** Steps done already, when the backend was built in the middle of a run. */
  readonly firstStep?: number;
  /** Lanes that the backend has stopped for good. */
  readonly stopped?: readonly number[];
}

const READ_MS = 100;
const SNAPSHOT_MS = 2000;
const IN_FLIGHT = 2;
/** Read-backs of the last tenth, a hundredth of the budget apart. */
const LAST_READS = 10;
/** Steps a chunk while looking for the step a lane diverged at. */
const REPLAY_CHUNK = 256;

export class Scheduler {
  readonly #backend: Backend;
  readonly #events: SchedulerEvents;
  readonly #options: SchedulerOptions;
  readonly #pacer: Pacer;
  readonly #rate = new Rate();
  #status: SchedulerStatus = "idle";
  /** Steps submitted so far. */
  #step: number;
  /** The budget. */
  #steps: number;
  #target: number;
  #readSince: number;
  /** Step of the last tenth that is to be read, once it is reached. */
  #lastMark = -1;
  #lastRead = -Infinity;
  #lastSnapshot = -Infinity;
  #reading: Promise<void> | null = null;
  /** Found by a read, dealt with when the chunks in flight have landed. */
  #diverged: Divergence | null = null;
  #snapshot: Snapshot | null;
  #checkpoint: Checkpoint | null = null;
  readonly #stopped: Set<number>;
  #loop: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(
    backend: Backend,
    options: SchedulerOptions,
    events: SchedulerEvents,
  ) {
    this.#backend = backend;
    this.#options = options;
    this.#events = events;
    this.#pacer = new Pacer(options.pace, backend.maxChunk);
    this.#steps = options.steps;
    this.#target = options.steps;
    this.#stopped = new Set(options.stopped);
    this.#snapshot = options.snapshot ?? null;
    this.#step = options.snapshot?.step ?? options.firstStep ?? 0;
    this.#readSince = this.#step;
    if (options.snapshot) backend.restore(options.snapshot);
  }

  get step(): number {
    return this.#step;
  }

  get status(): SchedulerStatus {
    return this.#status;
  }

  /** Steps of the last chunks, for the curious. */
  get chunkSteps(): number {
    return this.#pacer.chunk;
  }

  /** The last state kept for a resume on the same kind of engine. */
  get snapshot(): Snapshot | null {
    return this.#snapshot;
  }

  /** The tensors last read, for an engine that cannot take a snapshot of this one. */
  get checkpoint(): Checkpoint | null {
    return this.#checkpoint;
  }

  /** Trains to the budget (or `target` steps in all) unless paused before. */
  play(target = this.#steps): void {
    if (this.#closed || this.#status === "running" || this.#step >= target)
      return;
    this.#target = Math.min(target, this.#steps);
    this.#setStatus("running");
    this.#loop = this.#run().catch((error: unknown) => {
      if (!this.#closed) this.#events.failed(error);
    });
  }

  /** Resolves when the chunks in flight have landed and the last read-back is out. */
  async pause(): Promise<void> {
    if (this.#status === "running") this.#setStatus("paused");
    this.#pacer.wake();
    await this.#loop;
  }

  /** Trains exactly `count` more steps, then pauses; ignores the pace. */
  async advance(count: number): Promise<void> {
    await this.pause();
    const { pace } = this.#pacer;
    this.setPace(0);
    this.play(this.#step + count);
    await this.#loop;
    this.setPace(pace);
  }

  /** Ends the run before its budget (settled). */
  async finish(): Promise<void> {
    if (this.#status === "running") this.#setStatus("done");
    this.#pacer.wake();
    await this.#loop;
  }

  setPace(stepsPerSecond: number): void {
    this.#pacer.setPace(stepsPerSecond, this.#step);
  }

  /** Changes a lane's live settings; a snapshot from before would no longer lead here. */
  async update(lanes: readonly Settings[]): Promise<void> {
    lanes.forEach((settings, lane) => {
      if (!this.#stopped.has(lane)) this.#backend.update(lane, settings);
    });
    this.#snapshot = await this.#backend.snapshot();
  }

  /**
   * Goes on from another state: what `change` makes of a snapshot of now. Pauses; a run that was
   * done is not any more if there are steps left.
   */
  async edit(
    change: (now: Snapshot, backend: Backend) => Snapshot | Promise<Snapshot>,
  ): Promise<void> {
    await this.pause();
    await this.#reading;
    if (this.#closed) return;
    const now = await this.#backend.snapshot();
    const next = await change(now, this.#backend);
    this.#backend.restore(next);
    this.#snapshot = next;
    this.#step = next.step;
    this.#readSince = Math.min(this.#readSince, next.step);
    if (this.#status === "done" && next !== now) this.#reopen();
  }

  /**
   * Trains on from another state to step `to` without telling of it; then what `play` does goes on
   * from there.
   */
  async replay(from: Snapshot, to: number): Promise<void> {
    await this.edit(() => from);
    await this.#replay(from, to);
    this.#snapshot = await this.#backend.snapshot();
    this.#readSince = this.#step;
  }

  /** Tensors of every lane of a snapshot of this run. */
  paramsOf(snapshot: Snapshot): Checkpoint["params"] {
    return this.#backend.paramsOf(snapshot);
  }

  /** A budget of so many steps, if it was less. */
  extend(steps: number): void {
    this.#steps = Math.max(this.#steps, steps);
    if (this.#status === "done") this.#reopen();
  }

  #reopen(): void {
    if (this.#step < this.#steps && !this.#allStopped())
      this.#setStatus("paused");
  }

  /** Reads the present state, as at the end of a run. */
  async readNow(): Promise<void> {
    await this.#reading;
    await this.#read(true);
    if (this.#diverged) await this.#recover(this.#diverged);
  }

  close(): void {
    this.#closed = true;
    this.#status = "idle";
    this.#pacer.wake();
    this.#backend.destroy();
  }

  #setStatus(status: SchedulerStatus): void {
    this.#status = status;
    this.#events.status(status, this.#step);
  }

  async #run(): Promise<void> {
    this.#pacer.start(this.#step);
    this.#rate.reset(performance.now(), this.#step);
    this.#snapshot ??= await this.#backend.snapshot();
    // A divergence found by a read rolls the step back and leaves the other lanes short.
    do {
      await this.#submitChunks();
      await this.#reading;
      if (!this.#closed && !this.#diverged) await this.#read(true);
      if (!this.#closed && this.#diverged) await this.#recover(this.#diverged);
    } while (this.#wantsMore());
    if (this.#isRunning()) {
      const done = this.#step >= this.#steps || this.#allStopped();
      this.#setStatus(done ? "done" : "paused");
    }
  }

  async #submitChunks(): Promise<void> {
    const inFlight: Promise<void>[] = [];
    let lastLanding = performance.now();
    const land = async (chunk: Promise<void>, count: number): Promise<void> => {
      await chunk;
      const now = performance.now();
      this.#pacer.adapt(now - lastLanding, count);
      lastLanding = now;
    };
    while (this.#wantsMore() && !this.#diverged) {
      const count = Math.min(
        this.#pacer.allowance(this.#step),
        this.#nextStop() - this.#step,
      );
      if (count < 1) {
        await Promise.all(inFlight.splice(0));
        await this.#pacer.sleep();
        lastLanding = performance.now();
        continue;
      }
      const chunk = land(this.#backend.run(this.#step, count), count);
      // A failed chunk surfaces where it is awaited, not as an unhandled rejection.
      chunk.catch(() => undefined);
      inFlight.push(chunk);
      this.#step += count;
      if (inFlight.length >= IN_FLIGHT) await inFlight.shift();
      const marked = this.#step === this.#lastMark && this.#wantsMore();
      if (marked) await this.#reading;
      const due = performance.now() - this.#lastRead >= READ_MS;
      if (marked || (due && !this.#reading)) {
        this.#reading = this.#read(false).finally(() => (this.#reading = null));
        this.#reading.catch(() => undefined);
      }
    }
    await Promise.all(inFlight);
  }

  /** Where the next chunk must end at the latest. */
  #nextStop(): number {
    const steps = this.#steps;
    const apart = Math.floor(steps / (10 * LAST_READS));
    for (let left = LAST_READS; left > 0 && apart > 0; left--) {
      const mark = steps - left * apart;
      if (mark > this.#step) {
        this.#lastMark = mark;
        return Math.min(mark, this.#target);
      }
    }
    return this.#target;
  }

  #wantsMore(): boolean {
    return (
      this.#isRunning() && this.#step < this.#target && !this.#allStopped()
    );
  }

  #isRunning(): boolean {
    return this.#status === "running" && !this.#closed;
  }

  #allStopped(): boolean {
    return this.#stopped.size >= this.#options.lanes;
  }

  /** Reads terms and parameters, keeps a snapshot now and then, looks for divergence. */
  async #read(final: boolean): Promise<void> {
    this.#lastRead = performance.now();
    const wantSnapshot =
      final || this.#lastRead - this.#lastSnapshot >= SNAPSHOT_MS;
    // Both copies are encoded before anything else is submitted: they are of the same step.
    const [readback, snapshot] = await Promise.all([
      this.#backend.read(this.#readSince),
      wantSnapshot ? this.#backend.snapshot() : null,
    ]);
    if (this.#closed) return;
    this.#diverged = findDivergence(
      readback,
      this.#options.lanes,
      this.#stopped,
    );
    if (this.#diverged) return;
    if (snapshot && paramsFinite(readback, this.#stopped)) {
      this.#snapshot = snapshot;
      this.#lastSnapshot = performance.now();
    }
    this.#emit(readback);
  }

  #emit(readback: Readback): void {
    this.#readSince = readback.step;
    if (paramsFinite(readback, this.#stopped)) this.#checkpoint = readback;
    this.#events.readback(
      readback,
      this.#rate.update(performance.now(), readback.step),
    );
  }

  /**
   * Goes back to the last snapshot, replays to the last finite state (training is deterministic)
   * and stops the lane there; the others go on from that step.
   */
  async #recover(found: Divergence): Promise<void> {
    this.#diverged = null;
    const from = this.#snapshot;
    if (!from) throw new Error("a run diverged before its first snapshot");
    const { lane, step } = await this.#firstDivergence(from, found);
    // The loss of `step` is that of the state after `step` updates; the one before was finite.
    await this.#replay(from, Math.max(step - 1, from.step));
    this.#backend.stop(lane);
    this.#stopped.add(lane);
    this.#events.diverged({ lane, step });
    this.#snapshot = await this.#backend.snapshot();
    this.#emit(await this.#backend.read(Math.min(this.#readSince, this.#step)));
  }

  /** The ring may have lost the first bad step; a replay in chunks it can hold finds it. */
  async #firstDivergence(
    from: Snapshot,
    found: Divergence,
    chunk = REPLAY_CHUNK,
  ): Promise<Divergence> {
    await this.#replay(from, from.step);
    while (this.#step < found.step) {
      const since = this.#step;
      await this.#runMore(Math.min(found.step - since, chunk));
      const readback = await this.#backend.read(since);
      const divergence = findDivergence(
        readback,
        this.#options.lanes,
        this.#stopped,
      );
      if (!divergence) continue;
      const held = readback.step - readback.firstStep;
      if (readback.firstStep === since) return divergence;
      return this.#firstDivergence(from, divergence, held);
    }
    return found;
  }

  async #replay(from: Snapshot, to: number): Promise<void> {
    this.#backend.restore(from);
    this.#step = from.step;
    while (this.#step < to)
      await this.#runMore(Math.min(to - this.#step, REPLAY_CHUNK));
  }

  async #runMore(count: number): Promise<void> {
    const steps = Math.min(count, this.#backend.maxChunk);
    await this.#backend.run(this.#step, steps);
    this.#step += steps;
  }
}
