/** Moments of a run worth a mark: units that died, lanes that reached theory. Page side. */
import { laneName } from "../experiment/names.ts";
import type { LaneReadout } from "./protocol.ts";
import type { Milestone } from "./store.ts";

/** What changed from one read-out of a lane to the next. */
export function milestonesBetween(
  lane: number,
  before: LaneReadout | null,
  after: LaneReadout,
): Milestone[] {
  if (!before || before.step >= after.step) return [];
  const { step } = after;
  const name = laneName(lane);
  const marks = after.levels.flatMap(({ dead }, index): Milestone[] => {
    const was = before.levels[index].dead;
    const units = dead.flatMap((is, unit) =>
      is && !was[unit] ? [unit + 1] : [],
    );
    if (units.length === 0) return [];
    const level = after.levels.length > 1 ? (index === 0 ? 1 : 2) : null;
    const where = level === null ? "" : ` level ${level}`;
    const label = `${name}${where} ${units.length === 1 ? "unit" : "units"} ${ranges(units)}`;
    return [{ step, lane, kind: "unit-died", label, died: { level, units } }];
  });
  if (after.verdict === "at-theory" && before.verdict !== "at-theory") {
    const label = `${name} at theory`;
    marks.push({ step, lane, kind: "at-theory", label });
  }
  return marks;
}

/** "2, 5–8" from ascending numbers. */
export function ranges(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let from = 0; from < numbers.length;) {
    let to = from;
    while (to + 1 < numbers.length && numbers[to + 1] === numbers[to] + 1) to++;
    parts.push(
      to > from ? `${numbers[from]}–${numbers[to]}` : String(numbers[from]),
    );
    from = to + 1;
  }
  return parts.join(", ");
}
