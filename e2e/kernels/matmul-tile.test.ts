import { testProduct } from "../harness/product-suite.ts";

testProduct("matmulTile", [undefined]);
