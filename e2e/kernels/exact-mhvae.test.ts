import { randomMhvae } from "../harness/exact-work-problem.ts";
import { testWorkKernel } from "../harness/exact-work-suite.ts";

// D, rank, k1, k2.
testWorkKernel("mhvae", randomMhvae, 4, [
  [1, 1, 1, 1],
  [7, 5, 3, 2],
  [9, 9, 5, 7],
  [129, 120, 13, 8],
  [65, 65, 33, 1],
]);

// With workgroup memory, but for the last, and with sums split.
testWorkKernel("mhvae", randomMhvae, 64, [
  [7, 5, 3, 2],
  [129, 120, 13, 8],
]);
testWorkKernel("mhvae", randomMhvae, 256, [
  [129, 120, 5, 7],
  [65, 65, 33, 1],
]);
