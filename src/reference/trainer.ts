/**
 * The float64 engine: what trains where there is no WebGPU, and what WebGPU is checked against.
 *
 * It fills the same contract as the GPU's backend, so it imports that contract's types from
 * the engine; types only, so nothing of the GPU is loaded with it.
 */
import type {
  Backend,
  LaneInput,
  PackedLane,
  Readback,
  Snapshot,
} from "../engine/stepper.ts";
import type { Settings } from "../experiment/config.ts";
import type { ParamSet } from "../model/ops.ts";
import type { Lane } from "./lane.ts";
import { ExactLane, SampledLane } from "./lane.ts";
import { optimize } from "./optimizer.ts";
import { SLICE, turn } from "../math/turn.ts";

/** Terms per step and lane, as the contract says: loss, reconstruction, kl, kl2. */
const TERMS = 4;
/** Steps whose terms are kept. */
const RING = 4096;

interface Running {
  readonly lane: Lane;
  /** Last values whose loss was finite. */
  readonly finite: Float64Array;
  /** Optimizer updates done; differs from the step once a lane has stopped. */
  updates: number;
  stopped: boolean;
}

/** Trains lanes in lockstep, in float64. */
export class ReferenceBackend implements Backend {
  readonly maxChunk = RING;
  readonly #lanes: readonly Running[];
  readonly #terms: Float32Array;
  #step: number;
  /** First step the ring holds terms of. */
  #firstTerm: number;
  #destroyed = false;
  #queue: Promise<void> = Promise.resolve();

  /**
   * @param firstStep steps already done elsewhere, when `initial` is not a start but a run that
   *   continues here; the optimizer's moments begin anew then
   */
  constructor(inputs: readonly LaneInput[], firstStep = 0) {
    this.#lanes = inputs.map((input) => {
      const lane =
        input.settings.estimator === "exact"
          ? new ExactLane(input)
          : new SampledLane(input);
      return {
        lane,
        finite: lane.arena.values.slice(),
        updates: 0,
        stopped: false,
      };
    });
    this.#terms = new Float32Array(RING * inputs.length * TERMS);
    this.#step = firstStep;
    this.#firstTerm = firstStep;
  }

  /** Throws if `first` is not the next step. Gives others a turn every 10 ms or so. */
  run(first: number, count: number): Promise<void> {
    const work = this.#queue.then(() => this.#run(first, count));
    this.#queue = work.catch(() => undefined);
    return work;
  }

  async #run(first: number, count: number): Promise<void> {
    if (this.#destroyed) return;
    if (first !== this.#step) {
      throw new Error(
        `reference: asked to run from step ${first}, expected ${this.#step}`,
      );
    }
    let until = performance.now() + SLICE;
    for (let step = first; step < first + count; step++) {
      this.#lanes.forEach((running, slot) => {
        this.#advance(running, slot, step);
      });
      this.#step = step + 1;
      this.#firstTerm = Math.max(this.#firstTerm, this.#step - RING);
      if (performance.now() < until) continue;
      await turn();
      if (this.#stoppedBetween(step + 1)) return;
      until = performance.now() + SLICE;
    }
  }

  /** Whether the backend was destroyed or moved to another step while others had their turn. */
  #stoppedBetween(expected: number): boolean {
    return this.#destroyed || this.#step !== expected;
  }

  #advance(running: Running, slot: number, step: number): void {
    const lanes = this.#lanes.length;
    const at = ((step % RING) * lanes + slot) * TERMS;
    if (running.stopped) {
      // A stopped lane keeps its last terms, too.
      const before = (((step + RING - 1) % RING) * lanes + slot) * TERMS;
      this.#terms.copyWithin(at, before, before + TERMS);
      return;
    }
    const { lane, finite } = running;
    const { loss, reconstruction, kl, kl2 } = lane.loss(step);
    this.#terms.set([loss, reconstruction, kl, kl2], at);
    if (!Number.isFinite(loss)) {
      lane.arena.values.set(finite);
      running.stopped = true;
      return;
    }
    finite.set(lane.arena.values);
    running.updates++;
    for (const [from, to] of lane.trained) {
      optimize(lane.arena, from, to, lane.settings.optimizer, running.updates);
    }
  }

  read(since: number): Promise<Readback> {
    const lanes = this.#lanes.length;
    const firstStep = Math.min(Math.max(since, this.#firstTerm), this.#step);
    const size = lanes * TERMS;
    const terms = new Float32Array((this.#step - firstStep) * size);
    for (let step = firstStep; step < this.#step; step++) {
      const at = (step % RING) * size;
      terms.set(this.#terms.subarray(at, at + size), (step - firstStep) * size);
    }
    return Promise.resolve({
      step: this.#step,
      firstStep,
      terms,
      params: this.#lanes.map(({ lane }) => lane.params()),
      snapshot: this.#state(),
    });
  }

  snapshot(): Promise<Snapshot> {
    return Promise.resolve(this.#state());
  }

  /** One arena a lane, float64: updates done, stopped or not, values, m, v. */
  #state(): Snapshot {
    const arenas = this.#lanes.map(({ lane: { arena }, updates, stopped }) => {
      const size = arena.values.length;
      const saved = new Float64Array(2 + 3 * size);
      saved.set([updates, stopped ? 1 : 0]);
      saved.set(arena.values, 2);
      saved.set(arena.m, 2 + size);
      saved.set(arena.v, 2 + 2 * size);
      return saved;
    });
    return { step: this.#step, arenas };
  }

  /** Throws if the snapshot is not one of a reference with lanes of these sizes. */
  restore(snapshot: Snapshot): void {
    this.#lanes.forEach(({ lane }, slot) => {
      const arena = snapshot.arenas.at(slot);
      const expected = 2 + 3 * lane.arena.values.length;
      if (!(arena instanceof Float64Array) || arena.length !== expected) {
        throw new Error(
          `reference: lane ${slot} of the snapshot is not ${expected} float64 numbers; it is of another run or engine`,
        );
      }
    });
    this.#lanes.forEach((running, slot) => {
      const saved = snapshot.arenas[slot];
      const { values, m, v } = running.lane.arena;
      const size = values.length;
      running.updates = saved[0];
      running.stopped = saved[1] === 1;
      values.set(saved.subarray(2, 2 + size));
      m.set(saved.subarray(2 + size, 2 + 2 * size));
      v.set(saved.subarray(2 + 2 * size));
      running.finite.set(values);
    });
    // Terms up to the snapshot's step stay valid when it lies behind, within the ring.
    const known =
      snapshot.step <= this.#step && snapshot.step >= this.#firstTerm;
    if (!known) this.#firstTerm = snapshot.step;
    this.#step = snapshot.step;
  }

  pack(lane: number, params: ParamSet): PackedLane & { arena: number } {
    const entries = this.#lanes[lane].lane.pack(params);
    const size = entries.length;
    // Before the values: updates done, and whether it has stopped.
    return {
      arena: lane,
      values: 2,
      first: 2 + size,
      second: 2 + 2 * size,
      entries,
    };
  }

  paramsOf({ arenas }: Snapshot): readonly ParamSet[] {
    return this.#lanes.map(({ lane }, slot) =>
      lane.params(
        arenas[slot].subarray(2, 2 + lane.arena.values.length) as Float64Array,
      ),
    );
  }

  /** Changes beta, the etas or the learning rate from the next step on. */
  update(lane: number, settings: Settings): void {
    this.#lanes[lane].lane.settings = settings;
  }

  stop(lane: number): void {
    this.#lanes[lane].stopped = true;
  }

  destroy(): void {
    this.#destroyed = true;
  }
}
