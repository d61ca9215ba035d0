import { describe, expect, it } from "vitest";
import { lastLine, sum, tallyPlaywright, tallyVitest } from "./tally.mjs";

describe("the tally", () => {
  it("counts Vitest's tests, and a file that does not load as one failure", () => {
    const tally = tallyVitest({
      testResults: [
        {
          status: "failed",
          assertionResults: [{ status: "passed" }, { status: "failed" }, { status: "skipped" }],
        },
        { status: "failed", assertionResults: [] },
      ],
    });
    expect(tally).toEqual({ passed: 1, failed: 2, skipped: 1, notes: [] });
  });

  it("counts Playwright's tests through nested suites, with the reason for each skip", () => {
    const spec = (title: string, status: string, description?: string) => ({
      title,
      tests: [
        { projectName: "web", status, annotations: description === undefined ? [] : [{ type: "skip", description }] },
      ],
    });
    const tally = tallyPlaywright({
      suites: [
        {
          specs: [spec("opens", "expected"), spec("wobbles", "flaky")],
          suites: [{ specs: [spec("breaks", "unexpected"), spec("waits", "skipped", "no sshd")] }],
        },
      ],
      errors: [{}],
    });
    expect(tally).toEqual({
      passed: 2,
      failed: 2,
      skipped: 1,
      notes: ["web: waits (no sshd)", "web: wobbles passed only when tried again"],
    });
  });

  it("ends with one line, which names skips only when there are any", () => {
    const green = { passed: 2, failed: 0, skipped: 0, notes: [] };
    expect(lastLine(sum([green, green]))).toBe("4 passed, 0 failed");
    expect(lastLine(sum([green, { passed: 0, failed: 1, skipped: 3, notes: [] }]))).toBe(
      "2 passed, 1 failed, 3 skipped",
    );
  });
});
