/** `globalThis.collapseLab`: the page's experiment for consoles, notebooks and tests. */
import type { ExperimentConfig, Notice } from "../experiment/config.ts";
import type { Prediction, Verdict } from "../theory/prediction.ts";
import type { LabStore } from "./client.ts";
import { cellValues, MAP_NUMBERS } from "./map-plan.ts";
import type { MapNumber, MapProgress, MapSpec } from "./map-protocol.ts";
import type { MapState } from "./store-map.ts";
import type { SweepRow, SweepSpec } from "./sweep-protocol.ts";
import type {
  EngineInfo,
  LaneMetrics,
  LaneReadout,
  LevelReadout,
  LikelihoodReadout,
  PictureRequest,
  Status,
} from "./protocol.ts";
import type { LabState, LaneState } from "./store.ts";

/** Plain JSON; losses in true nats per example, over the whole data set or, of networks, `examples` of it. */
export interface ScriptLane {
  readonly name: string;
  readonly loss: number | null;
  readonly reconstruction: number | null;
  /** First level's, and may be negative, in a hierarchical model. */
  readonly kl: number | null;
  /** Second level's; 0 in other models. */
  readonly kl2: number | null;
  /** One entry per level of latents, the first nearest the data. */
  readonly levels: readonly LevelReadout[];
  /** Conditional models: distance of W1 from -W2 B and of U2 from B. */
  readonly regressionGap: LaneReadout["regressionGap"] | null;
  readonly klPerUnit: readonly number[];
  readonly std: readonly number[];
  readonly omega: readonly number[];
  readonly lambda: readonly number[];
  readonly activeUnits: number | null;
  readonly activeModes: number | null;
  readonly dead: readonly boolean[];
  readonly prediction: Prediction | null;
  /** Why there is no prediction, where theory has none. */
  readonly noTheory: string | null;
  /** What theory says of the linear model with the same data and settings, where it says nothing of this one. */
  readonly guide: Prediction | null;
  /** Examples that a network's numbers come from; null where they are of the whole data set. */
  readonly examples: number | null;
  /** Log-likelihood by importance sampling, once asked for. */
  readonly likelihood: LikelihoodReadout | null;
  /** Whole-data-set metrics, once measured. */
  readonly metrics: LaneMetrics | null;
  readonly distance: number | null;
  readonly verdict: Verdict;
  readonly diverged: { readonly step: number; readonly message: string } | null;
}

export interface ScriptState {
  readonly status: Status;
  readonly step: number;
  readonly stepsPerSecond: number;
  readonly engine: EngineInfo | null;
  readonly link: string;
  readonly config: ExperimentConfig;
  readonly notices: readonly Notice[];
  readonly lanes: readonly ScriptLane[];
}

/** A cell of a map: its numbers along the axes, as measured and as theory has it. */
export interface ScriptCell {
  readonly values: readonly number[];
  /** Steps it had taken when it was measured; 0 before. */
  readonly steps: number;
  /** By name; null where there is no number. */
  readonly measured: Readonly<Record<MapNumber, number | null>>;
  readonly theory: Readonly<Record<MapNumber, number | null>>;
  /** Within 2 % of a boundary of theory. */
  readonly near: boolean;
}

export interface Scripting {
  /** Resolves when the experiment in the address is ready to train (or training). */
  readonly ready: Promise<void>;
  /** Opens a link; resolves when it is ready to train. */
  open(link: string): Promise<void>;
  play(): Promise<void>;
  pause(): Promise<void>;
  /** Trains exactly `count` steps, then pauses. */
  step(count?: number): Promise<void>;
  restart(): Promise<void>;
  /** Computes whole-data-set metrics of the weights as they stand; they are in `state()` then. */
  measure(): Promise<void>;
  /** Estimates every lane's log-likelihood by importance sampling; it is in `state()` then. */
  estimateLikelihood(samples: number): Promise<void>;
  cancelLikelihood(): Promise<void>;
  /** Which pictures are measured; only those are in `pictures()`. */
  show(request: PictureRequest): Promise<void>;
  /**
   * Trains lane A of `spec.config` (the open experiment's without one) anew for every combination of the axes'
   * values, as the Sweep view does; resolves with the rows. Pauses the run.
   */
  sweep(
    spec: Partial<SweepSpec> & Pick<SweepSpec, "axes">,
  ): Promise<readonly SweepRow[]>;
  /**
   * Trains a map of linear models, as the Map view does, and resolves with its cells, the first axis
   * fastest; with `train` false with theory alone. Pauses the run.
   */
  map(
    spec: Partial<MapSpec> & Pick<MapSpec, "axes">,
    train?: boolean,
  ): Promise<readonly ScriptCell[]>;
  /** The latest pictures. */
  pictures(): Pick<LabState, "images" | "traversals" | "scatter">;
  /** Resolves when the budget is spent, the run has settled, or it cannot go on. */
  done(): Promise<void>;
  state(): ScriptState;
  /** Per-step losses of lane `index` so far: minibatch losses where the estimator samples. */
  series(index: number): {
    step: number[];
    loss: number[];
    reconstruction: number[];
    kl: number[];
  };
}

