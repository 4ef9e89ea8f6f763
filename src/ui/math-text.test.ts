import { expect, test } from "@playwright/test";
import { generalForm } from "./math-text.ts";

test("a mode's inequality becomes the rule for all modes, levels stay", () => {
  expect(generalForm(String.raw`\theta_{3} > \sqrt{\beta_1} \, \sigma_1`)).toBe(
    String.raw`\theta_i > \sqrt{\beta_1} \, \sigma_1`,
  );
  expect(generalForm(String.raw`\theta_{12} > \sigma_{12} \, \eta_{dec}`)).toBe(
    String.raw`\theta_i > \sigma_i \, \eta_{dec}`,
  );
  expect(
    generalForm(
      String.raw`\beta_1 \, \eta_{enc}^2 > \beta_2 \, \sigma_{2,7}^2`,
    ),
  ).toBe(String.raw`\beta_1 \, \eta_{enc}^2 > \beta_2 \, \sigma_{2,i}^2`);
});
