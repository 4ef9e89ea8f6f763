/** What a run remembers: states to look back at and to go on from. Worker side. */
import type { Scheduler } from "../engine/scheduler.ts";
import type { LaneInput, Readback } from "../engine/stepper.ts";
import { milestonesBetween } from "./milestones.ts";
import type { LaneReadout, TrainerEvent } from "./protocol.ts";
import type { Run } from "./run.ts";
import { KeptStates } from "./snapshots.ts";

/** What is kept is told of at most this often while it trains. */
const TELL_MS = 500;

export class RunHistory {
  readonly #kept: KeptStates<readonly LaneInput[]>;
  readonly #emit: (event: TrainerEvent) => void;
  #readouts: readonly LaneReadout[] = [];
  #told = -Infinity;
  /** Step that is looked at; null at the present one. */
  looking: number | null = null;

  constructor(
    scheduler: Pick<Scheduler, "paramsOf">,
    emit: (event: TrainerEvent) => void,
  ) {
    this.#kept = new KeptStates((snapshot) => scheduler.paramsOf(snapshot));
    this.#emit = emit;
  }

  get kept(): KeptStates<readonly LaneInput[]> {
    return this.#kept;
  }

  /** @param resting it does not train */
  add(
    { snapshot }: Readback,
    inputs: readonly LaneInput[],
    resting: boolean,
  ): void {
    this.#kept.add(snapshot, inputs);
    const now = performance.now();
    if (resting || now - this.#told >= TELL_MS) this.tell();
  }

  /** Read-outs in which something happened mark their state. */
  hear(readouts: readonly LaneReadout[]): void {
    const happened = readouts.some(
      (readout, lane) =>
        milestonesBetween(lane, this.#readouts[lane] ?? null, readout).length >
        0,
    );
    this.#readouts = readouts;
    this.looking = null;
    if (happened) this.#kept.pin(readouts[0].step);
  }

  tell(): void {
    this.#told = performance.now();
    this.#emit({ kind: "kept", steps: this.#kept.steps });
  }
}

/** Shows the state last kept up to `step`, or the present one again; training rests meanwhile. */
export async function lookAt(
  run: Run | null,
  step: number | null,
): Promise<void> {
  if (!run) return;
  const { scheduler, reporter, history } = run;
  if (step === null && history.looking === null) return;
  await scheduler.pause();
  await reporter.idle();
  const found = step === null ? undefined : history.kept.at(step);
  if (!found || found.step === scheduler.step) {
    history.looking = null;
    await reporter.look(null);
    return;
  }
  history.looking = found.step;
  const params =
    found.params ?? (found.snapshot ? scheduler.paramsOf(found.snapshot) : []);
  await reporter.look({ step: found.step, params });
}

/**
 * Goes back to the state that is looked at, with the settings of now: restored where it was kept
 * whole, else reached again from the last whole one before it.
 */
export async function branchHere(run: Run | null): Promise<void> {
  if (!run) return;
  const { scheduler, reporter, history } = run;
  const { looking, kept } = history;
  const found = looking === null ? undefined : kept.at(looking);
  if (!found) return;
  const from = found.snapshot ? found : kept.wholeAt(found.step, found.by);
  const whole = from ?? kept.wholeAt(found.step);
  if (!whole?.snapshot) return;
  const of = scheduler.step;
  if (from && from !== found) {
    await scheduler.update(found.by.map(({ settings }) => settings));
    await scheduler.replay(whole.snapshot, found.step);
    await scheduler.update(run.inputs.map(({ settings }) => settings));
  } else await scheduler.replay(whole.snapshot, whole.step);
  const { step } = scheduler;
  kept.dropAfter(step);
  history.looking = null;
  run.stoppedEarly = false;
  run.pokes.forget();
  run.inputs.forEach((_, lane) => {
    reporter.forget(lane);
  });
  reporter.branch(step, of);
  await scheduler.readNow();
  await reporter.idle();
  history.tell();
}
