/** A lane's tensors changed in a snapshot, everything else as it was. */
import type { ParamSet } from "../model/ops.ts";
import type { Backend, Snapshot } from "./stepper.ts";

/**
 * The snapshot with `difference` added to a lane's tensors. Of the entries it changes the optimizer's
 * moments begin anew; all others, and all other lanes, stay as they were bit for bit.
 *
 * @param difference all of the model's tensors, zero where nothing changes
 */
export function addToLane(
  snapshot: Snapshot,
  backend: Pick<Backend, "pack">,
  lane: number,
  difference: ParamSet,
): Snapshot {
  const { arena, values, first, second, entries } = backend.pack(
    lane,
    difference,
  );
  const arenas = [...snapshot.arenas];
  const changed = arenas[arena].slice();
  entries.forEach((entry, at) => {
    if (entry === 0) return;
    changed[values + at] += entry;
    changed[first + at] = 0;
    changed[second + at] = 0;
  });
  arenas[arena] = changed;
  return { step: snapshot.step, arenas };
}
