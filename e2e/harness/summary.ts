/** Counts results for the last line of `npm test`, into the file LAB_SUMMARY names. */
import { writeFileSync } from "node:fs";
import type { FullResult, Reporter, Suite } from "@playwright/test/reporter";

export interface Summary {
  passed: number;
  failed: number;
  skipped: number;
}

class SummaryReporter implements Reporter {
  #suite: Suite | undefined;
  /** Failures outside any test, such as a test file that does not load. */
  #errors = 0;

  onBegin(_config: unknown, suite: Suite): void {
    this.#suite = suite;
  }

  onError(): void {
    this.#errors++;
  }

  onEnd(result: FullResult): void {
    const path = process.env.LAB_SUMMARY;
    if (path === undefined) return;
    const summary: Summary = { passed: 0, failed: this.#errors, skipped: 0 };
    for (const test of this.#suite?.allTests() ?? []) {
      const outcome = test.outcome();
      if (outcome === "unexpected") summary.failed++;
      else if (outcome === "skipped") summary.skipped++;
      else summary.passed++;
    }
    if (result.status !== "passed" && summary.failed === 0) summary.failed = 1;
    writeFileSync(path, JSON.stringify(summary));
  }

  printsToStdio(): boolean {
    return false;
  }
}

// The runner loads a reporter by its default export.
export default SummaryReporter;
