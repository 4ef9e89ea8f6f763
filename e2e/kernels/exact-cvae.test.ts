import { randomCvae } from "../harness/exact-work-problem.ts";
import { testWorkKernel } from "../harness/exact-work-suite.ts";

// dx, rank of x, dy, rank of E, k. Without workgroup memory, with it, with sums split.
for (const workgroupSize of [4, 64, 256]) {
  testWorkKernel("cvae", randomCvae, workgroupSize, [
    [1, 1, 1, 1, 1],
    [7, 5, 6, 4, 3],
    [3, 3, 9, 9, 13],
    [33, 33, 65, 60, 9],
    [5, 5, 65, 65, 33],
  ]);
}
