/** A forward pass with everything the vocabulary has, for tests of tapes. */
import type { Ops, ParamSpec } from "../../src/model/ops.ts";

export const TAPE_COLUMNS = { x: 9, y: 5 } as const;
const [HIDDEN, UNITS] = [7, 3];

export const TAPE_PARAMS: readonly ParamSpec[] = [
  { name: "w1", shape: [HIDDEN, TAPE_COLUMNS.x], trained: true },
  { name: "b1", shape: [1, HIDDEN], trained: true },
  { name: "w2", shape: [HIDDEN, TAPE_COLUMNS.y], trained: true },
  { name: "shared", shape: [HIDDEN, HIDDEN], trained: true },
  { name: "wMean", shape: [UNITS, HIDDEN], trained: true },
  { name: "wVar", shape: [UNITS, HIDDEN], trained: true },
  { name: "bVar", shape: [1, UNITS], trained: true },
  { name: "wOut", shape: [TAPE_COLUMNS.y, UNITS], trained: true },
  { name: "bOut", shape: [1, TAPE_COLUMNS.y], trained: true },
  { name: "wSkip", shape: [TAPE_COLUMNS.y, TAPE_COLUMNS.x], trained: true },
  { name: "wBack", shape: [HIDDEN, UNITS], trained: true },
];

/** (variance, weight) of the loss terms below. */
export const TAPE_SCALARS: readonly (readonly [number, number])[] = [
  [0.75, 1],
  [1.25, 0.5],
  [1, 1.5],
  [1.75, 2],
];

export function tapeForward<T>(ops: Ops<T>): void {
  const [x, y] = [ops.input("x"), ops.input("y")];
  const p = (name: string): T => ops.param(name);
  // Read twice, added up with itself, and sums of what is no linear map.
  const first = ops.linear(x, p("w1"), p("b1"), "gelu");
  const second = ops.linear(y, p("w2"), undefined, "tanh");
  const both = ops.add(ops.add(first, second), second);
  const doubled = ops.add(both, both);
  // One weight in two places.
  const hidden = ops.linear(
    ops.linear(doubled, p("shared"), undefined, "relu"),
    p("shared"),
    p("b1"),
  );
  const mean = ops.linear(hidden, p("wMean"));
  // A variance of its own for every example.
  const logVar = ops.linear(hidden, p("wVar"), p("bVar"), "tanh");
  const z = ops.reparameterize(mean, logVar, "latent2");
  // A sum of three linear maps, two biases among them.
  const out = ops.add(
    ops.add(ops.linear(z, p("wOut"), p("bOut")), ops.linear(x, p("wSkip"))),
    ops.linear(z, p("wOut"), p("bOut")),
  );
  const [reconstruction, back, entropy, kl] = TAPE_SCALARS;
  ops.gaussianNll("reconstruction", y, out, ...reconstruction);
  ops.gaussianNll("kl", hidden, ops.linear(z, p("wBack")), ...back);
  ops.gaussianEntropy("kl", logVar, entropy[1]);
  ops.gaussianKl("kl2", mean, logVar, ...kl);
}
