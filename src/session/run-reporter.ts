/**
 * What the page is told of a run: every step's terms, and read-outs, weights and pictures as often
 * as they cost little. Worker side.
 */
import type { SchedulerStatus } from "../engine/scheduler.ts";
import type { LaneInput, Readback } from "../engine/stepper.ts";
import type { Prediction } from "../theory/prediction.ts";
import { Cadence } from "./cadence.ts";
import type { PassSource } from "./passes.ts";
import { readImages } from "./images.ts";
import { LaneMonitor } from "./lane-monitor.ts";
import type { LaneView } from "./picture.ts";
import { toldByMoments } from "./posterior.ts";
import type { LaneReadout, PictureRequest, TrainerEvent } from "./protocol.ts";
import { readScatter } from "./scatter.ts";
import { readTensors } from "./tensors.ts";
import { readTraversals } from "./traversals.ts";

const PICTURE_MS = 1000;
/** Share of the worker's time for read-outs that need no pass: they run while the device trains. */
const BESIDE_SHARE = 0.05;

export type Emit = (event: TrainerEvent, transfer?: Transferable[]) => void;

export interface ReporterOptions {
  readonly emit: Emit;
  /** The run's budget. */
  readonly steps: number;
  readonly inputs: readonly LaneInput[];
  readonly predictions: readonly (Prediction | null)[];
  readonly evaluators: PassSource;
  readonly pictures: PictureRequest;
  /** Measuring failed; the training goes on. */
  readonly onError: (error: unknown) => void;
}

type Measured = Pick<Readback, "step" | "params">;

export class RunReporter {
  readonly #options: ReporterOptions;
  readonly #emit: Emit;
  #inputs: readonly LaneInput[];
  readonly #monitors: readonly LaneMonitor[];
  readonly #rotated: boolean[];
  readonly #readouts: Cadence<{ at: Measured; finished: boolean }>;
  readonly #tensors: Cadence<Measured>;
  readonly #pictures: Cadence<Measured>;
  #request: PictureRequest;
  #last: Measured | null = null;
  /** What is shown instead of it. */
  #looked: Measured | null = null;
  #predictions: readonly (Prediction | null)[];
  #latest: readonly LaneReadout[] = [];
  /** The run's budget. */
  #steps: number;

