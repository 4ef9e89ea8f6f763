import { expect, test } from "@playwright/test";
import { bytesText, kernelRows } from "./profile-rows.ts";

test("times are of a step, shares of all, constants that are 0 go without saying", () => {
  const rows = kernelRows(
    [
      {
        kernel: 'matmul-quad {"COLUMNS":8,"ACCUMULATE":0}',
        dispatches: 8,
        milliseconds: 3,
      },
      { kernel: "adam", dispatches: 4, milliseconds: 1 },
    ],
    4,
  );
  expect(rows).toEqual([
    {
      name: "matmul-quad",
      variant: "columns 8",
      dispatches: 2,
      microseconds: 750,
      share: 0.75,
    },
    {
      name: "adam",
      variant: "",
      dispatches: 1,
      microseconds: 250,
      share: 0.25,
    },
  ]);
});

test("a clock too coarse to see anything has no shares", () => {
  const [row] = kernelRows(
    [{ kernel: "adam {}", dispatches: 1, milliseconds: 0 }],
    1,
  );
  expect(row.share).toBe(0);
});

test("bytes in the unit that fits", () => {
  expect(bytesText(0)).toBe("0 bytes");
  expect(bytesText(1023)).toBe("1023 bytes");
  expect(bytesText(1536)).toBe("1.50 KiB");
  expect(bytesText(3 * 1024 ** 3)).toBe("3.00 GiB");
});