export function createScripting(store: LabStore): Scripting {
  return {
    ready: store.until(({ status }) => status !== "loading"),
    open: (link) => store.open(link),
    play: () => store.play(),
    pause: () => store.pause(),
    step: (count = 1) => store.step(count),
    restart: () => store.restart(),
    measure: () => store.measure(),
    estimateLikelihood: (samples) => store.estimateLikelihood(samples),
    cancelLikelihood: () => store.cancelLikelihood(),
    show: (request) => store.show(request),
    sweep: async (given) => {
      const { config } = store.state;
      const { sweeps } = store;
      await sweeps.run({
        config,
        seeds: [config.base.seed],
        likelihoodSamples: 0,
        ...given,
      });
      failed(sweeps.state.progress);
      return structuredClone(sweeps.state.rows);
    },
    map: async (given, train = true) => {
      const { maps } = store;
      await maps.run({ config: store.state.config, ...given }, train);
      failed(maps.state.progress);
      return scriptCells(maps.state);
    },
    pictures: () => {
      const { images, traversals, scatter } = store.state;
      return structuredClone({ images, traversals, scatter });
    },
    done: () =>
      store.until(({ status }) => status === "done" || status === "failed"),
    state: () => {
      const {
        status,
        step,
        stepsPerSecond,
        engine,
        link,
        config,
        notices,
        lanes,
        metrics,
      } = store.state;
      return structuredClone({
        status,
        step,
        stepsPerSecond,
        engine,
        link,
        config,
        notices,
        lanes: lanes.map((lane, index) =>
          scriptLane(lane, metrics.at(index) ?? null),
        ),
      });
    },
    series: (index) => {
      const { length, step, loss, reconstruction, kl } = store.series[index];
      const column = (from: Float32Array | Float64Array): number[] =>
        Array.from(from.subarray(0, length));
      return {
        step: column(step),
        loss: column(loss),
        reconstruction: column(reconstruction),
        kl: column(kl),
      };
    },
  };
}

function failed(
  progress: (Pick<MapProgress, "label"> & { readonly status: string }) | null,
): void {
  if (progress?.status === "failed") throw new Error(progress.label);
}

function scriptCells({
  values,
  steps,
  measured,
  theory,
  lines,
}: MapState): ScriptCell[] {
  const width = MAP_NUMBERS.length;
  const named = (
    from: Float64Array | undefined,
    cell: number,
  ): Record<MapNumber, number | null> =>
    Object.fromEntries(
      MAP_NUMBERS.map((name, i) => {
        const value = from?.[cell * width + i] ?? Number.NaN;
        return [name, Number.isFinite(value) ? value : null];
      }),
    ) as Record<MapNumber, number | null>;
  return Array.from(steps, (count, cell) => ({
    values: cellValues(values, cell),
    steps: count,
    measured: named(measured, cell),
    theory: named(theory?.values, cell),
    near: lines?.near[cell] === 1,
  }));
}

function scriptLane(
  {
    name,
    readout,
    prediction,
    noTheory,
    guide,
    likelihood,
    diverged,
  }: LaneState,
  metrics: LaneMetrics | null,
): ScriptLane {
  return {
    name,
    loss: readout?.loss ?? null,
    reconstruction: readout?.reconstruction ?? null,
    kl: readout?.kl ?? null,
    kl2: readout?.kl2 ?? null,
    levels: readout?.levels ?? [],
    regressionGap: readout?.regressionGap ?? null,
    klPerUnit: readout?.klPerUnit ?? [],
    std: readout?.std ?? [],
    omega: readout?.omega ?? [],
    lambda: readout?.lambda ?? [],
    activeUnits: readout?.activeUnits ?? null,
    activeModes: readout?.activeModes ?? null,
    dead: readout?.dead ?? [],
    prediction,
    noTheory: noTheory ?? null,
    guide,
    examples: readout?.examples ?? null,
    likelihood,
    metrics,
    // JSON knows no NaN.
    distance:
      readout && !Number.isNaN(readout.distance) ? readout.distance : null,
    verdict: readout?.verdict ?? "waiting",
    diverged,
  };
}
