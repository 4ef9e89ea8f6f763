import { randomCvae } from "../harness/exact-work-problem.ts";
import { testWorkKernel } from "../harness/exact-work-suite.ts";

// dx, rank of x, dy, rank of E, k.
testWorkKernel("cvae", randomCvae, 4, [
  [1, 1, 1, 1, 1],
  [7, 5, 6, 4, 3],
  [3, 3, 9, 9, 13],
  [33, 33, 65, 60, 9],
  [5, 5, 21, 21, 33],
]);

// With workgroup memory, but for the last, and with sums split.
testWorkKernel("cvae", randomCvae, 64, [
  [7, 5, 6, 4, 3],
  [33, 33, 65, 60, 9],
]);
testWorkKernel("cvae", randomCvae, 256, [
  [7, 5, 65, 60, 5],
  [5, 5, 21, 21, 41],
]);
