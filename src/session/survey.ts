/**
 * What is found out about a run beside its read-outs, at the weights as they stand: metrics over the
 * whole data set, and log-likelihoods. Both look at many examples, and go on beside training. Worker side.
 */
import type { Gpu } from "../engine/gpu.ts";
import type { Checkpoint } from "../engine/scheduler.ts";
import type { LaneInput } from "../engine/stepper.ts";
import { MEASURE_SHARE } from "./cadence.ts";
import type { PassSource } from "./passes.ts";
import { estimateLikelihood, likelihoodExamples } from "./likelihood.ts";
import { measureLanes } from "./metrics.ts";
import type { TrainerEvent } from "./protocol.ts";

/** Metrics look at every example: while a run moves, on the GPU and this rarely. */
const METRICS_MS = 10_000;

export interface SurveyOptions {
  readonly emit: (event: TrainerEvent) => void;
  readonly gpu: Gpu | null;
  readonly evaluators: PassSource;
  /** Changes with live settings. */
  readonly inputs: () => readonly LaneInput[];
  readonly checkpoint: () => Checkpoint | null;
  /** An estimate that was asked for failed. */
  readonly onError: (error: unknown) => void;
}

export class Survey {
  readonly #options: SurveyOptions;
  #nextMetrics = performance.now() + METRICS_MS;
  /** Counts estimates: only the latest goes on. */
  #estimate = 0;
  #closed = false;

  constructor(options: SurveyOptions) {
    this.#options = options;
  }

  /** Nothing more is told. */
  close(): void {
    this.#closed = true;
  }

  /** Metrics of the weights as they stand, as an event. */
  async measure(): Promise<void> {
    const { emit, gpu, evaluators, inputs, checkpoint } = this.#options;
    const at = checkpoint();
    if (!at) return;
    const measured = inputs();
    const left = (): boolean => this.#closed || inputs() !== measured;
    const lanes = await measureLanes(at.step, measured, at.params, gpu, {
      evaluators,
      left,
    });
    if (!left()) emit({ kind: "metrics", lanes });
  }

  /** The same in a share of the time, or if the run is over. */
  measureNowAndThen(finished: boolean): void {
    const started = performance.now();
    const due = this.#options.gpu !== null && started >= this.#nextMetrics;
    if (!finished && !due) return;
    this.#nextMetrics = Infinity;
    void this.measure()
      // A device lost meanwhile is dealt with where its loss is announced.
      .catch(() => undefined)
      .then(() => {
        const took = performance.now() - started;
        this.#nextMetrics =
          started + Math.max(METRICS_MS, took / MEASURE_SHARE);
      });
  }

  /** Lane after lane; replaces an estimate under way. Resolves when it is done, cancelled or failed. */
  async estimateLikelihood(samples: number): Promise<void> {
    const { emit, evaluators, inputs, checkpoint } = this.#options;
    const estimate = ++this.#estimate;
    const at = checkpoint();
    if (!at) return;
    const left = (): boolean => this.#closed || this.#estimate !== estimate;
    this.#tellCap();
    try {
      for (const [lane, input] of inputs().entries()) {
        const passes = await evaluators.of(input);
        await estimateLikelihood(
          { lane, step: at.step, input, params: at.params[lane], passes },
          Math.max(1, Math.round(samples)),
          (likelihood) => {
            if (!left()) emit({ kind: "likelihood", likelihood });
          },
          left,
        );
      }
    } catch (error) {
      if (!left()) this.#options.onError(error);
    }
  }

  cancelLikelihood(): void {
    this.#estimate++;
  }

  #tellCap(): void {
    const capped = this.#options
      .inputs()
      .map(likelihoodExamples)
      .find(({ data, rows }) => rows.length < data.rows);
    if (!capped) return;
    const { on, data, rows } = capped;
    const message = `The log-likelihood is estimated on ${rows.length} of the ${data.rows} ${on} examples.`;
    this.#options.emit({ kind: "notice", notice: { code: "run", message } });
  }
}
