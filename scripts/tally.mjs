/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} notes which tests were skipped, and why where it is known
 */

/**
 * @param {readonly Tally[]} tallies
 * @returns {Tally}
 */
export function sum(tallies) {
  return {
    passed: tallies.reduce((total, { passed }) => total + passed, 0),
    failed: tallies.reduce((total, { failed }) => total + failed, 0),
    skipped: tallies.reduce((total, { skipped }) => total + skipped, 0),
    notes: tallies.flatMap(({ notes }) => notes),
  };
}

/**
 * The one line everything ends with.
 * @param {Tally} tally
 */
export function lastLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
}

/**
 * A step that either holds or does not, such as the linter.
 * @param {boolean} holds
 * @returns {Tally}
 */
export function one(holds) {
  return { passed: holds ? 1 : 0, failed: holds ? 0 : 1, skipped: 0, notes: [] };
}

/**
 * Counts from Vitest's JSON report. A file that does not load fails without any test in it.
 * @param {VitestReport} report
 * @returns {Tally}
 *
 * @typedef {object} VitestReport
 * @property {{ status: string, assertionResults: { status: string }[] }[]} testResults
 */
export function tallyVitest(report) {
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.every((test) => test.status !== "failed"),
  );
  return {
    passed: tests.filter(({ status }) => status === "passed").length,
    failed: tests.filter(({ status }) => status === "failed").length + broken.length,
    skipped: tests.filter(({ status }) => status !== "passed" && status !== "failed").length,
    notes: [],
  };
}

/**
 * Counts from Playwright's JSON report.
 * @param {PlaywrightReport} report
 * @returns {Tally}
 *
 * @typedef {object} PlaywrightSuite
 * @property {PlaywrightSuite[]} [suites]
 * @property {{ title: string, tests: { projectName: string, status: string, annotations: { type: string, description?: string }[] }[] }[]} [specs]
 *
 * @typedef {object} PlaywrightReport
 * @property {PlaywrightSuite[]} suites
 * @property {unknown[]} [errors] what failed outside any test
 */
export function tallyPlaywright(report) {
  const tests = report.suites.flatMap(testsOf);
  const skipped = tests.filter(({ status }) => status === "skipped");
  return {
    passed: tests.filter(({ status }) => status === "expected" || status === "flaky").length,
    failed: tests.filter(({ status }) => status === "unexpected").length + (report.errors?.length ?? 0),
    skipped: skipped.length,
    notes: [
      ...skipped.map(({ name, reason }) => (reason === undefined ? name : `${name} (${reason})`)),
      ...tests.filter(({ status }) => status === "flaky").map(({ name }) => `${name} passed only when tried again`),
    ],
  };
}

/**
 * @param {PlaywrightSuite} suite
 * @returns {{ name: string, status: string, reason: string | undefined }[]}
 */
function testsOf({ suites = [], specs = [] }) {
  const own = specs.flatMap(({ title, tests }) =>
    tests.map(({ projectName, status, annotations }) => ({
      name: `${projectName}: ${title}`,
      status,
      reason: annotations.find(({ type }) => type === "skip")?.description,
    })),
  );
  return [...suites.flatMap(testsOf), ...own];
}
