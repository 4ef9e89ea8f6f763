/** The loss along a mode, for the lanes of every preset: least at what theory predicts of them. */
import { expect, test } from "@playwright/test";
import { PRESETS } from "../experiment/presets.ts";
import { landscapes } from "./landscape.ts";
import { freshState } from "./store-state.ts";

let drawn = 0;
for (const { id, config } of PRESETS) {
  const { lanes } = freshState(config, [], null, "");
  const covered = lanes.filter(
    ({ prediction, settings }) => prediction && settings.model !== "mhvae",
  );
  if (covered.length === 0) {
    test(`${id}: nothing to draw`, () => {
      expect(landscapes(lanes, 0)).toEqual([]);
    });
    continue;
  }
  drawn += 1;
  test(`${id}: every mode is least at theory's omega`, () => {
    const modes = Math.max(
      ...covered.map(({ prediction }) => prediction?.theta.length ?? 0),
    );
    for (let mode = 0; mode < modes; mode += 1)
      for (const { omega, loss, meeting, lane } of landscapes(lanes, mode)) {
        const { beta } = lanes[lane].settings;
        // A tenth away the loss is higher by far more than rounding.
        for (const by of [-0.1, 0.1])
          expect(loss(omega + by)).toBeGreaterThan(loss(omega) - 1e-12);
        expect(loss(omega)).toBeLessThanOrEqual(0);
        expect(omega > 0).toBe(meeting > beta);
      }
  });
}

test("models of both kinds were among them; the mode nearest to its threshold comes first", () => {
  expect(drawn).toBeGreaterThan(8);
  const dead = PRESETS.find(({ id }) => id === "dead-or-diluted");
  const { lanes } = freshState(dead?.config ?? PRESETS[0].config, [], null, "");
  // 1.2 against 1; 0.8 is farther, in ratio.
  expect(landscapes(lanes, null).map(({ mode }) => mode)).toEqual([4, 4]);
});
