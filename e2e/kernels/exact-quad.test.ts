import { testExactKernel } from "../harness/exact-suite.ts";

testExactKernel("quad kernel", { kernel: "quad" }, [
  [1, 1],
  [7, 3],
  [16, 8],
  [17, 8],
  [31, 5],
  [32, 8],
]);
