import { randomMhvae } from "../harness/exact-work-problem.ts";
import { testWorkKernel } from "../harness/exact-work-suite.ts";

// D, rank, k1, k2. Without workgroup memory, with it, with sums split.
for (const workgroupSize of [4, 64, 256]) {
  testWorkKernel("mhvae", randomMhvae, workgroupSize, [
    [1, 1, 1, 1],
    [7, 5, 3, 2],
    [9, 9, 5, 7],
    [129, 120, 13, 8],
    [65, 65, 33, 1],
  ]);
}
