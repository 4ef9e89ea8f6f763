import { expect, test } from "@playwright/test";
import type { EvaluateRequest } from "../engine/evaluator.ts";
import type { Settings } from "../experiment/config.ts";
import { fillNormal } from "../math/rng.ts";
import { initialParams } from "../model/init.ts";
import { MODELS } from "../model/models.ts";
import type { Mark } from "../model/ops.ts";
import { dataShape } from "../model/param.ts";
import { tensorsOf } from "./averages.ts";
import { ReferenceEvaluator } from "./evaluator.ts";
import {
  MODELS_AND_MAPS,
  NETWORK_BASE,
  NETWORKS,
  pictures,
  VARIANCES,
} from "./network-cases.ts";
import { Float64Ops } from "./ops.ts";
import { tensor } from "./tensor.ts";

const ROWS = 21;
const ALL: readonly Mark[] = ["mean", "logVar", "z", "output"];
const SECOND: readonly Mark[] = ["mean2", "logVar2", "z2", "prior"];

function setup(changes: Partial<Settings>, rows = ROWS) {
  const settings: Settings = {
    ...NETWORK_BASE,
    network: NETWORKS["dense 5"],
    ...changes,
  };
  const data = pictures(rows, settings.model === "cvae");
  const shape = dataShape(data);
  const params = initialParams(settings, shape);
  const request: EvaluateRequest = {
    pass: "forward",
    params,
    count: rows,
    inputs: { x: data.x, ...(data.y && { y: data.y.values }) },
    seed: 3,
    step: 9,
    read: settings.model === "mhvae" ? [...ALL, ...SECOND] : ALL,
  };
  return { settings, data, shape, params, request };
}

/** All rows in one batch. */
function wholeBatch({
  settings,
  data,
  shape,
  params,
}: ReturnType<typeof setup>) {
  const x = tensor(data.rows, data.columns, data.x, false);
  const y = data.y ? tensor(data.rows, data.y.outputs, data.y.values) : x;
  const ops = new Float64Ops(
    { x, y },
    tensorsOf(settings, params, shape),
    (out, stream) => {
      fillNormal(out, 3, 9, stream);
    },
  );
  MODELS[settings.model].forward(ops, settings, shape);
  return ops;
}

for (const [model, kind] of Object.entries(MODELS_AND_MAPS)) {
  for (const [name, variance] of Object.entries(VARIANCES)) {
    test(`a forward pass in batches is that of all rows: ${model}, ${name}`, async () => {
      const all = setup({
        ...kind,
        network: NETWORKS["conv 3, 2 and dense 4"],
        encoderVariance: variance,
        encoderVariance2: variance,
        likelihood: "bernoulli",
      });
      const evaluator = new ReferenceEvaluator(all.settings, all.shape);
      const { values, reconstruction } = await evaluator.evaluate(all.request);
      const { marks, terms } = wholeBatch(all);
      for (const mark of all.request.read) {
        const want = marks[mark];
        const got = values[mark];
        if (!want || !got) throw new Error(mark);
        expect(got, mark).toHaveLength(ROWS * want.columns);
        // One row of a shared log-variance is every row's.
        const expected = got.map((_, at) => want.value[at % want.value.length]);
        expect(got, mark).toEqual(expected);
      }
      expect(reconstruction).toHaveLength(ROWS);
      const mean =
        (reconstruction?.reduce((sum, nats) => sum + nats, 0) ?? NaN) / ROWS;
      // Each row is rounded to float32.
      expect(Math.abs(mean / terms.reconstruction - 1)).toBeLessThan(2 ** -23);
    });
  }
}

test("decoding the latents of a forward pass gives its output", async () => {
  for (const kind of Object.values(MODELS_AND_MAPS)) {
    const { settings, shape, request } = setup(kind);
    const evaluator = new ReferenceEvaluator(settings, shape);
    const { values } = await evaluator.evaluate(request);
    const { z, z2, output, prior } = values;
    if (!z || !output) throw new Error("no output");
    const decode = async (
      pass: "decode" | "decode2",
      inputs: EvaluateRequest["inputs"],
      read: readonly Mark[],
    ) => (await evaluator.evaluate({ ...request, pass, inputs, read })).values;
    // The latents were rounded to float32 on the way, by 2^-24 of at most 2^3; sums of 40 and weights of 1.
    const close = (
      got: ArrayLike<number> = [],
      want: ArrayLike<number> = [],
    ): void => {
      const off = Array.from(want, (value, at) => Math.abs(value - got[at]));
      expect(off.length).toBeGreaterThan(0);
      expect(Math.max(...off)).toBeLessThan(40 * 2 ** -20);
    };
    const again = await decode("decode", { ...request.inputs, z }, ["output"]);
    close(again.output, output);
    if (settings.model !== "mhvae") {
      const asked = decode("decode2", {}, ["output"]);
      await expect(asked).rejects.toThrow(`has no pass "decode2"`);
      continue;
    }
    if (!z2 || !prior) throw new Error("no second level");
    const fromTop = await decode("decode2", { z2 }, ["prior", "output"]);
    close(fromTop.prior, prior);
    const atMean = await decode("decode", { z: prior }, ["output"]);
    close(fromTop.output, atMean.output);
  }
});

