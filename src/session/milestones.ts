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
  const name = laneName(lane);
  const died = after.dead.flatMap((dead, unit) =>
    dead && !before.dead[unit] ? [unit + 1] : [],
  );
  const marks: Milestone[] = [];
  if (died.length > 0) {
    const label = `${name} ${died.length === 1 ? "unit" : "units"} ${ranges(died)}`;
    marks.push({ step: after.step, lane, kind: "unit-died", label });
  }
  if (after.verdict === "at-theory" && before.verdict !== "at-theory") {
    marks.push({
      step: after.step,
      lane,
      kind: "at-theory",
      label: `${name} at theory`,
    });
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
