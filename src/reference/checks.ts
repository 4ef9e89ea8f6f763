/** What ops check and do to their arrays. */
import type { Tensor } from "./tensor.ts";

/** The tensor of that name. Throws if there is none. */
export function named(
  tensors: Readonly<Partial<Record<string, Tensor>>>,
  name: string,
  what: string,
): Tensor {
  const found = tensors[name];
  if (!found) {
    const known = Object.keys(tensors).join(", ");
    throw new Error(`no ${what} "${name}"; there are: ${known}`);
  }
  return found;
}

export function expectShape(
  what: string,
  { rows, columns }: Tensor,
  wantRows: number,
  wantColumns: number,
): void {
  if (rows !== wantRows || columns !== wantColumns) {
    throw new Error(
      `${what}: got [${rows}, ${columns}], expected [${wantRows}, ${wantColumns}]`,
    );
  }
}

/** Row stride of a log variance that is [B, d] like the mean or [1, d]. */
export function broadcast(logVar: Tensor, mean: Tensor): number {
  const shared = logVar.rows === 1;
  expectShape("logVar", logVar, shared ? 1 : mean.rows, mean.columns);
  return shared ? 0 : mean.columns;
}

/** out[at + i] += scale * values[from + i]; nothing where there is no `out`. */
export function addScaled(
  out: Float64Array | null,
  at: number,
  values: Float64Array,
  from: number,
  count: number,
  scale: number,
): void {
  if (!out) return;
  for (let i = 0; i < count; i++) out[at + i] += scale * values[from + i];
}