test("the noise is that of seed and step, another decoder std is asked for", async () => {
  const { settings, shape, request } = setup({});
  const evaluator = new ReferenceEvaluator(settings, shape);
  const first = await evaluator.evaluate(request);
  const { values, reconstruction } = first;
  const again = await evaluator.evaluate(request);
  expect(again).toMatchObject({ values, reconstruction });
  const other = await evaluator.evaluate({ ...request, step: 10 });
  expect(other.values.mean).toEqual(first.values.mean);
  expect(other.values.z).not.toEqual(first.values.z);
  const wide = await evaluator.evaluate({
    ...request,
    settings: { etaDec: 3 },
  });
  expect(wide.values).toEqual(first.values);
  const [narrow, broad] = [first.reconstruction, wide.reconstruction];
  const constant = (std: number): number =>
    (shape.columns / 2) * Math.log(2 * Math.PI * std * std);
  narrow?.forEach((nats, row) => {
    const square = (nats - constant(settings.etaDec)) * settings.etaDec ** 2;
    // Float32 rounding of numbers below 2^7, times 9.
    const off = (broad?.[row] ?? NaN) - constant(3) - square / 9;
    expect(Math.abs(off)).toBeLessThan(2 ** -16);
  });
});

test("requests run in order and give others a turn; a destroyed one leaves them", async () => {
  const large = setup({ network: NETWORKS["conv 3, 2 and dense 4"] }, 3000);
  const evaluator = new ReferenceEvaluator(large.settings, large.shape);
  const order: number[] = [];
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const ask = async (id: number, count: number): Promise<void> => {
    const x = large.data.x.subarray(0, count * large.data.columns);
    await evaluator.evaluate({ ...large.request, count, inputs: { x } });
    order.push(id);
  };
  await Promise.all([ask(1, 3000), ask(2, 1)]);
  clearInterval(timer);
  expect(order).toEqual([1, 2]);
  expect(turns).toBeGreaterThan(1);
  const left = evaluator.evaluate(large.request);
  await new Promise((resolve) => setTimeout(resolve, 1));
  evaluator.destroy();
  await expect(left).rejects.toThrow("its evaluator is gone");
  await expect(ask(3, 1)).rejects.toThrow("its evaluator is gone");
});

test("what does not fit is refused in words, what comes after it runs", async () => {
  const { settings, shape, request } = setup({ model: "cvae" });
  const evaluator = new ReferenceEvaluator(settings, shape);
  const { x, y } = request.inputs;
  if (!x || !y) throw new Error("no pairs");
  const ask = (change: Partial<EvaluateRequest>) =>
    evaluator.evaluate({ ...request, ...change });
  await expect(ask({ inputs: { x } })).rejects.toThrow(
    `input "y": got 0 numbers, expected 21 x ${shape.outputs ?? 0}`,
  );
  await expect(ask({ read: ["z2"] })).rejects.toThrow(
    `the pass "forward" has no "z2"; there are: mean, logVar, z, output`,
  );
  await expect(ask({ params: {} })).rejects.toThrow("no tensor");
  expect((await ask({})).values.z).toHaveLength(21 * settings.latents);
});

test("a conditional model without a y of its own predicts x", async () => {
  const { data, request } = setup({});
  const settings: Settings = {
    ...NETWORK_BASE,
    model: "cvae",
    network: NETWORKS["dense 5"],
  };
  const shape = { columns: data.columns };
  const params = initialParams(settings, shape);
  const evaluator = new ReferenceEvaluator(settings, shape);
  const inputs = { x: data.x };
  const alone = await evaluator.evaluate({ ...request, params, inputs });
  const paired = { x: data.x, y: data.x };
  const { values, reconstruction } = alone;
  expect(
    await evaluator.evaluate({ ...request, params, inputs: paired }),
  ).toMatchObject({ values, reconstruction });
});
