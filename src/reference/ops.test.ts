import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { fillNormal } from "../math/rng.ts";
import { initialParams } from "../model/init.ts";
import { MODELS } from "../model/models.ts";
import { vaeForward } from "../model/vae.ts";
import { BASE, finiteDifferences, normals, relativeError } from "./fixtures.ts";
import type { Noise } from "./ops.ts";
import { Float64Ops } from "./ops.ts";
import type { Tensor } from "./tensor.ts";
import { tensor } from "./tensor.ts";

const noise: Noise = (out, stream) => {
  fillNormal(out, 11, 4, stream);
};

/** Checks the gradient of every tensor against finite differences, by name. */
function checkGradients(
  tensors: Readonly<Record<string, Tensor>>,
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
    expect(
      expected.some((slope) => Math.abs(slope) > 1e-3),
      name,
    ).toBe(true);
    expect(relativeError(grad ?? [], expected), name).toBeLessThan(1e-6);
  }
}

/** A scalar that depends on every entry of `output` in a way of its own. */
function measureWith(ops: Float64Ops, output: Tensor): void {
  const target = tensor(
    output.rows,
    output.columns,
    normals(output.value.length, 99),
    false,
  );
  ops.gaussianNll("reconstruction", target, output, 0.7, 1.4);
}

const random = (rows: number, columns: number, seed: number): Tensor =>
  tensor(rows, columns, normals(rows * columns, seed));

for (const activation of ["none", "relu", "tanh", "gelu"] as const) {
  for (const biased of [false, true]) {
    test(`linear, ${activation}${biased ? ", bias" : ""}`, () => {
      const tensors = {
        x: random(3, 4, 1),
        weight: random(5, 4, 2),
        ...(biased ? { bias: random(1, 5, 3) } : {}),
      };
      checkGradients(tensors, (ops) => {
        measureWith(
          ops,
          ops.linear(tensors.x, tensors.weight, tensors.bias, activation),
        );
      });
    });
  }
}

test("add, also of a tensor to itself", () => {
  const tensors = { a: random(2, 3, 1), b: random(2, 3, 2) };
  checkGradients(tensors, (ops) => {
    const sum = ops.add(tensors.a, tensors.b);
    measureWith(ops, ops.add(sum, sum));
  });
});

for (const rows of [1, 3]) {
  test(`reparameterize, gaussianKl and gaussianNll, logVar [${String(rows)}, d]`, () => {
    const tensors = {
      mean: random(3, 4, 1),
      logVar: random(rows, 4, 2),
      target: random(3, 4, 3),
    };
    checkGradients(tensors, (ops) => {
      const { mean, logVar, target } = tensors;
      const z = ops.reparameterize(mean, logVar, "latent");
      ops.gaussianNll("reconstruction", target, z, 0.6, 0.8);
      ops.gaussianKl("kl", mean, logVar, 1.7, 1.3);
    });
  });
}

test("terms are unweighted, the loss is weighted, both per example", () => {
  const ops = new Float64Ops({}, {}, noise);
  const zero = tensor(2, 2);
  ops.gaussianNll("reconstruction", tensor(2, 2, [1, 1, 1, 3]), zero, 2, 3);
  // Mean over two rows of ||.||^2 / (2 * 2), and ln(2 pi 2) for two columns.
  const nll = (2 + 10) / 8 + Math.log(4 * Math.PI);
  expect(ops.terms.reconstruction).toBeCloseTo(nll, 12);
  ops.gaussianKl("kl", zero, tensor(1, 2, [Math.log(4), 0]), 1, 0.5);
  const kl = (4 - 1 - Math.log(4)) / 2;
  expect(ops.terms.kl).toBeCloseTo(kl, 12);
  expect(ops.loss).toBeCloseTo(3 * nll + 0.5 * kl, 12);
});

for (const biases of [false, true]) {
  test(`the whole linear VAE, ${biases ? "with" : "without"} biases`, () => {
    const settings = { ...BASE, biases, initScale: 0.6 };
    const initial = initialParams(settings, 5);
    const params: Record<string, Tensor> = {};
    for (const { name, shape } of MODELS.vae.params(settings, 5)) {
      params[name] = tensor(shape[0], shape[1], initial[name]);
      if (name.endsWith("B")) params[name].value.fill(0.2);
    }
    const x = tensor(7, 5, normals(35, 8), false);
    const pass = (): Float64Ops => {
      const ops = new Float64Ops({ x }, params, noise);
      vaeForward(ops, settings);
      return ops;
    };
    pass().backward();
    expect(Object.keys(params)).toHaveLength(biases ? 5 : 3);
    for (const [name, { value, grad }] of Object.entries(params)) {
      const expected = finiteDifferences(value, () => pass().loss);
      expect(relativeError(grad ?? [], expected), name).toBeLessThan(1e-6);
    }
  });
}

interface SampledVector {
  readonly id: string;
  readonly in: {
    readonly X: number[][];
    readonly Y: number[][];
    readonly eps: number[][];
    readonly beta: number;
    readonly eta_enc: number;
    readonly eta_dec: number;
    readonly params: { U: number[][]; W: number[][]; rho: number[] };
  };
  readonly out: {
    readonly L: number;
    readonly grad: { U: number[][]; W: number[][]; rho: number[] };
  };
}

test("the sampled gradients of the vectors", () => {
  const { gradients } = JSON.parse(
    readFileSync(new URL("./vectors.json", import.meta.url), "utf8"),
  ) as { gradients: SampledVector[] };
  const vector = gradients.find(({ id }) => id === "g8");
  if (!vector) throw new Error("vector g8 is missing");
  const { X, Y, eps, beta, eta_enc, eta_dec, params } = vector.in;
  const of = (rows: number[][]): Tensor =>
    tensor(rows.length, rows[0].length, rows.flat());
  const [W, U] = [of(params.W), of(params.U)];
  const logVar = of([params.rho.map((rho) => 2 * rho)]);
  const ops = new Float64Ops({}, {}, (out) => {
    out.set(eps.flat());
  });
  const mean = ops.linear(of(X), W);
  const y = ops.linear(ops.reparameterize(mean, logVar, "latent"), U);
  ops.gaussianNll("reconstruction", of(Y), y, eta_dec ** 2, 1);
  ops.gaussianKl("kl", mean, logVar, eta_enc ** 2, beta);
  ops.backward();
  // The vectors' loss is twice ours less its constant, and d / d rho = 2 d / d logVar.
  const constant = (U.rows / 2) * Math.log(2 * Math.PI * eta_dec ** 2);
  expect(Math.abs(2 * (ops.loss - constant) - vector.out.L)).toBeLessThan(1e-9);
  const check = (
    grad: Float64Array | null,
    scale: number,
    want: number[],
  ): void => {
    const got = grad?.map((value) => scale * value) ?? [];
    expect(relativeError(got, want)).toBeLessThan(1e-9);
  };
  check(U.grad, 2, vector.out.grad.U.flat());
  check(W.grad, 2, vector.out.grad.W.flat());
  check(logVar.grad, 4, vector.out.grad.rho);
});

test("wrong shapes and names are said in words", () => {
  const ops = new Float64Ops({ x: tensor(2, 3) }, { w: tensor(4, 5) }, noise);
  expect(() => ops.linear(ops.input("x"), ops.param("w"))).toThrow(
    "linear weight: got [4, 5], expected [4, 3]",
  );
  expect(() => ops.param("v")).toThrow('no parameter "v"; there are: w');
});
