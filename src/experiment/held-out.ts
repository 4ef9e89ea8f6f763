/** Of `rows` examples, how many are held out: the share rounded, and at least one on either side. */
export function heldOut(rows: number, testShare: number): number {
  if (testShare === 0 || rows < 2) return 0;
  return Math.min(rows - 1, Math.max(1, Math.round(rows * testShare)));
}
