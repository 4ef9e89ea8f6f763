import { testProduct } from "../harness/product-suite.ts";

testProduct("matmulQuad", [5, 2, 10], true);
