/** Gradients against finite differences, for tests. */
import { finiteDifferences, normals, relativeError } from "./fixtures.ts";
import type { Noise } from "./ops.ts";
import { Float64Ops } from "./ops.ts";
import type { Tensor } from "./tensor.ts";
import { tensor } from "./tensor.ts";

/**
 * Compares the gradient of every entry of every tensor with finite differences. Throws, with the
 * tensor's name, if one differs or if a tensor has no say in the loss.
 */
export function checkGradients(
  tensors: Readonly<Record<string, Tensor>>,
  noise: Noise,
  build: (ops: Float64Ops) => void,
): void {
  const pass = (): Float64Ops => {
    const ops = new Float64Ops({}, tensors, noise);
    build(ops);
    return ops;
  };
  pass().backward();
  for (const [name, { value, grad }] of Object.entries(tensors)) {
    const expected = finiteDifferences(value, () => pass().loss);
    if (!expected.some((slope) => Math.abs(slope) > 1e-3)) {
      throw new Error(`${name}: the loss does not depend on it`);
    }
    const error = relativeError(grad ?? [], expected);
    if (!(error < 1e-6)) {
      throw new Error(`${name}: a gradient is off by ${error}`);
    }
  }
}

/** A scalar that depends on every entry of `output` in a way of its own. */
export function measureWith(ops: Float64Ops, output: Tensor): void {
  const target = tensor(
    output.rows,
    output.columns,
    normals(output.value.length, 99),
    false,
  );
  ops.gaussianNll("reconstruction", target, output, 0.7, 1.4);
}

export const random = (rows: number, columns: number, seed: number): Tensor =>
  tensor(rows, columns, normals(rows * columns, seed));
