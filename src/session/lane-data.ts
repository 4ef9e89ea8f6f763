/**
 * Data sets, moments and start of the lanes of an experiment, each made once and kept while
 * something may ask for it again. Worker side.
 */
import { computeConditionMoments } from "../data/condition.ts";
import type { Dataset } from "../data/dataset.ts";
import { checkSuits, loadSplit } from "../data/datasets.ts";
import { computeMoments } from "../data/moments.ts";
import type { Settings } from "../experiment/config.ts";
import type { LaneInput } from "../engine/stepper.ts";
import { initialParams } from "../model/init.ts";
import { dataShape } from "../model/param.ts";
import { linearModelOf } from "../experiment/linear-model.ts";
import type { Spectrum } from "../theory/modes.ts";
import { predict } from "../theory/predict.ts";
import type { Prediction } from "../theory/prediction.ts";
import type { DataSummary } from "./protocol.ts";

export type ProgressListener = (label: string, fraction: number | null) => void;

/** Data sets kept besides those in use; an eigendecomposition of 784 columns takes seconds. */
const KEPT = 4;

/** What training needs of the data besides the data. */
type LaneMoments = Pick<LaneInput, "moments" | "condition">;

interface Entry {
  /** What is trained on. */
  readonly dataset: Dataset;
  /** What is held out. */
  readonly test?: Dataset;
  readonly moments: Map<boolean, Promise<LaneMoments>>;
}

export class LaneData {
  /** Files read in this session, unscaled, by hash. */
  readonly files = new Map<string, Dataset>();
  readonly #entries = new Map<string, Entry>();

  /**
   * @throws DataError when the data cannot be had (a file that is needed again, say).
   */
  async prepare(
    settings: Settings,
    onProgress: ProgressListener,
  ): Promise<LaneInput> {
    const entry = this.#entry(settings, onProgress);
    const { dataset } = entry;
    return {
      settings,
      data: dataset,
      ...(entry.test && { test: entry.test }),
      ...(await this.#moments(entry, settings.biases, onProgress)),
      initial: initialParams(settings, dataShape(dataset)),
    };
  }

  /** Lanes one after another, and a word that all are there; null if it was overtaken meanwhile. */
  async prepareAll(
    lanes: readonly Settings[],
    onProgress: ProgressListener,
    overtaken: () => boolean,
  ): Promise<LaneInput[] | null> {
    const inputs: LaneInput[] = [];
    for (const settings of lanes) {
      inputs.push(await this.prepare(settings, onProgress));
      if (overtaken()) return null;
    }
    onProgress("", 1);
    return inputs;
  }

  #entry(settings: Settings, onProgress: ProgressListener): Entry {
    const key = dataKey(settings);
    const known = this.#entries.get(key);
    // Re-inserted so that the least recently used entry is the first.
    this.#entries.delete(key);
    if (known) checkSuits(known.dataset, settings);
    else onProgress("Drawing the data", null);
    const entry = known ?? this.#load(settings);
    this.#entries.set(key, entry);
    for (const old of this.#entries.keys()) {
      if (this.#entries.size <= KEPT) break;
      this.#entries.delete(old);
    }
    return entry;
  }

  #load(settings: Settings): Entry {
    const { train, test } = loadSplit(settings, this.files);
    return { dataset: train, ...(test && { test }), moments: new Map() };
  }

  #moments(
    { dataset, moments }: Entry,
    centered: boolean,
    onProgress: ProgressListener,
  ): Promise<LaneMoments> {
    const progress = (fraction: number): void => {
      onProgress("Finding the spectrum of the data", fraction);
    };
    let found = moments.get(centered);
    if (!found) {
      found = dataset.y
        ? computeConditionMoments(dataset, centered, progress)
        : computeMoments(dataset, centered, progress).then((all) => ({
            moments: all,
          }));
      moments.set(centered, found);
    }
    return found;
  }
}

/** Equal keys mean equal data. */
function dataKey(settings: Settings): string {
  const { model, data, rows, scaling, seed, testShare } = settings;
  return JSON.stringify([
    data.kind === "file" ? data.hash : [data, rows, seed],
    scaling,
    testShare > 0 && [testShare, seed],
    // A conditional model splits the columns; a pair of Gaussians is drawn to its correlation.
    model === "cvae" && [settings.condition, settings.correlation],
  ]);
}

export function summarize({ data, moments }: LaneInput): DataSummary {
  return {
    name: data.name,
    rows: data.rows,
    columns: data.columns,
    ...(data.y && { outputs: data.y.outputs }),
    rank: moments.rank,
    theta: Array.from(moments.eigenvalues, Math.sqrt),
    ...(data.image && { image: data.image }),
  };
}

/** What theory says of a lane on its own data. */
export function predictLane(input: LaneInput): Prediction | null {
  return predict(input.settings, spectrumOf(input));
}

/** What it says of the linear model in its place, where it says nothing of the lane; else null. */
export function guideLane(input: LaneInput): Prediction | null {
  if (predictLane(input)) return null;
  const settings = linearModelOf(input.settings);
  return settings && predict(settings, spectrumOf(input));
}

function spectrumOf({ moments }: LaneInput): Spectrum {
  return {
    theta: Array.from(moments.eigenvalues, Math.sqrt),
    energy: moments.energy,
    columns: moments.columns,
  };
}
