/**
 * Collapse Lab as a library: read and write experiment links, predict, train.
 *
 * Runs in a page, a worker and Node; a GPUDevice is handed in, never asked for.
 */
export type {
  DataSource,
  EncoderVariance,
  ExperimentConfig,
  HiddenActivation,
  KlSchedule,
  LaneDifference,
  Network,
  Notice,
  Optimizer,
  Settings,
} from "./experiment/config.ts";
export { allLanes, laneSettings } from "./experiment/config.ts";
export { DEFAULT_CONFIG } from "./experiment/schema.ts";
export { validateConfig } from "./experiment/validate.ts";
export { parseLink, writeLink } from "./experiment/link.ts";
export { PRESETS } from "./experiment/presets.ts";
export type { Prediction, Verdict } from "./theory/prediction.ts";
export { predict } from "./theory/predict.ts";
export type { Dataset, DatasetReport } from "./data/dataset.ts";
export { readDataFile } from "./data/read-file.ts";
export type {
  DataSummary,
  LaneMetrics,
  LaneReadout,
  LikelihoodReadout,
} from "./session/protocol.ts";
export type { StepTerms, Trainer, TrainerOptions } from "./session/trainer.ts";
export { createTrainer } from "./session/trainer.ts";
export { runSweep as sweep, type SweepOptions } from "./session/sweep.ts";
export type {
  SweepAxis,
  SweepField,
  SweepRow,
  SweepSpec,
} from "./session/sweep-protocol.ts";
export type { ParamSet } from "./model/ops.ts";
export type { Snapshot } from "./engine/stepper.ts";
export { EngineError } from "./engine/errors.ts";
