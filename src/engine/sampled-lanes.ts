/** Where sampled lanes lie, and which of them one plan trains. */
import type { ParamSet } from "../model/ops.ts";
import { packRegion, unpackRegion, type ArenaLayout } from "./arena.ts";
import type { PlanKind } from "./plan.ts";
import type { LaneInput } from "./stepper.ts";
import { smallKind } from "./vae-plan.ts";

/** Throws when an initial tensor is missing or has the wrong size. */
export function packLane(
  out: Float32Array,
  layout: ArenaLayout,
  offset: number,
  initial: ParamSet,
): void {
  for (const region of layout.regions.values()) {
    const { name, rows, columns } = region;
    const values = initial[name] as Float32Array | undefined;
    if (values?.length !== rows * columns) {
      throw new Error(
        `initial ${name}: ${values?.length ?? 0} values, expected ${rows} x ${columns}`,
      );
    }
    packRegion(values, region, out, offset / 4);
  }
}

/** Tensors of a lane whose copy of the layout starts at float `base`. */
export function unpackLane(
  from: Float32Array,
  layout: ArenaLayout,
  base: number,
): ParamSet {
  const params: Record<string, Float32Array> = {};
  for (const region of layout.regions.values()) {
    params[region.name] = unpackRegion(from, region, base);
  }
  return params;
}

/**
 * Slots cut into what one plan trains: small linear VAEs of equal sizes and data that follow each
 * other, if they are to train together; else each is its own.
 */
export function groupLanes(
  inputs: readonly LaneInput[],
  kinds: readonly PlanKind[],
  together: boolean,
): { first: number; count: number }[] {
  const groups: { first: number; count: number }[] = [];
  inputs.forEach((input, slot) => {
    const last = groups.at(-1);
    const before = last && inputs[last.first];
    const joins =
      together &&
      before &&
      kinds[slot] === "small" &&
      kinds[last.first] === "small" &&
      before.data === input.data &&
      smallKind(before) === smallKind(input);
    if (joins) last.count++;
    else groups.push({ first: slot, count: 1 });
  });
  return groups;
}
