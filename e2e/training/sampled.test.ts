/** Every plan and product kernel trains as the float64 reference does. */
import { expect, test } from "../harness/fixture.ts";
import {
  reference,
  sampledLane,
  testSampled,
  trainSampled,
} from "../harness/sampled-suite.ts";

const lanes = [
  sampledLane(7, 3),
  sampledLane(65, 9, { encoderVariance: { kind: "fixed", std: [0.5] } }),
  sampledLane(130, 20, { batchSize: 65 }),
];

testSampled("op by op", { plan: "tape" }, [
  ...lanes,
  sampledLane(7, 3, { biases: true }),
  sampledLane(65, 5, { biases: true, batchSize: 1 }),
]);

const fixed = (std: number) => ({ kind: "fixed" as const, std: [std] });
const conditional = [
  sampledLane(7, 3, { model: "cvae" }, 5),
  sampledLane(9, 4, { model: "cvae", encoderVariance: fixed(0.6) }, 33),
  sampledLane(33, 6, { model: "cvae", biases: true, batchSize: 65 }, 9),
  sampledLane(
    12,
    5,
    {
      model: "cvae",
      biases: true,
      encoderVariance: { kind: "fixed", std: [0.6, 1.1, 0.4, 0.9, 0.7] },
    },
    17,
  ),
];
const learnable = { kind: "learnable" as const, std: 0.8 };
const hierarchical = [false, true].flatMap((biases) =>
  [learnable, fixed(0.5)].flatMap((encoderVariance) =>
    [learnable, fixed(1.1)].map((encoderVariance2, i) =>
      sampledLane(biases ? 17 : 34, biases ? 7 : 3, {
        model: "mhvae",
        latents2: i === 0 ? 2 : 9,
        biases,
        encoderVariance,
        encoderVariance2,
      }),
    ),
  ),
);
testSampled("conditional", {}, conditional);
testSampled("hierarchical", {}, hierarchical);
for (const product of ["quad", "block", "tile"] as const) {
  testSampled(`conditional, ${product}`, { product }, conditional.slice(1));
  testSampled(`hierarchical, ${product}`, { product }, [
    hierarchical[0],
    hierarchical[7],
  ]);
}
for (const product of ["quad", "block", "tile"] as const) {
  testSampled(
    `eliminated, ${product}`,
    { plan: "eliminated", product },
    product === "quad" ? lanes : lanes.slice(1),
  );
}

for (const plan of ["tape", "eliminated", "small"] as const) {
  test(`${plan}: lanes in lockstep are each alone, a stopped one keeps its state`, async ({
    gpuPage,
  }) => {
    const [first, second] = [sampledLane(9, 4), sampledLane(9, 4, { beta: 4 })];
    const chunks = [4, 4];
    const both = await trainSampled(gpuPage, {
      lanes: [first, second],
      chunks,
      plan,
      stop: true,
    });
    const alone = await trainSampled(gpuPage, {
      lanes: [first],
      chunks: [4],
      plan,
    });
    const other = await trainSampled(gpuPage, {
      lanes: [second],
      chunks,
      plan,
    });
    expect(both.params).toEqual([alone.params[0], other.params[0]]);
    const ofSecond = both.terms.filter((_, i) => i % 8 >= 4);
    expect(ofSecond).toEqual(other.terms);
  });

  test(`${plan}: settings changed while training take effect`, async ({
    gpuPage,
  }) => {
    const lane = sampledLane(9, 4);
    const update = { ...lane.settings, beta: 7, etaDec: 1.1, etaEnc: 0.9 };
    const got = await trainSampled(gpuPage, {
      lanes: [lane],
      chunks: [1, 1],
      plan,
      update,
    });
    // With the first step's learning rate 0 the second sees the initial tensors.
    const still = { kind: "sgd" as const, learningRate: 0 };
    const frozen = await trainSampled(gpuPage, {
      lanes: [{ ...lane, settings: { ...lane.settings, optimizer: still } }],
      chunks: [1, 1],
      plan,
      update: { ...update, optimizer: still },
    });
    const want = await reference(
      { ...lane, settings: { ...update, optimizer: still } },
      2,
    );
    expect(got.terms.slice(0, 3)).toEqual(frozen.terms.slice(0, 3));
    for (let i = 4; i < 7; i++) {
      expect(Math.abs(frozen.terms[i] - want.terms[i])).toBeLessThan(
        2 ** -19 * (lane.energy + Math.abs(want.terms[i])),
      );
    }
  });
}

test("lanes of different models and data train side by side as each alone", async ({
  gpuPage,
}) => {
  const lanes = [
    sampledLane(9, 4),
    conditional[0],
    hierarchical[3],
    sampledLane(9, 2, { biases: true }),
    hierarchical[4],
  ];
  const chunks = [4, 4];
  const together = await trainSampled(gpuPage, { lanes, chunks });
  for (const [slot, lane] of lanes.entries()) {
    const alone = await trainSampled(gpuPage, { lanes: [lane], chunks });
    expect(together.params[slot]).toEqual(alone.params[0]);
    const terms = together.terms.filter(
      (_, i) => Math.floor(i / 4) % lanes.length === slot,
    );
    expect(terms).toEqual(alone.terms);
  }
});

test("hierarchical: both weights take effect while training", async ({
  gpuPage,
}) => {
  const still = { kind: "sgd" as const, learningRate: 0 };
  const start = sampledLane(9, 4, { model: "mhvae", optimizer: still });
  const update = {
    ...start.settings,
    beta: 3,
    beta2: 5,
    etaDec: 1.1,
    etaEnc: 0.9,
  };
  const got = await trainSampled(gpuPage, {
    lanes: [start],
    chunks: [1, 1],
    update,
  });
  const want = await reference({ ...start, settings: update }, 2);
  for (let i = 4; i < 8; i++) {
    expect(Math.abs(got.terms[i] - want.terms[i])).toBeLessThan(
      2 ** -19 * (start.energy + Math.abs(want.terms[i])),
    );
  }
});
