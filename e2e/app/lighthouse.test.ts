/** What Lighthouse finds that does not depend on how fast the machine is. */
import { audit } from "../lighthouse/measure.mjs";
import { expect, test } from "../harness/fixture.ts";

for (const device of ["mobile", "desktop"] as const)
  test(`accessibility and best practices are whole, ${device}`, async ({
    siteUrl,
  }) => {
    expect(siteUrl).toBeTruthy();
    const { scores, failed } = await audit(device, [
      "accessibility",
      "best-practices",
    ]);
    expect({ ...scores, failed }).toEqual({
      accessibility: 100,
      "best-practices": 100,
      failed: [],
    });
  });
