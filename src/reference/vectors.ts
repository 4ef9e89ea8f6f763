/** Reads the test vectors of this room. For tests. */
import { readFileSync } from "node:fs";

/** One vector; fields by the names in `vectors.json`, whose loss L is twice ours less a constant. */
export interface Vector {
  readonly id: string;
  readonly in: Readonly<Record<string, unknown>>;
  readonly out: Readonly<Record<string, unknown>>;
}

const all = JSON.parse(
  readFileSync(new URL("./vectors.json", import.meta.url), "utf8"),
) as Record<"gradients" | "metrics" | "optima", Vector[]>;

/** Throws if there is none. */
export function vectorOf(id: string): Vector {
  const found = [...all.gradients, ...all.metrics, ...all.optima].find(
    (vector) => vector.id === id,
  );
  if (!found) throw new Error(`vector ${id} is missing`);
  return found;
}

/** A matrix or list of numbers, row-major. */
export function numbers(value: unknown): Float64Array {
  return Float64Array.from((value as number[][]).flat());
}

/** A list of log stds as log variances. */
export function logVariances(rho: unknown): Float64Array {
  return numbers(rho).map((value) => 2 * value);
}

/** Numbers under these names. */
export function scalars<K extends string>(
  source: Readonly<Record<string, unknown>>,
  ...names: K[]
): Record<K, number> {
  return Object.fromEntries(
    names.map((name) => [name, source[name] as number]),
  ) as Record<K, number>;
}
