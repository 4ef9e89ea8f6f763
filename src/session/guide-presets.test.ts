import { expect, test } from "@playwright/test";
import { allLanes } from "../experiment/config.ts";
import { PRESETS } from "../experiment/presets.ts";
import { guideLane, LaneData } from "./lane-data.ts";

test("the linear counts beside networks are those of their data", async () => {
  const data = new LaneData();
  const wrong: string[] = [];
  let checked = 0;
  for (const { id, config, guide = [] } of PRESETS) {
    if (guide.length === 0) continue;
    const lanes = allLanes(config);
    for (const { lane, level, activeUnits } of guide) {
      const input = await data.prepare(lanes[lane], () => undefined);
      const prediction = guideLane(input);
      const count = prediction?.levels[level - 1].activeUnits;
      if (count !== activeUnits)
        wrong.push(
          `${id}, lane ${lane}, level ${level}: ${count}, not ${activeUnits}`,
        );
      checked++;
    }
  }
  expect(wrong).toEqual([]);
  expect(checked).toBeGreaterThan(20);
});
