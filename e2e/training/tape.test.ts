/** Tapes of passes no model has: activations, sums of anything, weights used twice. */
import { fillNormal } from "../../src/math/rng.ts";
import { Float64Ops } from "../../src/reference/ops.ts";
import { tensor, type Tensor } from "../../src/reference/tensor.ts";
import { expect, test } from "../harness/fixture.ts";
import { U, values } from "../harness/kernel-check.ts";
import {
  TAPE_COLUMNS,
  TAPE_PARAMS,
  TAPE_SCALARS,
  tapeForward,
} from "../harness/tape-model.ts";

for (const product of [undefined, "quad", "block", "tile"] as const) {
  test(`gradients by name and terms, ${product ?? "plain"} products`, async ({
    gpuPage,
  }) => {
    const [batch, seed] = [33, 5];
    const inputs = {
      x: values(batch * TAPE_COLUMNS.x, 1),
      y: values(batch * TAPE_COLUMNS.y, 2),
    };
    const params = Object.fromEntries(
      TAPE_PARAMS.map(({ name, shape: [rows, columns] }, i) => [
        name,
        values(rows * columns, 3 + i).map((x) =>
          Math.fround((0.7 * x) / Math.sqrt(columns)),
        ),
      ]),
    );
    const got = await gpuPage.evaluate((of) => globalThis.harness.runTape(of), {
      batch,
      seed,
      inputs,
      params,
      ...(product ? { product } : {}),
    });

    const tensors: Record<string, Tensor> = {};
    for (const { name, shape } of TAPE_PARAMS) {
      tensors[name] = tensor(shape[0], shape[1], params[name]);
    }
    const ops = new Float64Ops(
      {
        x: tensor(batch, TAPE_COLUMNS.x, inputs.x, false),
        y: tensor(batch, TAPE_COLUMNS.y, inputs.y, false),
      },
      tensors,
      (out, stream) => {
        fillNormal(out, seed, 2, stream);
      },
    );
    tapeForward(ops);
    ops.backward();
    const loss = got.parts.reduce(
      (sum, part, i) => sum + TAPE_SCALARS[i][1] * part,
      0,
    );
    // Five layers of sums of up to nine products, with activations good to some 100 roundings,
    // each of which passes on its relative error; terms are sums of B of them.
    const rounding = 1000 * U;
    expect(Math.abs(loss - ops.loss)).toBeLessThan(
      rounding * (1 + Math.abs(ops.loss)),
    );
    for (const { name } of TAPE_PARAMS) {
      const want = [...(tensors[name].grad ?? [])];
      const largest = Math.max(...want.map(Math.abs));
      const worst = Math.max(
        ...got.gradients[name].map((x, i) => Math.abs(x - want[i])),
      );
      expect(largest, name).toBeGreaterThan(0);
      expect(worst, `gradient of ${name}`).toBeLessThan(rounding * largest);
    }
  });
}
