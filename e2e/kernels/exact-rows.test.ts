import { testExactKernel } from "../harness/exact-suite.ts";

testExactKernel("rows kernel", { kernel: "rows" }, [
  [1, 1],
  [7, 3],
  [65, 8],
  [257, 20],
  [65, 31],
]);
