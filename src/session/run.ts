/** A run: an experiment's lanes in training, and what measures them. Worker side. */
import type { Gpu } from "../engine/gpu.ts";
import type { Scheduler } from "../engine/scheduler.ts";
import type { LaneInput } from "../engine/stepper.ts";
import type { ExperimentConfig } from "../experiment/config.ts";
import type { Prediction } from "../theory/prediction.ts";
import { Evaluators } from "./evaluators.ts";
import { RunHistory } from "./history.ts";
import { PokeWatch } from "./poke-run.ts";
import type { PictureRequest } from "./protocol.ts";
import { RunReporter, type Emit } from "./run-reporter.ts";
import { Survey } from "./survey.ts";

export interface Run {
  readonly config: ExperimentConfig;
  readonly scheduler: Scheduler;
  /** Settings in them change while it runs. */
  inputs: LaneInput[];
  readonly reporter: RunReporter;
  readonly survey: Survey;
  readonly evaluators: Evaluators;
  /** The budget; grows when a poke needs more steps. */
  steps: number;
  readonly pokes: PokeWatch;
  readonly history: RunHistory;
  /** Lanes that diverged and stand still. */
  readonly stopped: Set<number>;
  /** It stopped before its budget because every lane had settled; asked to go on, it will. A change gives it a new end. */
  stoppedEarly: boolean;
}

export interface RunOptions {
  readonly config: ExperimentConfig;
  readonly scheduler: Scheduler;
  readonly inputs: LaneInput[];
  readonly predictions: readonly (Prediction | null)[];
  readonly pictures: PictureRequest;
  readonly gpu: Gpu | null;
  readonly emit: Emit;
  /** Measuring failed; of what is measured again and again this is told once. */
  readonly onError: (error: unknown) => void;
}

export function createRun(options: RunOptions): Run {
  const { config, scheduler, inputs, predictions, pictures } = options;
  const { gpu, emit, onError } = options;
  const evaluators = new Evaluators(gpu);
  const pokes = new PokeWatch(emit);
  const history = new RunHistory(scheduler, emit);
  let complained = false;
  const run: Run = {
    config,
    scheduler,
    inputs,
    evaluators,
    steps: config.base.steps,
    pokes,
    history,
    stopped: new Set(),
    reporter: new RunReporter({
      emit: (event, transfer) => {
        emit(event, transfer);
        if (event.kind !== "readout") return;
        pokes.hear(event.lanes, run.inputs);
        history.hear(event.lanes);
      },
      steps: config.base.steps,
      inputs,
      predictions,
      evaluators,
      pictures,
      onError: (error) => {
        if (!complained) onError(error);
        complained = true;
      },
    }),
    survey: new Survey({
      emit,
      gpu,
      evaluators,
      inputs: () => run.inputs,
      checkpoint: () => scheduler.checkpoint,
      onError,
    }),
    stoppedEarly: false,
  };
  return run;
}

/** Its experiment, with the budget as it has become. */
export function configOf({ config, steps }: Run): ExperimentConfig {
  return { ...config, base: { ...config.base, steps } };
}

/** Nothing more is told of it; passes under way are left. */
export function closeRun({
  scheduler,
  reporter,
  survey,
  evaluators,
}: Run): void {
  reporter.close();
  survey.close();
  evaluators.destroy();
  scheduler.close();
}
