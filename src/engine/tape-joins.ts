/** Values of a tape that are made in the place of others. */
import type { Activation } from "../model/ops.ts";
import type { Places } from "./tape-places.ts";
import type { ActivateOp, AddOp, TapeOp, TapeValue } from "./tape.ts";

export interface Joins {
  /** Sums whose parts are made in their place. */
  readonly sums: ReadonlySet<AddOp>;
  /** Activations made in the place of what they read, by that. */
  readonly activations: ReadonlyMap<TapeValue, ActivateOp>;
  readonly makers: ReadonlyMap<TapeValue, TapeOp>;
}

function makersOf(ops: readonly TapeOp[]): Map<TapeValue, TapeOp> {
  return new Map(ops.map((op) => [op.out, op]));
}

/** Whether an op can add its result to what is there. */
function canAdd(op: TapeOp): boolean {
  return (
    op.kind === "linear" ||
    op.kind === "conv" ||
    op.kind === "convTranspose" ||
    op.kind === "select"
  );
}

/** Parts of sums that can be made in the sum's place: those read by nothing else. */
export function joinSums(ops: readonly TapeOp[], places: Places): Set<AddOp> {
  const makers = makersOf(ops);
  const joined = new Set<AddOp>();
  const joins = (part: TapeValue, total: TapeValue): boolean => {
    const maker = makers.get(part);
    if (part.uses !== 1 || part.constant !== total.constant || !maker) {
      return false;
    }
    return maker.kind === "add" ? joined.has(maker) : canAdd(maker);
  };
  for (const op of ops) {
    if (op.kind !== "add" || !joins(op.a, op.out) || !joins(op.b, op.out)) {
      continue;
    }
    joined.add(op);
    places.join(op.a, op.out);
    places.join(op.b, op.out);
  }
  return joined;
}

/** Activations whose slope their result tells. */
function tellsSlope(activation: Activation): boolean {
  return activation === "relu" || activation === "tanh";
}

/** Activations of what nothing else reads: the gradient is shared, the place where the slope allows it. */
export function activationsInPlace(
  ops: readonly TapeOp[],
  places: Places,
): Pick<Joins, "activations" | "makers"> {
  const makers = makersOf(ops);
  const activations = new Map<TapeValue, ActivateOp>();
  for (const op of ops) {
    if (op.kind !== "activate") continue;
    const { x, activation, out } = op;
    const maker = makers.get(x);
    // The slope of an activation is told by its own result, which must stay.
    if (x.uses !== 1 || !maker || maker.kind === "activate") continue;
    if (tellsSlope(activation)) {
      activations.set(x, op);
      places.join(x, out);
    } else {
      places.joinGradient(x, out);
    }
  }
  return { activations, makers };
}
