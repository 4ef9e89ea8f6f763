/** The models of a map: what each is trained on, and what theory says of any point between them. Worker side. */
import type { Settings } from "../experiment/config.ts";
import type { LaneInput } from "../engine/stepper.ts";
import { initialParams } from "../model/init.ts";
import { dataShape } from "../model/param.ts";
import { linearModelOf } from "../experiment/linear-model.ts";
import { predict } from "../theory/predict.ts";
import type { Prediction } from "../theory/prediction.ts";
import { guideLane, type LaneData, predictLane } from "./lane-data.ts";
import {
  axisValues,
  cellCount,
  cellValues,
  mapBase,
  settingsAt,
  valueAt,
  whyNoMap,
} from "./map-plan.ts";
import type { MapAxis, MapSpec } from "./map-protocol.ts";
import type { Slices } from "../math/slices.ts";

/** Settings that decide where a model starts, besides the data. */
const START: readonly (keyof Settings)[] = [
  "latents",
  "latents2",
  "encoderVariance",
  "encoderVariance2",
  "initScale",
  "seed",
];

export class MapGrid {
  readonly axes: readonly MapAxis[];
  /** Numbers along each axis. */
  readonly values: readonly (readonly number[])[];
  /** A model a cell; data, moments and starts are shared where they are alike. */
  readonly inputs: readonly LaneInput[];
  /** Theory is of the linear model in the place of each. */
  readonly linear: boolean;
  readonly #base: Settings;
  readonly #data: LaneInput;

  private constructor(
    axes: readonly MapAxis[],
    base: Settings,
    data: LaneInput,
    inputs: readonly LaneInput[],
  ) {
    this.axes = axes;
    this.values = axes.map(axisValues);
    this.inputs = inputs;
    this.linear = guideLane(data) !== null;
    this.#base = base;
    this.#data = data;
  }

  /**
   * Null if the slices' signal ended it.
   *
   * @throws RangeError with a sentence for people when the map cannot be had, DataError when its data cannot.
   */
  static async create(
    spec: MapSpec,
    laneData: LaneData,
    slices: Slices,
  ): Promise<MapGrid | null> {
    const why = whyNoMap(spec);
    if (why !== null) throw new RangeError(why);
    const { axes } = spec;
    const base = mapBase(spec);
    const values = axes.map(axisValues);
    const ownData = axes.some(({ field }) => field === "correlation");
    const found = new Map<string, LaneInput>();
    const starts = new Map<string, LaneInput["initial"]>();
    const inputs: LaneInput[] = [];
    let first = null as LaneInput | null;
    for (let cell = 0; cell < cellCount(spec); cell++) {
      if (!(await slices.go())) return null;
      const settings = settingsAt(base, axes, cellValues(values, cell));
      const dataKey = ownData ? String(settings.correlation) : "";
      let kept = found.get(dataKey);
      if (!kept) {
        const fresh = await laneData.prepare(settings, () => undefined);
        // The exact loss needs moments alone: only one set of examples is held for all.
        const exact = settings.estimator === "exact";
        kept = exact ? { ...fresh, data: first?.data ?? fresh.data } : fresh;
        first ??= kept;
        found.set(dataKey, kept);
      }
      const startKey = JSON.stringify(START.map((key) => settings[key]));
      let initial = starts.get(startKey);
      if (!initial) {
        initial = initialParams(settings, dataShape(kept.data));
        starts.set(startKey, initial);
      }
      inputs.push({ ...kept, settings, initial });
    }
    return first && new MapGrid(axes, base, first, inputs);
  }

  /** Of a cell. */
  predict(cell: number): Prediction | null {
    return this.#predict(this.inputs[cell]);
  }

  #predict(input: LaneInput): Prediction | null {
    return this.linear ? guideLane(input) : predictLane(input);
  }

  /** Anywhere: `at` counts in cells, one entry an axis. */
  predictAt(at: readonly number[]): Prediction | null {
    const numbers = this.axes.map((axis, i) => valueAt(axis, at[i]));
    const own = settingsAt(this.#base, this.axes, numbers);
    const settings = this.linear ? linearModelOf(own) : own;
    if (!settings) return null;
    if (!this.axes.some(({ field }) => field === "correlation"))
      return predictLane({ ...this.#data, settings });
    // Examples are drawn to hold spectrum and correlation exactly: what x does not tell of y is known.
    const { data, correlation } = settings;
    if (data.kind !== "spectrum") return null;
    const theta = data.theta
      .map((value, k) => {
        const rho = correlation[correlation.length === 1 ? 0 : k];
        return value * Math.sqrt(Math.max(0, 1 - rho * rho));
      })
      .sort((a, b) => b - a);
    const energy = theta.reduce((sum, value) => sum + value * value, 0);
    return predict(settings, { theta, energy, columns: theta.length });
  }
}
