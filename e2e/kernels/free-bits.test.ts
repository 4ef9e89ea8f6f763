import { test } from "../harness/fixture.ts";
import {
  expectWithin,
  garbage,
  pad,
  runKernel,
  TIERS,
  U,
  values,
} from "../harness/kernel-check.ts";

/** KL of each unit in each row, and the sum of what is added up in it. */
function klOf(m: number, rho: number, prior: number) {
  const quadratic = (m * m + Math.exp(rho)) / prior;
  return {
    nats: 0.5 * (quadratic - (rho - Math.log(prior)) - 1),
    size: quadratic + Math.abs(rho) + 2,
  };
}

/** Means and log-variances of units whose KL is small, of order one and large, in turn. */
function drawUnits(batch: number, units: number, rows: number) {
  const scale = (unit: number): number => [0.05, 1, 3][unit % 3];
  return {
    mean: values(batch * units, 1).map((x, i) =>
      Math.fround(scale(i % units) * x),
    ),
    logVar: values(rows * units, 2).map((x, i) =>
      Math.fround(0.3 * scale(i % units) * x),
    ),
  };
}

const FREE_SIZES = [
  [1, 1],
  [7, 5],
  [65, 8],
  [3, 65],
] as const;

for (const tier of TIERS) {
  for (const broadcast of [true, false]) {
    const shape = broadcast ? "[1, k]" : "[B, k]";

    test(`${tier}, logVar ${shape}: mean KL of each unit`, async ({
      gpuPage,
    }) => {
      for (const [batch, units] of FREE_SIZES) {
        const rows = broadcast ? 1 : batch;
        const prior = 0.75;
        const { mean, logVar } = drawUnits(batch, units, rows);
        const { unitMeans } = await runKernel(gpuPage, {
          launcher: "klUnitMeans",
          tier,
          args: [{ batch, units, scalar: 1 }, broadcast],
          tensors: {
            mean: pad(mean, batch, units),
            logVar: pad(logVar, rows, units),
            unitMeans: garbage(pad(logVar, 1, units).length),
          },
          step: {
            scalars: [
              [9, 9, 9],
              [prior, 0.5, 0.1],
            ],
          },
        });
        const want = new Array<number>(units).fill(0);
        const size = new Array<number>(units).fill(0);
        mean.forEach((m, i) => {
          const unit = i % units;
          const kl = klOf(m, logVar[broadcast ? unit : i], prior);
          want[unit] += kl.nats / batch;
          size[unit] += kl.size / batch;
        });
        const bound = pad(size, 1, units);
        // As each row's KL, then a sum over the batch.
        expectWithin(
          "unitMeans",
          unitMeans,
          pad(want, 1, units),
          (i) => (batch + 20) * U * bound[i],
        );
      }
    });

    for (const add of [false, true]) {
      // Above all, below all, at one unit's mean exactly, between.
      for (const floor of ["above", "below", "at", "between"] as const) {
        test(`${tier}, logVar ${shape}: free bits ${floor}${add ? ", added" : ""}`, async ({
          gpuPage,
        }) => {
          for (const [batch, units] of FREE_SIZES) {
            const rows = broadcast ? 1 : batch;
            const [prior, weight] = [0.75, 0.5];
            const { mean, logVar } = drawUnits(batch, units, rows);
            // The kernel takes means as they are given: any show which units count.
            const unitMeans = values(units, 5).map(Math.abs);
            const sorted = [...unitMeans].sort((a, b) => a - b);
            const freeBits = {
              above: 2 * sorted[units - 1],
              below: sorted[0] / 2,
              at: sorted[units >> 1],
              between: Math.fround((sorted[0] + sorted[units - 1]) / 2),
            }[floor];
            const counts = unitMeans.map((x) => Number(x > freeBits));
            const before = values(batch * units, 3);
            const beforeVar = values(rows * units, 4);
            const padded = pad(before, batch, units);
            const paddedVar = pad(beforeVar, rows, units);
            const result = await runKernel(gpuPage, {
              launcher: "gaussianKl",
              tier,
              args: [
                { batch, units, scalar: 1, offset: batch, excess: 2 * batch },
                broadcast,
                { mean: add, logVar: add },
              ],
              tensors: {
                mean: pad(mean, batch, units),
                logVar: pad(logVar, rows, units),
                dMean: add ? padded : garbage(padded.length),
                dLogVar: add ? paddedVar : garbage(paddedVar.length),
                partials: garbage(3 * batch),
                unitMeans: pad(unitMeans, 1, units),
              },
              step: {
                scalars: [
                  [9, 9, 9],
                  [prior, weight, freeBits],
                ],
              },
            });
            const dMean = mean.map(
              (x, i) =>
                (counts[i % units] * weight * x) / (batch * prior) +
                (add ? before[i] : 0),
            );
            const paddedMean = pad(mean, batch, units);
            expectWithin(
              "dMean",
              result.dMean,
              pad(dMean, batch, units),
              (i) =>
                // Three roundings of the factor, product, quotient (2.5), sum.
                8 *
                U *
                ((weight * Math.abs(paddedMean[i])) / (batch * prior) +
                  Math.abs(padded[i])),
            );
            const scale = broadcast ? weight : weight / batch;
            const dLogVar = logVar.map(
              (x, i) =>
                counts[i % units] * 0.5 * scale * (Math.exp(x) / prior - 1) +
                (add ? beforeVar[i] : 0),
            );
            const size = pad(
              logVar.map(
                (x, i) => Math.exp(x) / prior + 1 + Math.abs(beforeVar[i]),
              ),
              rows,
              units,
            );
            // exp: 3 + 2 |x| roundings, |x| < 5, and five more.
            expectWithin(
              "dLogVar",
              result.dLogVar,
              pad(dLogVar, rows, units),
              (i) => 20 * U * size[i],
            );
            const nats = new Array<number>(batch).fill(0);
            const bounds = new Array<number>(batch).fill(0);
            mean.forEach((m, i) => {
              const b = Math.floor(i / units);
              const kl = klOf(m, logVar[broadcast ? i % units : i], prior);
              nats[b] += kl.nats;
              bounds[b] += (units + 20) * U * kl.size;
            });
            const excess = unitMeans.reduce(
              (sum, x) => sum + Math.max(freeBits - x, 0),
              0,
            );
            const excesses = new Array<number>(batch).fill(excess);
            expectWithin(
              "partials",
              result.partials,
              [...garbage(batch), ...nats, ...excesses],
              (i) => {
                if (i < batch) return 0;
                return i < 2 * batch
                  ? bounds[i - batch]
                  : (units + 1) * U * excess;
              },
            );
          }
        });
      }
    }
  }
}
