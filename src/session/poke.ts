/**
 * The poke test: what a trained lane does not use is given new life, and the lane trains on. Is it
 * dead again, then collapse is what the loss asks for; does it live, training was stuck. Worker side.
 */
import { addToLane } from "../engine/edit-state.ts";
import type { Scheduler } from "../engine/scheduler.ts";
import type { LaneInput, Snapshot } from "../engine/stepper.ts";
import type { ParamSet } from "../model/ops.ts";
import type { Prediction } from "../theory/prediction.ts";
import { LOSS_TOLERANCE, type Estimator } from "../theory/verdict.ts";
import type { PokedUnit, PokeReadout, PokeVerdict } from "./poke-protocol.ts";
import { revivals, revive, type Revival } from "./poke-revive.ts";
import type { LaneReadout } from "./protocol.ts";

/** What is still dead just after is drawn again and larger, this often at most. */
const TRIES = 6;

export interface PokeTarget {
  readonly scheduler: Pick<Scheduler, "edit" | "step">;
  readonly lane: number;
  readonly input: LaneInput;
  readonly prediction: Prediction | null;
  /** Reads the lane as it stands, at rest. */
  read(): Promise<{ readonly readout: LaneReadout; readonly params: ParamSet }>;
}

/**
 * Revives what the lane does not use, at the present step; the caller trains on. Null if there is
 * nothing to revive.
 *
 * @param steps that the lane will be given
 */
export async function startPoke(
  target: PokeTarget,
  steps: number,
): Promise<PokeReadout | null> {
  const { scheduler, lane, input, prediction } = target;
  const before = await target.read();
  const found = revivals(input, before.readout);
  if (found.length === 0) return null;
  const { step } = scheduler;
  let rest: Snapshot | null = null as Snapshot | null;
  let poked = before.readout;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const difference = revive(
      input,
      before.params,
      before.readout,
      step,
      attempt,
    );
    await scheduler.edit((now, backend) => {
      rest ??= now;
      return addToLane(rest, backend, lane, difference);
    });
    ({ readout: poked } = await target.read());
    if (found.every((revival) => usesAll(poked, revival))) break;
  }
  return {
    lane,
    step,
    steps,
    what: found[0].directions > 0 ? "directions" : "units",
    units: found.flatMap((revival) => unitsOf(before.readout, poked, revival)),
    used: { before: usedIn(before.readout, found), after: null },
    modes: { before: modesOf(before.readout), after: null },
    theory: theoryOf(prediction),
    loss: { before: before.readout.loss, after: null },
    verdict: null,
  };
}

/** What is in use of the levels that were poked. */
function usedIn(
  { levels }: LaneReadout,
  of: readonly Pick<Revival, "level" | "directions">[],
): number {
  return of.reduce((sum, { level, directions }) => {
    const { activeModes, activeUnits } = levels[level];
    return sum + (directions > 0 ? activeModes : activeUnits);
  }, 0);
}

function usesAll(
  { levels }: LaneReadout,
  { level, units, directions }: Revival,
): boolean {
  const { dead, activeModes, std } = levels[level];
  return directions > 0
    ? activeModes === std.length
    : units.every((unit) => !dead[unit]);
}

function unitsOf(
  before: LaneReadout,
  poked: LaneReadout,
  { level, units, directions }: Revival,
): PokedUnit[] {
  const all =
    directions > 0
      ? Array.from(
          { length: directions },
          (_, n) => before.levels[level].activeModes + n,
        )
      : units;
  return all.map((at) => {
    const what = directions > 0 ? "directions" : "units";
    return {
      level: before.levels.length > 1 ? (level === 0 ? 1 : 2) : null,
      number: at + 1,
      before: klAt(before, what, level, at),
      poked: klAt(poked, what, level, at),
      after: null,
      alive: null,
    };
  });
}

/** KL of a unit, or of the direction at a place when they are sorted by KL. */
function klAt(
  { levels }: LaneReadout,
  what: PokeReadout["what"],
  level: number,
  at: number,
): number {
  const { klPerUnit, klPerAxis } = levels[level];
  return what === "units"
    ? klPerUnit[at]
    : klPerAxis.toSorted((a, b) => b - a)[at];
}

function modesOf({ levels }: LaneReadout): number {
  return levels.reduce((sum, { activeModes }) => sum + activeModes, 0);
}

function theoryOf(prediction: Prediction | null): number | null {
  const sum = prediction?.levels.reduce((all, one) => all + one.activeUnits, 0);
  return sum === undefined || Number.isNaN(sum) ? null : sum;
}

/** The poke with what was measured after training on. */
export function concludePoke(
  poke: PokeReadout,
  readout: LaneReadout,
  estimator: Estimator,
): PokeReadout {
  const { what } = poke;
  const units = poke.units.map((unit): PokedUnit => {
    const level = (unit.level ?? 1) - 1;
    const { activeModes, dead } = readout.levels[level];
    const at = unit.number - 1;
    return {
      ...unit,
      after: klAt(readout, what, level, at),
      alive: what === "units" ? !dead[at] : activeModes >= unit.number,
    };
  });
  const levels = new Set(poke.units.map(({ level }) => (level ?? 1) - 1));
  const found = [...levels].map((level) => ({
    level,
    directions: what === "directions" ? 1 : 0,
  }));
  const ended = {
    ...poke,
    steps: readout.step - poke.step,
    units,
    used: { ...poke.used, after: usedIn(readout, found) },
    modes: { ...poke.modes, after: modesOf(readout) },
    loss: { ...poke.loss, after: readout.loss },
  };
  return { ...ended, verdict: judgePoke(ended, estimator) };
}

/** What poke has come to, when `after` is known of everything. */
type Ended = Pick<PokeReadout, "used" | "modes" | "theory" | "loss">;

/** What to say of it; a loss counts as the same within what the verdict of a lane allows it. */
export function judgePoke(
  { used, modes, theory, loss }: Ended,
  estimator: Estimator,
): PokeVerdict {
  const after = modes.after ?? NaN;
  const allowed =
    LOSS_TOLERANCE[estimator] * Math.max(1, Math.abs(loss.before));
  const settled = (loss.after ?? NaN) <= loss.before + allowed;
  if (!settled || (theory !== null && after > theory)) return "open";
  if ((used.after ?? NaN) <= used.before) return "dies";
  return after > modes.before ? "lives" : "shares";
}
