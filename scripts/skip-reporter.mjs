/** A Vitest reporter (so a class) that says which tests were skipped and why, which the JSON report leaves out. */
export default class SkipReporter {
  /** @param {readonly import("vitest/node").TestModule[]} modules */
  onTestRunEnd(modules) {
    for (const test of modules.flatMap((module) => [...module.children.allTests("skipped")])) {
      const result = test.result();
      const why = result.state === "skipped" && result.note !== undefined ? ` (${result.note})` : "";
      process.stdout.write(`skipped: ${test.fullName}${why}\n`);
    }
  }
}
