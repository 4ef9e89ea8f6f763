/** The numbers of a run that a link can carry, taken from what was measured. */
import type { ReceiptLane } from "../experiment/receipt.ts";
import type { LabState } from "../session/store.ts";

/** Numbers of every lane at `step`; null unless all were measured there and theory may be seen. */
export function receiptLanes(
  { lanes }: Pick<LabState, "lanes">,
  step: number,
): ReceiptLane[] | null {
  const found: ReceiptLane[] = [];
  for (const { readout, theoryHidden, diverged } of lanes) {
    if (readout?.step !== step || theoryHidden || diverged) return null;
    const { loss, activeModes, distance } = readout;
    found.push({
      loss,
      activeModes,
      distance: Number.isFinite(distance) ? distance : null,
    });
  }
  return found.length > 0 ? found : null;
}
