import { sampledLane, testSampled } from "../harness/sampled-suite.ts";

const fixed = { kind: "fixed" as const, std: [0.5] };

testSampled("many steps a dispatch", { plan: "small" }, [
  sampledLane(32, 8, { batchSize: 128 }),
  sampledLane(7, 3, { batchSize: 1 }),
  sampledLane(65, 7, { encoderVariance: fixed }),
  sampledLane(1, 1, { batchSize: 7 }),
  sampledLane(257, 5, { batchSize: 65 }),
]);
