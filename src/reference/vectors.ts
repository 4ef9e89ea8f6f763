/** The test vectors of this room, read. For tests. */

/** One vector; fields by the names in `vectors.json`, whose loss L is twice ours less a constant. */
export interface Vector {
  readonly id: string;
  readonly in: Readonly<Record<string, unknown>>;
  readonly out: Readonly<Record<string, unknown>>;
}

/** Vectors by id, out of the text of `vectors.json`; the function throws if there is none. */
export function vectorsOf(text: string): (id: string) => Vector {
  const all = JSON.parse(text) as Record<
    "gradients" | "metrics" | "optima",
    Vector[]
  >;
  const list = [...all.gradients, ...all.metrics, ...all.optima];
  return (id) => {
    const found = list.find((vector) => vector.id === id);
    if (!found) throw new Error(`vector ${id} is missing`);
    return found;
  };
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
