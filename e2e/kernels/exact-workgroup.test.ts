import { testExactKernel } from "../harness/exact-suite.ts";

for (const workgroupSize of [4, 64, 256]) {
  testExactKernel(
    `workgroup kernel, ${workgroupSize} invocations`,
    { kernel: "workgroup", workgroupSize },
    [
      [1, 1],
      [7, 3],
      [65, 8],
      [257, 20],
      [65, 33],
      [7, 64],
    ],
  );
}
