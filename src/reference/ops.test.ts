import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import type { Settings } from "../experiment/config.ts";
import { fillNormal } from "../math/rng.ts";
import { initialParams } from "../model/init.ts";
import { MODELS } from "../model/models.ts";
import { BASE, finiteDifferences, normals, relativeError } from "./fixtures.ts";
import { checkGradients, measureWith, random } from "./gradients.ts";
import type { Noise } from "./ops.ts";
import { Float64Ops } from "./ops.ts";
import type { Tensor } from "./tensor.ts";
import { tensor } from "./tensor.ts";
import type { Vector } from "./vectors.ts";
import { logVariances, numbers, scalars, vectorsOf } from "./vectors.ts";

const vectorOf = vectorsOf(
  readFileSync(new URL("./vectors.json", import.meta.url), "utf8"),
);

const noise: Noise = (out, stream) => {
  fillNormal(out, 11, 4, stream);
};

for (const activation of ["none", "relu", "tanh", "gelu"] as const) {
  for (const biased of [false, true]) {
    test(`linear, ${activation}${biased ? ", bias" : ""}`, () => {
      const tensors = {
        x: random(3, 4, 1),
        weight: random(5, 4, 2),
        ...(biased ? { bias: random(1, 5, 3) } : {}),
      };
      checkGradients(tensors, noise, (ops) => {
        measureWith(
          ops,
          ops.linear(tensors.x, tensors.weight, tensors.bias, activation),
        );
      });
    });
  }
}

for (const activation of ["none", "relu", "tanh", "gelu"] as const) {
  test(`activate, ${activation}, is linear's own activation`, () => {
    const tensors = { x: random(3, 4, 1), weight: random(5, 4, 2) };
    checkGradients(tensors, noise, (ops) => {
      const before = ops.linear(tensors.x, tensors.weight);
      measureWith(ops, ops.activate(before, activation));
    });
    const ops = new Float64Ops({}, {}, noise);
    const { x, weight } = tensors;
    expect(ops.activate(ops.linear(x, weight), activation).value).toEqual(
      ops.linear(x, weight, undefined, activation).value,
    );
  });
}

test("select takes columns, leaves zeros, and gives gradients back", () => {
  const tensors = { x: random(3, 5, 1) };
  const from = Int32Array.from([4, -1, 0, 2, -1, -1, 1]);
  const ops = new Float64Ops({}, {}, noise);
  const row = ops.select(tensor(2, 5, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), from);
  expect([...row.value]).toEqual([
    ...[5, 0, 1, 3, 0, 0, 2],
    ...[10, 0, 6, 8, 0, 0, 7],
  ]);
  checkGradients(tensors, noise, (pass) => {
    measureWith(pass, pass.select(tensors.x, from));
  });
  // Column 3 goes nowhere, also where a gradient of it was there before.
  const { grad } = tensors.x;
  expect([3, 8, 13].map((at) => grad?.[at])).toEqual([0, 0, 0]);
  for (const wrong of [[1, 1], [5]]) {
    expect(() => ops.select(tensors.x, Int32Array.from(wrong))).toThrow(
      "expected each at most once and below 5",
    );
  }
});

