/** The worker's side of sweeps: one at a time, on the engine of the run. */
import type { LaneData } from "./lane-data.ts";
import type { TrainerEvent } from "./protocol.ts";
import { runSweep } from "./sweep.ts";
import type { SweepProgress, SweepSpec } from "./sweep-protocol.ts";

/** Progress is told at most this often while a sweep trains. */
const TELL_MS = 200;

export class SweepHost {
  readonly #emit: (event: TrainerEvent) => void;
  readonly #laneData: LaneData;
  #stop = new AbortController();
  #underWay: Promise<void> = Promise.resolve();

  /** @param laneData where opened files are, and prepared data is kept */
  constructor(emit: (event: TrainerEvent) => void, laneData: LaneData) {
    this.#emit = emit;
    this.#laneData = laneData;
  }

  /** Resolves when it is over, however it ended; that is said by its last progress. */
  run(
    spec: SweepSpec,
    sweep: number,
    device: GPUDevice | undefined,
  ): Promise<void> {
    this.#stop.abort();
    const stop = new AbortController();
    this.#stop = stop;
    this.#underWay = this.#underWay.then(() =>
      this.#train(spec, sweep, device, stop.signal),
    );
    return this.#underWay;
  }

  /** Resolves when nothing of it is under way any more. */
  cancel(): Promise<void> {
    this.#stop.abort();
    return this.#underWay;
  }

  async #train(
    spec: SweepSpec,
    sweep: number,
    device: GPUDevice | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    let told = -Infinity;
    let last: SweepProgress | null = null as SweepProgress | null;
    const tell = (progress: SweepProgress): void => {
      last = progress;
      const now = performance.now();
      if (progress.status === "running" && now - told < TELL_MS) return;
      told = now;
      this.#emit({ kind: "sweep-progress", sweep, progress });
    };
    try {
      await runSweep(spec, {
        laneData: this.#laneData,
        ...(device && { device }),
        signal,
        onRow: (row) => {
          this.#emit({ kind: "sweep-row", sweep, row });
        },
        onProgress: tell,
      });
    } catch (error) {
      tell({
        done: last?.done ?? 0,
        total: last?.total ?? 0,
        fraction: last?.fraction ?? 0,
        secondsLeft: null,
        status: "failed",
        label: error instanceof Error ? error.message : String(error),
      });
    }
  }
}
