import { testProduct } from "../harness/product-suite.ts";

testProduct("matmulBlock", [5, 2, 10]);
