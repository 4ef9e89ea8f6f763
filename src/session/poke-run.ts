/** Poke tests of a run: begun at rest, told of when their steps are taken. Worker side. */
import type { LaneInput } from "../engine/stepper.ts";
import type { Prediction } from "../theory/prediction.ts";
import { concludePoke, startPoke } from "./poke.ts";
import type { PokeReadout } from "./poke-protocol.ts";
import type { LaneReadout } from "./protocol.ts";
import type { Emit } from "./run-reporter.ts";
import type { Run } from "./run.ts";

/** Waits for the verdicts of pokes under way. */
export class PokeWatch {
  readonly #emit: Emit;
  readonly #open = new Map<number, PokeReadout>();
  #budget = 0;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  begin(poke: PokeReadout, budget: number): void {
    this.#open.set(poke.lane, poke);
    this.#budget = budget;
    this.#emit({ kind: "poke", poke, budget });
  }

  /** Read-outs of all lanes; a poke whose steps are taken gets its verdict. */
  hear(lanes: readonly LaneReadout[], inputs: readonly LaneInput[]): void {
    for (const [lane, { step, steps }] of this.#open) {
      if (lanes[lane].step >= step + steps) this.#conclude(lane, lanes, inputs);
    }
  }

  /** The run will not move again (it may have settled before the steps were taken). */
  async finish(run: Run): Promise<void> {
    await run.reporter.measured();
    if (run.scheduler.status !== "done") return;
    for (const lane of [...this.#open.keys()])
      this.#conclude(lane, run.reporter.latest, run.inputs);
  }

  /** The lane went back to where it was before. */
  forget(): void {
    this.#open.clear();
  }

  #conclude(
    lane: number,
    lanes: readonly LaneReadout[],
    inputs: readonly LaneInput[],
  ): void {
    const begun = this.#open.get(lane);
    if (!begun) return;
    this.#open.delete(lane);
    const { estimator } = inputs[lane].settings;
    const poke = concludePoke(begun, lanes[lane], estimator);
    this.#emit({ kind: "poke", poke, budget: this.#budget });
  }
}

/**
 * Pokes a lane of a run and trains on, for as many steps as the run's own budget unless told
 * otherwise. Nothing happens where everything is in use.
 */
export async function pokeRun(
  run: Run | null,
  lane: number,
  prediction: Prediction | null,
  count?: number,
): Promise<void> {
  if (!run) return;
  const steps = count ?? run.config.base.steps;
  const { scheduler, reporter } = run;
  await scheduler.pause();
  const poke = await startPoke(
    {
      scheduler,
      lane,
      input: run.inputs[lane],
      prediction,
      read: async () => {
        await scheduler.readNow();
        await reporter.measured();
        const { latest, read } = reporter;
        if (!read) throw new Error("poke: nothing was read yet");
        return { readout: latest[lane], params: read.params[lane] };
      },
    },
    steps,
  );
  if (!poke) return;
  reporter.forget(lane);
  run.steps = Math.max(run.steps, poke.step + steps);
  scheduler.extend(run.steps);
  reporter.extend(run.steps);
  run.stoppedEarly = false;
  run.pokes.begin(poke, run.steps);
  scheduler.play();
}