  constructor(options: ReporterOptions) {
    const { emit, inputs, predictions, pictures, onError } = options;
    this.#options = options;
    this.#steps = options.steps;
    this.#predictions = predictions;
    this.#emit = emit;
    this.#inputs = inputs;
    this.#request = pictures;
    this.#rotated = inputs.map(() => false);
    this.#monitors = inputs.map(
      (input, lane) => new LaneMonitor(input, predictions[lane]),
    );
    const spent = (): number => options.evaluators.spent;
    this.#readouts = new Cadence(
      ({ at, finished }) => this.#measure(at, finished),
      inputs.every(toldByMoments)
        ? { share: BESIDE_SHARE, onError }
        : { spent, onError },
    );
    const slow = { every: PICTURE_MS, onError };
    this.#tensors = new Cadence((at) => this.#emitTensors(at), slow);
    this.#pictures = new Cadence((at) => this.#emitPictures(at), {
      ...slow,
      spent,
    });
  }

  /** Every lane is at theory and no longer moves, or has stopped. */
  get settled(): boolean {
    return this.#monitors.every((monitor) => monitor.settled);
  }

  /** The last read-out of each lane; none before the first. */
  get latest(): readonly LaneReadout[] {
    return this.#latest;
  }

  /** The tensors last read. */
  get read(): Measured | null {
    return this.#last;
  }

  /** A budget of so many steps, if it was less. */
  extend(steps: number): void {
    this.#steps = Math.max(this.#steps, steps);
  }

  /** A lane's state was changed by hand: what was measured before says nothing of now. */
  forget(lane: number): void {
    this.#monitors[lane].forget();
  }

  /** A read-out is under way. */
  get measuring(): boolean {
    return this.#readouts.busy;
  }

  /** Resolves when read-outs of what was reported so far are out. */
  measured(): Promise<void> {
    return this.#readouts.idle();
  }

  /** Resolves when all that was reported so far is out. */
  async idle(): Promise<void> {
    await this.#readouts.idle();
    await this.#pictures.idle();
  }

  /** Nothing more is told. */
  close(): void {
    for (const one of [this.#readouts, this.#tensors, this.#pictures])
      one.close();
  }

  /** Settings changed while training. */
  change(
    inputs: readonly LaneInput[],
    predictions: readonly (Prediction | null)[],
  ): void {
    this.#inputs = inputs;
    this.#predictions = predictions;
    this.#monitors.forEach((monitor, lane) => {
      monitor.change(inputs[lane], predictions[lane]);
    });
  }

  diverge(lane: number): void {
    this.#monitors[lane].diverge();
  }

  rotate(lane: number, on: boolean): void {
    this.#rotated[lane] = on;
    const shown = this.#looked ?? this.#last;
    if (shown) this.#tensors.offer(shown, true);
  }

  /** Which pictures are wanted from now on; they come at once. */
  show(request: PictureRequest): void {
    this.#request = request;
    const shown = this.#looked ?? this.#last;
    if (shown) this.#pictures.offer(shown, true);
  }

  /** Shows another state than the present one, and the present one again; nothing is judged by it. */
  async look(at: Measured | null): Promise<void> {
    this.#looked = at;
    const shown = at ?? this.#last;
    if (!shown) return;
    const lanes = at ? await this.#measureOnce(at) : this.#latest;
    if (this.#looked !== at) return;
    this.#emit({ kind: "look", step: at?.step ?? null, lanes });
    this.#tensors.offer(shown, true);
    this.#pictures.offer(shown, true);
    await this.#pictures.idle();
  }

  /** The run went back to `step`, from step `of`. */
  branch(step: number, of: number): void {
    this.#looked = null;
    this.#emit({ kind: "branch", step, of });
  }

  async #measureOnce({ step, params }: Measured): Promise<LaneReadout[]> {
    const found: LaneReadout[] = [];
    for (const [lane, input] of this.#inputs.entries()) {
      const monitor = new LaneMonitor(input, this.#predictions[lane]);
      const readout = toldByMoments(input)
        ? monitor.measure(step, params[lane], false)
        : await monitor.measureByPasses(
            step,
            params[lane],
            false,
            await this.#options.evaluators.of(input),
          );
      if (readout) found.push(readout);
    }
    return found;
  }

  /** What does not run is always reported whole. */
  report(
    readback: Readback,
    status: SchedulerStatus,
    stepsPerSecond: number,
  ): void {
    const { step, params, terms, firstStep } = readback;
    const at = { step, params };
    this.#last = at;
    this.#looked = null;
    if (terms.length > 0) {
      this.#emit(
        {
          kind: "terms",
          firstStep,
          lanes: this.#inputs.length,
          terms,
          stepsPerSecond,
        },
        [terms.buffer as ArrayBuffer],
      );
    }
    // A run that stopped because every lane had settled will not move again either.
    const finished = step >= this.#steps || status === "done";
    const resting = finished || status !== "running";
    this.#readouts.offer({ at, finished }, resting);
    this.#tensors.offer(at, resting);
    this.#pictures.offer(at, resting);
  }

  /** Lanes of which the moments tell all are measured at once. */
  #measure(at: Measured, finished: boolean): Promise<void> | undefined {
    const { step, params } = at;
    if (!this.#inputs.every(toldByMoments))
      return this.#measureByPasses(at, finished);
    this.#tell(
      this.#monitors.map((monitor, lane) =>
        monitor.measure(step, params[lane], finished),
      ),
    );
    return undefined;
  }

  async #measureByPasses(
    { step, params }: Measured,
    finished: boolean,
  ): Promise<void> {
    const inputs = this.#inputs;
    const lanes: LaneReadout[] = [];
    for (const [lane, monitor] of this.#monitors.entries()) {
      const readout = toldByMoments(inputs[lane])
        ? monitor.measure(step, params[lane], finished)
        : await monitor.measureByPasses(
            step,
            params[lane],
            finished,
            await this.#options.evaluators.of(inputs[lane]),
          );
      // Settings changed, or the run is over: it is of no lane that there is.
      if (!readout || this.#readouts.closed || this.#inputs !== inputs) return;
      lanes.push(readout);
    }
    this.#tell(lanes);
  }

  #tell(lanes: readonly LaneReadout[]): void {
    this.#latest = lanes;
    this.#emit({ kind: "readout", lanes });
  }

  #emitTensors({ step, params }: Measured): undefined {
    this.#emit({
      kind: "tensors",
      step,
      lanes: this.#inputs.map((input, lane) =>
        readTensors(input, params[lane], this.#rotated[lane]),
      ),
    });
  }

  #emitPictures(at: Measured): Promise<void> | undefined {
    const { images, traversals, scatter } = this.#request;
    return images || traversals || scatter ? this.#drawPictures(at) : undefined;
  }

  /** One kind at a time, each only if it is still asked for. */
  async #drawPictures({ step, params }: Measured): Promise<void> {
    const emit = (event: TrainerEvent): void => {
      if (!this.#pictures.closed) this.#emit(event);
    };
    const views: LaneView[] = [];
    for (const [lane, input] of this.#inputs.entries()) {
      const passes = await this.#options.evaluators.forFew(input);
      views.push({ input, params: params[lane], passes });
    }
    if (this.#request.images) {
      const images = await readImages(step, views);
      if (images) emit({ kind: "images", images });
    }
    const walk = this.#request.traversals;
    if (walk && walk.lane < views.length) {
      const traversals = await readTraversals(step, views[walk.lane], walk);
      const { traversals: wanted } = this.#request;
      if (traversals && wanted === walk)
        emit({ kind: "traversals", traversals });
    }
    const plot = this.#request.scatter;
    if (plot) {
      const scatter = await readScatter(step, views, plot);
      if (this.#request.scatter === plot) emit({ kind: "scatter", scatter });
    }
  }
}
