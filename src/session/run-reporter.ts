/**
 * What the page is told of a run: every step's terms, and read-outs, weights and pictures as often
 * as they cost little. Worker side.
 */
import type { SchedulerStatus } from "../engine/scheduler.ts";
import type { LaneInput, Readback } from "../engine/stepper.ts";
import type { Prediction } from "../theory/prediction.ts";
import { readImages } from "./images.ts";
import { LaneMonitor } from "./lane-monitor.ts";
import type { TrainerEvent } from "./protocol.ts";
import { readTensors } from "./tensors.ts";

/** Share of the time that measuring may take, and as much again for pictures. */
const MEASURE_SHARE = 0.05;
const PICTURE_MS = 1000;

export type Emit = (event: TrainerEvent, transfer?: Transferable[]) => void;

export class RunReporter {
  readonly #emit: Emit;
  readonly #steps: number;
  #inputs: readonly LaneInput[];
  readonly #monitors: readonly LaneMonitor[];
  readonly #rotated: boolean[];
  #nextMeasure = -Infinity;
  #nextPicture = -Infinity;
  #last: Readback | null = null;

  /** @param steps the run's budget */
  constructor(
    emit: Emit,
    steps: number,
    inputs: readonly LaneInput[],
    predictions: readonly (Prediction | null)[],
  ) {
    this.#emit = emit;
    this.#steps = steps;
    this.#inputs = inputs;
    this.#rotated = inputs.map(() => false);
    this.#monitors = inputs.map(
      (input, lane) => new LaneMonitor(input, predictions[lane]),
    );
  }

  /** Every lane is at theory and no longer moves, or has stopped. */
  get settled(): boolean {
    return this.#monitors.every((monitor) => monitor.settled);
  }

  /** Settings changed while training. */
  change(
    inputs: readonly LaneInput[],
    predictions: readonly (Prediction | null)[],
  ): void {
    this.#inputs = inputs;
    this.#monitors.forEach((monitor, lane) => {
      monitor.change(inputs[lane], predictions[lane]);
    });
  }

  diverge(lane: number): void {
    this.#monitors[lane].diverge();
  }

  rotate(lane: number, on: boolean): void {
    this.#rotated[lane] = on;
    if (this.#last) this.#emitTensors(this.#last);
  }

  /** What does not run is always reported whole. */
  report(
    readback: Readback,
    status: SchedulerStatus,
    stepsPerSecond: number,
  ): void {
    this.#last = readback;
    if (readback.terms.length > 0) {
      this.#emit(
        {
          kind: "terms",
          firstStep: readback.firstStep,
          lanes: this.#inputs.length,
          terms: readback.terms,
          stepsPerSecond,
        },
        [readback.terms.buffer as ArrayBuffer],
      );
    }
    // A run that stopped because every lane had settled will not move again either.
    const finished = readback.step >= this.#steps || status === "done";
    const resting = finished || status !== "running";
    const started = performance.now();
    if (resting || started >= this.#nextMeasure) {
      this.#emitReadout(readback, finished);
      const cost = performance.now() - started;
      this.#nextMeasure = started + cost / MEASURE_SHARE;
    }
    const from = performance.now();
    if (resting || from >= this.#nextPicture) {
      this.#emitPictures(readback);
      const cost = performance.now() - from;
      this.#nextPicture = from + Math.max(PICTURE_MS, cost / MEASURE_SHARE);
    }
  }

  #emitReadout({ step, params }: Readback, finished: boolean): void {
    this.#emit({
      kind: "readout",
      lanes: this.#monitors.map((monitor, lane) =>
        monitor.measure(step, params[lane], finished),
      ),
    });
  }

  #emitPictures(readback: Readback): void {
    this.#emitTensors(readback);
    const images = readImages(readback.step, this.#inputs, readback.params);
    if (images) this.#emit({ kind: "images", images });
  }

  #emitTensors({ step, params }: Readback): void {
    this.#emit({
      kind: "tensors",
      step,
      lanes: this.#inputs.map((input, lane) =>
        readTensors(input, params[lane], this.#rotated[lane]),
      ),
    });
  }
}