test("add, also of a tensor to itself", () => {
  const tensors = { a: random(2, 3, 1), b: random(2, 3, 2) };
  checkGradients(tensors, noise, (ops) => {
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
    checkGradients(tensors, noise, (ops) => {
      const { mean, logVar, target } = tensors;
      const z = ops.reparameterize(mean, logVar, "latent");
      ops.gaussianNll("reconstruction", target, z, 0.6, 0.8);
      ops.gaussianKl("kl", mean, logVar, 1.7, 1.3);
    });
  });
}

for (const rows of [1, 3]) {
  test(`gaussianEntropy and a gaussianNll of two latents, logVar [${String(rows)}, d]`, () => {
    const tensors = {
      mean: random(3, 4, 1),
      logVar: random(rows, 4, 2),
      weight: random(4, 4, 3),
    };
    checkGradients(tensors, noise, (ops) => {
      const { mean, logVar, weight } = tensors;
      const z1 = ops.reparameterize(mean, logVar, "latent");
      const z2 = ops.reparameterize(ops.linear(z1, weight), logVar, "latent2");
      // The target needs a gradient, too, and is drawn.
      ops.gaussianNll("kl", z1, z2, 0.6, 0.8);
      ops.gaussianEntropy("kl", logVar, 1.9);
      ops.gaussianKl("kl2", z2, logVar, 1.7, 1.3);
    });
  });
}

test("the entropy is subtracted from its term, its weight from the loss only", () => {
  const ops = new Float64Ops({}, {}, noise);
  ops.gaussianEntropy("kl", tensor(2, 2, [0, 1, 2, 3]), 3);
  const entropy = (6 / 2 + 2 * Math.log(2 * Math.PI) + 2) / 2;
  expect(ops.terms.kl).toBeCloseTo(-entropy, 12);
  expect(ops.loss).toBeCloseTo(-3 * entropy, 12);
  expect(ops.terms.kl2).toBe(0);
});

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

const VARIANCES = [
  { kind: "learnable", std: 0.7 },
  { kind: "fixed", std: [0.6, 0.9, 0.4] },
] as const;

for (const model of ["vae", "cvae", "mhvae"] as const) {
  for (const encoderVariance of VARIANCES) {
    for (const biases of [false, true]) {
      test(`the whole ${model}, ${encoderVariance.kind} variance, ${biases ? "with" : "without"} biases`, () => {
        const settings: Settings = {
          ...BASE,
          model,
          encoderVariance,
          biases,
          initScale: 0.6,
        };
        const outputs = model === "cvae" ? 4 : 5;
        const sizes = { columns: 5, outputs };
        const initial = initialParams(settings, sizes);
        const specs = MODELS[model].params(settings, sizes);
        const params = Object.fromEntries(
          specs.map(({ name, shape, trained }) => [
            name,
            tensor(shape[0], shape[1], initial[name], trained),
          ]),
        );
        for (const [name, { value }] of Object.entries(params)) {
          if (/B[12]?$/.test(name)) value.fill(0.2);
        }
        const x = tensor(7, 5, normals(35, 8), false);
        const y = tensor(7, outputs, normals(7 * outputs, 9), false);
        const pass = (): Float64Ops => {
          const ops = new Float64Ops({ x, y }, params, noise);
          MODELS[model].forward(ops, settings, sizes);
          return ops;
        };
        pass().backward();
        // A fixed variance has no gradient, and its stds are what the loss was formed with.
        const still = specs.filter(({ trained }) => !trained);
        expect(still.map(({ name }) => name)).toEqual(
          encoderVariance.kind === "fixed"
            ? [model === "mhvae" ? "logVar1" : "logVar"]
            : [],
        );
        for (const { name } of still) {
          const { value, grad } = params[name];
          expect(grad).toBeNull();
          expect([...value].map((v) => Math.exp(v / 2))).toEqual(
            [0.6, 0.9, 0.4].map((std): unknown => expect.closeTo(std, 6)),
          );
        }
        for (const { name } of specs.filter(({ trained }) => trained)) {
          const { value, grad } = params[name];
          const expected = finiteDifferences(value, () => pass().loss);
          expect(
            expected.some((slope) => Math.abs(slope) > 1e-3),
            name,
          ).toBe(true);
          expect(relativeError(grad ?? [], expected), name).toBeLessThan(1e-6);
        }
      });
    }
  }
}

/** Compares twice a pass's loss, less its constant, and its gradients with a vector's. */
function checkVector(
  { out }: Vector,
  ops: Float64Ops,
  constant: number,
  tensors: Readonly<Record<string, Tensor>>,
): void {
  ops.backward();
  const { L } = scalars(out, "L");
  expect(Math.abs(2 * (ops.loss - constant) - L)).toBeLessThan(1e-9);
  const want = out.grad as Record<string, unknown>;
  expect(Object.keys(tensors).sort()).toEqual(Object.keys(want).sort());
  for (const [name, { grad }] of Object.entries(tensors)) {
    // d / d rho = 2 d / d logVar.
    const scale = name.startsWith("rho") ? 4 : 2;
    const got = (grad ?? new Float64Array()).map((slope) => scale * slope);
    expect(relativeError(got, numbers(want[name])), name).toBeLessThan(1e-9);
  }
}

/** Tensors of a vector's parameters by its names, rho as log variances. */
function vectorTensors(vector: Vector): Record<string, Tensor> {
  const params = vector.in.params as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      name.startsWith("rho")
        ? tensor(1, logVariances(value).length, logVariances(value))
        : matrixOf(value),
    ]),
  );
}

