/**
 * Sweeps: a grid of trainings, measured where they end, beside what theory says of the linear
 * model with the same data and settings. Without a page: for scripts, workers and tests.
 */
import type { Dataset } from "../data/dataset.ts";
import { LaneData } from "./lane-data.ts";
import {
  batchConfig,
  batches,
  sweepCells,
  type SweepCell,
} from "./sweep-plan.ts";
import type { SweepProgress, SweepRow, SweepSpec } from "./sweep-protocol.ts";
import { ensembleCells, trainCells } from "./sweep-ensemble.ts";
import { measureCells } from "./sweep-rows.ts";
import { createTrainer, type Trainer } from "./trainer.ts";

export interface SweepOptions {
  /** Trains on this device; without one, in float64 on the CPU. */
  readonly device?: GPUDevice;
  /** Data sets for `file:` data, by hash. */
  readonly files?: ReadonlyMap<string, Dataset>;
  /** Data prepared before and kept. */
  readonly laneData?: LaneData;
  /** Called with each finished cell, in the order of `sweepCells`. */
  readonly onRow?: (row: SweepRow) => void;
  readonly onProgress?: (progress: SweepProgress) => void;
  /** Ends the sweep within about a second. */
  readonly signal?: AbortSignal;
}

/** Between looks at the signal. */
const SLICE_MS = 400;
const FIRST_SLICE = 8;

/**
 * Trains and measures every cell; resolves with the finished rows, fewer than cells if the signal
 * ended it.
 *
 * @throws RangeError when the spec cannot be run, DataError when its data cannot be had,
 * EngineError when the device cannot train it.
 */
export async function runSweep(
  spec: SweepSpec,
  options: SweepOptions = {},
): Promise<SweepRow[]> {
  const cells = sweepCells(spec);
  const { device, signal, onRow } = options;
  const laneData = options.laneData ?? new LaneData();
  options.files?.forEach((dataset, hash) => laneData.files.set(hash, dataset));
  const progress = new Progress(cells, options.onProgress);
  const rows: SweepRow[] = [];
  const at: Training = { device, laneData, progress, signal, spec };
  for (const batch of batches(cells, device ? ensembleCells(cells) : 1)) {
    if (signal?.aborted) break;
    const measured = device
      ? await ensembleRows(batch, device, at)
      : await laneRows(batch, at);
    if (!measured) break;
    for (const row of measured) {
      rows.push(row);
      progress.finish();
      onRow?.(row);
    }
  }
  progress.end(rows.length < cells.length ? "cancelled" : "done");
  return rows;
}

interface Training {
  readonly device: GPUDevice | undefined;
  readonly laneData: LaneData;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
  readonly spec: SweepSpec;
}

/** Cells as lanes of one trainer; null if the signal ended it. */
async function laneRows(
  batch: readonly SweepCell[],
  { device, laneData, progress, signal, spec }: Training,
): Promise<SweepRow[] | null> {
  const trainer = await createTrainer({
    config: batchConfig(batch),
    laneData,
    ...(device && { device }),
    onProgress: (label) => {
      progress.say(label);
    },
  });
  try {
    if (!(await train(trainer, batch, progress, signal))) return null;
    progress.say("Measuring");
    return await measureCells(
      batch,
      trainer,
      laneData,
      spec.likelihoodSamples,
      { ...(device && { device }), ...(signal && { signal }) },
    );
  } finally {
    trainer.destroy();
  }
}

/** Cells as an ensemble, those that diverge as lanes after it; null if the signal ended it. */
async function ensembleRows(
  batch: readonly SweepCell[],
  device: GPUDevice,
  at: Training,
): Promise<SweepRow[] | null> {
  const { laneData, progress, signal, spec } = at;
  progress.say("Preparing");
  const end = await trainCells(
    batch,
    device,
    laneData,
    (fraction) => {
      progress.advance(fraction * batch.length, "Training");
    },
    signal,
  );
  if (!end) return null;
  progress.say("Measuring");
  const { healthy, trained } = end;
  const measured = await measureCells(
    healthy.map((cell) => batch[cell]),
    trained,
    laneData,
    spec.likelihoodSamples,
    { device, ...(signal && { signal }) },
  );
  if (!measured) return null;
  const lost = batch.filter((_, cell) => !healthy.includes(cell));
  const others = lost.length > 0 ? await laneRows(lost, at) : [];
  if (!others) return null;
  const [of, ofLost] = [measured.values(), others.values()];
  return batch.flatMap((_, cell) => {
    const { value } = (healthy.includes(cell) ? of : ofLost).next();
    return value ? [value] : [];
  });
}

/** Trains to the budget in slices; false if the signal ended it. */
async function train(
  trainer: Trainer,
  batch: readonly SweepCell[],
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { steps } = batch[0].settings;
  const alive = (): boolean =>
    batch.some((_, lane) => trainer.diverged(lane) === null);
  let slice = FIRST_SLICE;
  while (trainer.step < steps && alive()) {
    if (signal?.aborted) return false;
    const from = performance.now();
    await trainer.advance(Math.min(slice, steps - trainer.step));
    progress.advance((trainer.step / steps) * batch.length, "Training");
    const took = performance.now() - from;
    // Never by more than a factor of four: a first slice may have compiled or waited.
    slice = Math.max(
      1,
      Math.round(slice * Math.min(4, Math.max(0.25, SLICE_MS / took))),
    );
  }
  return !signal?.aborted;
}

/** Counts trainings; time left is judged by those since the first slice, which compiles. */
class Progress {
  readonly #total: number;
  readonly #tell: ((progress: SweepProgress) => void) | undefined;
  #done = 0;
  /** Trainings' worth of steps under way. */
  #part = 0;
  #label = "";
  #since: { readonly time: number; readonly work: number } | null = null;

  constructor(
    cells: readonly SweepCell[],
    tell: ((progress: SweepProgress) => void) | undefined,
  ) {
    this.#total = cells.length;
    this.#tell = tell;
  }

  say(label: string): void {
    this.#label = label;
    this.#send("running");
  }

  /** @param part trainings' worth of steps of the batch under way */
  advance(part: number, label: string): void {
    this.#part = part;
    this.#since ??= { time: performance.now(), work: this.#done + part };
    this.say(label);
  }

  finish(): void {
    this.#done++;
    this.#part = Math.max(0, this.#part - 1);
    this.#send("running");
  }

  end(status: "done" | "cancelled"): void {
    this.#part = 0;
    this.#label = "";
    this.#send(status);
  }

  #send(status: SweepProgress["status"]): void {
    const work = this.#done + this.#part;
    const worked = this.#since ? work - this.#since.work : 0;
    const seconds = this.#since
      ? (performance.now() - this.#since.time) / 1000
      : 0;
    this.#tell?.({
      status,
      done: this.#done,
      total: this.#total,
      fraction: work / this.#total,
      secondsLeft:
        worked > 0 ? ((this.#total - work) * seconds) / worked : null,
      label: this.#label,
    });
  }
}
