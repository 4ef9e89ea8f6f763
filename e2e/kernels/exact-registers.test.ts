import { testExactKernel } from "../harness/exact-suite.ts";

testExactKernel("registers kernel", { kernel: "registers" }, [
  [1, 1],
  [7, 3],
  [65, 8],
  [257, 20],
  [33, 24],
  [1000, 12],
]);