function matrixOf(value: unknown): Tensor {
  const rows = (value as number[][]).length;
  const values = numbers(value);
  return tensor(rows, values.length / rows, values);
}

test("the sampled gradients of the VAE's vector", () => {
  const vector = vectorOf("g8");
  const { X, Y, eps } = vector.in;
  const { beta, eta_enc, eta_dec } = scalars(
    vector.in,
    "beta",
    "eta_enc",
    "eta_dec",
  );
  const tensors = vectorTensors(vector);
  const { W, U, rho } = tensors;
  const ops = new Float64Ops({}, {}, (out) => {
    out.set(numbers(eps));
  });
  const mean = ops.linear(matrixOf(X), W);
  const y = ops.linear(ops.reparameterize(mean, rho, "latent"), U);
  ops.gaussianNll("reconstruction", matrixOf(Y), y, eta_dec ** 2, 1);
  ops.gaussianKl("kl", mean, rho, eta_enc ** 2, beta);
  const constant = (U.rows / 2) * Math.log(2 * Math.PI * eta_dec ** 2);
  checkVector(vector, ops, constant, tensors);
});

test("the sampled gradients of the CVAE's vector", () => {
  const vector = vectorOf("g9");
  const { X, Y, eps } = vector.in;
  const { beta, eta_enc, eta_dec } = scalars(
    vector.in,
    "beta",
    "eta_enc",
    "eta_dec",
  );
  const tensors = vectorTensors(vector);
  const { W1, W2, U1, U2, rho } = tensors;
  const ops = new Float64Ops(
    { x: matrixOf(X), y: matrixOf(Y) },
    { encWx: W1, encWy: W2, decUz: U1, decUx: U2, logVar: rho },
    (out) => {
      out.set(numbers(eps));
    },
  );
  MODELS.cvae.forward(
    ops,
    {
      ...BASE,
      model: "cvae",
      beta,
      etaEnc: eta_enc,
      etaDec: eta_dec,
    },
    { columns: W1.columns, outputs: U1.rows },
  );
  const constant = (U1.rows / 2) * Math.log(2 * Math.PI * eta_dec ** 2);
  checkVector(vector, ops, constant, tensors);
});

test("the sampled gradients of the MHVAE's vector", () => {
  const vector = vectorOf("g10");
  const { X, Y, eps1, eps2 } = vector.in;
  const { beta1, beta2, eta_enc, eta_dec } = scalars(
    vector.in,
    "beta1",
    "beta2",
    "eta_enc",
    "eta_dec",
  );
  const tensors = vectorTensors(vector);
  const { W1, W2, U1, U2, rho1, rho2 } = tensors;
  const variance = eta_dec ** 2;
  const ops = new Float64Ops({}, {}, (out, stream) => {
    out.set(numbers(stream === "latent" ? eps1 : eps2));
  });
  // The vector predicts another y than its x, so the model's forward is written out.
  const z1 = ops.reparameterize(ops.linear(matrixOf(X), W1), rho1, "latent");
  const mean2 = ops.linear(z1, W2);
  const z2 = ops.reparameterize(mean2, rho2, "latent2");
  const y = ops.linear(z1, U1);
  ops.gaussianNll("reconstruction", matrixOf(Y), y, variance, 1);
  ops.gaussianNll("kl", z1, ops.linear(z2, U2), variance, beta1);
  ops.gaussianEntropy("kl", rho1, beta1);
  ops.gaussianKl("kl2", mean2, rho2, eta_enc ** 2, beta2);
  const constant = (U1.rows / 2) * Math.log(2 * Math.PI * variance);
  checkVector(vector, ops, constant, tensors);
});

test("wrong shapes and names are said in words", () => {
  const ops = new Float64Ops({ x: tensor(2, 3) }, { w: tensor(4, 5) }, noise);
  expect(() => ops.linear(ops.input("x"), ops.param("w"))).toThrow(
    "linear weight: got [4, 5], expected [4, 3]",
  );
  expect(() => ops.param("v")).toThrow('no parameter "v"; there are: w');
});
